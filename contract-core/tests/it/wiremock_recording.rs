//! Exchanges with a `wiremock::MockServer`, recorded into a contract.

use contract_core::contract::Matcher;
use contract_core::import::FindingKind;
use contract_core::prelude::*;
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

use crate::talk::get;

async fn server(status: u16) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(matchers::path("/users/42"))
        .respond_with(
            ResponseTemplate::new(status).set_body_json(json!({ "name": "Ada", "token": "hidden1234" })),
        )
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn what_the_mocks_answer_is_written_with_patterns() {
    let directory = tempfile::tempdir().unwrap();
    let server = server(200).await;
    let contract = Contract::between("web-app", "user-api").directory(directory.path());
    let recording = contract.record(&server).await.unwrap();
    let url = recording.url();
    let (found, missing) = (get(url, "/users/42"), get(url, "/nothing"));
    assert_eq!((found.status, missing.status), (200, 404));
    let findings = recording.finish().unwrap();
    assert!(
        findings
            .iter()
            .any(|finding| finding.kind == FindingKind::Redacted)
    );

    let path = directory.path().join("web-app-user-api.json");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("hidden1234"));
    let contract = Contract::read_file(path).unwrap();
    assert_eq!(contract.interactions.len(), 1);
    let interaction = &contract.interactions[0];
    assert_eq!(interaction.description, "GET /users/42");
    let rules = &interaction.as_http().unwrap().response.rules.body;
    let of_name = &rules[&"$.name".parse().unwrap()];
    assert_eq!(of_name.rules[0].matcher, Matcher::TYPE);
}

#[tokio::test]
async fn another_answer_has_another_provider_state() {
    let directory = tempfile::tempdir().unwrap();
    for (status, name) in [(200, "a user exists"), (404, "no user exists")] {
        let server = server(status).await;
        let contract = Contract::between("web-app", "user-api").directory(directory.path());
        let recording = contract.record(&server).await.unwrap();
        recording.given(state(name));
        assert_eq!(get(recording.url(), "/users/42").status, status);
        recording.finish().unwrap();
    }
    let contract = Contract::read_file(directory.path().join("web-app-user-api.json")).unwrap();
    assert_eq!(contract.interactions.len(), 2);
}

#[tokio::test]
async fn nothing_recorded_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let server = server(200).await;
    let contract = Contract::between("web-app", "user-api").directory(directory.path());
    let error = contract.record(&server).await.unwrap().finish().unwrap_err();
    assert!(
        error.is_unmet() && error.to_string().contains("nothing was recorded"),
        "{error}"
    );
}

/// The example of the book.
mod book {
    struct UserClient(String);

    impl UserClient {
        fn new(url: &str) -> Self {
            Self(url.to_owned())
        }

        #[expect(clippy::unused_async, reason = "as clients are")]
        async fn name(&self, id: u64) -> String {
            let answer = crate::talk::get(&self.0, &format!("/users/{id}"));
            let user: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            user["name"].as_str().unwrap().to_owned()
        }
    }

    // ANCHOR: record
    use contract_core::prelude::*;
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

    #[tokio::test]
    async fn shows_a_user() {
        let server = MockServer::start().await;
        Mock::given(matchers::method("GET"))
            .and(matchers::path("/users/42"))
            .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!({ "name": "Ada" })))
            .mount(&server)
            .await;
        let directory = tempfile::tempdir().unwrap();
        let contract = Contract::between("web-app", "user-api").directory(directory.path());
        let recording = contract.record(&server).await.unwrap();

        let client = UserClient::new(recording.url()); // was: server.uri()
        assert_eq!(client.name(42).await, "Ada");
    } // the contract is written
    // ANCHOR_END: record
}
