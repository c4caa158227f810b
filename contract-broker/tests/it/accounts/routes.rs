//! Which role may use which route.

use std::fmt::Write as _;

use http::Method;

use super::{ADMINISTRATOR, CI, READ_ONLY, USER, ask, machine, with_writer};
use crate::broker::{Database, TestBroker, contract};

/// Each route of the description with its method, and which of the predefined roles are refused: generated from the router.
#[test]
fn who_may_use_which_route() {
    TestBroker::run_with(Database::sqlite(), with_writer, async |broker| {
        let roles = [
            ("Administrator", ADMINISTRATOR),
            ("User", USER),
            ("CI/CD", CI),
            ("Read-Only", READ_ONLY),
        ];
        let mut machines = Vec::new();
        for (name, uuid) in roles {
            machines.push(machine(broker, name, &[uuid]).await);
        }
        machines.push(machine(broker, "Nobody", &[]).await);
        let description = ask(broker, "writer", Method::GET, "/openapi.json", None)
            .await
            .expect(200)
            .json;
        let mut matrix = String::new();
        let mut asked = 0;
        for (path, item) in description["paths"].as_object().unwrap() {
            for method in ["get", "post", "put", "patch", "delete"] {
                if !item[method].is_object()
                    || ["/healthz", "/readyz", "/diagnostic/status/heartbeat"].contains(&path.as_str())
                {
                    continue;
                }
                // Names that nothing has: what is refused is refused before anything is looked for.
                let address = path.split('/').map(|part| {
                    if part.starts_with('{') {
                        "nothing-is-called-so"
                    } else {
                        part
                    }
                });
                let address = address.collect::<Vec<_>>().join("/");
                let mut marks = String::new();
                for machine in &machines {
                    let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                    let request = broker
                        .request(verb, &address)
                        .header("authorization", &format!("Bearer {}", machine.token))
                        .header("accept", "*/*")
                        .header("content-type", "application/json");
                    let body = if method == "get" || method == "delete" {
                        String::new()
                    } else {
                        contract("nothing-is-called-so", "nothing-is-called-so", "x").to_string()
                    };
                    let answer = request.body(body).send().await;
                    asked += 1;
                    assert_ne!(answer.status, 401, "{method} {path}: {}", answer.text);
                    if answer.status == 403 {
                        assert!(
                            answer.text.contains(':'),
                            "{method} {path} names no permission: {}",
                            answer.text
                        );
                    }
                    marks.push(if answer.status == 403 { '-' } else { '+' });
                }
                let _ = writeln!(matrix, "{marks} {} {path}", method.to_uppercase());
            }
        }
        assert!(asked > 800, "{asked}");
        let lines: Vec<&str> = matrix.lines().collect();
        insta::assert_snapshot!("who_may_use_which_route", lines.join("\n"));
    });
}
