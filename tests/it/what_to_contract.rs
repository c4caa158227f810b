//! The code of `docs/src/what-to-contract.md` and `docs/src/plain-values.md`.

use std::process::Command;

use contract_core::contract::{Contract, Usage};
use contract_core::prelude::*;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct User {
    name: String,
}

struct UserClient {
    url: String,
}

impl UserClient {
    fn new(url: &str) -> Self {
        Self { url: url.to_owned() }
    }

    fn user(&self, id: u64) -> Result<User, ureq::Error> {
        let text = ureq::get(format!("{}/users/{id}", self.url))
            .call()?
            .body_mut()
            .read_to_string()?;
        Ok(serde_json::from_str(&text).unwrap())
    }
}

#[ignore = "run by the test below"]
// ANCHOR: minimize
#[consumer_test(consumer = "web-app", provider = "user-api", minimize)]
fn shows_a_user(provider: BlockingMockProvider) {
    provider.expect(
        Interaction::http("a request for user 42")
            .request(Request::get("/users/42"))
            .response(Response::ok().json(json_like!({
                "name": "Ada Lovelace",
                "email": regex(r"^\S+@\S+$", "ada@example.com"),
                "address": { "city": "London", "zip": "NW1" },
            }))),
    );

    let user = UserClient::new(provider.url()).user(42).unwrap();
    assert_eq!(user.name, "Ada Lovelace");
}
// ANCHOR_END: minimize

#[test]
fn an_ignored_test_with_the_attribute_is_run_again_and_tells_what_can_go() {
    let contracts = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "what_to_contract::"])
        .env("CONTRACT_DIR", contracts.path())
        .env_remove("CONTRACT_CHECK")
        .env_remove("CONTRACT_MINIMIZE")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("-     \"email\": \"ada@example.com\","), "{told}");
    assert!(!told.contains("-     \"name\""), "{told}");
    let contract = Contract::read_file(contracts.path().join("web-app-user-api.json")).unwrap();
    let usage = Usage::of(&contract.interactions[0]).unwrap();
    assert_eq!(usage.unneeded_fields(), ["$.address", "$.email"]);
}

#[test]
fn plain_values() {
    // ANCHOR: plain
    assert!(json_like!({ "name": "Ada" }).matches(&json!({ "name": "Grace" })));
    assert!(!json_like!({ "name": "Ada" }).matches(&json!({ "name": 7 })));
    assert!(!json_like!({ "name": exactly("Ada") }).matches(&json!({ "name": "Grace" })));
    assert!(
        !json!({ "name": "Ada" })
            .into_pattern()
            .matches(&json!({ "name": "Grace" }))
    );
    // ANCHOR_END: plain
}
