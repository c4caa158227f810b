//! A mock provider that is directed over HTTP.

use contract_core::ErrorKind;
use contract_core::contract::Contract;
use contract_core::mock::{RemoteMock, RemoteMockServer};
use serde_json::{Value, json};

use crate::talk::{Answer, get, send};

const DIRECTS: &[&str] = &["X-Pact-Mock-Service: true", "content-type: application/json"];

fn direct(mock: &RemoteMockServer, method: &str, path: &str, body: &str) -> Answer {
    send(mock.url(), method, path, DIRECTS, body)
}

fn user(path: &str) -> Value {
    json!({
        "description": format!("a request for {path}"),
        "providerState": "the user exists",
        "request": { "method": "get", "path": path },
        "response": { "status": 200, "body": { "name": "Ada" },
            "matchingRules": { "$.body.name": { "match": "type" } } },
    })
}

#[tokio::test]
async fn tests_of_another_language_record_a_contract() {
    let directory = tempfile::tempdir().unwrap();
    let mock = RemoteMock::between("web", "api")
        .directory(directory.path())
        .serve()
        .unwrap();

    // A test that gets what it expects.
    assert_eq!(direct(&mock, "DELETE", "/interactions", "").status, 200);
    assert_eq!(
        direct(&mock, "POST", "/interactions", &user("/users/1").to_string()).status,
        200
    );
    assert!(get(mock.url(), "/users/1").body.contains("Ada"));
    assert_eq!(direct(&mock, "GET", "/interactions/verification", "").status, 200);

    // One that does not: it writes nothing.
    let expected = json!({ "interactions": [user("/users/2")] }).to_string();
    assert_eq!(direct(&mock, "PUT", "/interactions", &expected).status, 200);
    assert_eq!(get(mock.url(), "/users/3").status, 500);
    let refused = direct(&mock, "GET", "/interactions/verification", "");
    assert_eq!(refused.status, 500);
    assert!(refused.body.contains("/users/3"), "{}", refused.body);
    direct(&mock, "DELETE", "/interactions", "");

    let written = direct(
        &mock,
        "POST",
        "/pact",
        r#"{"consumer": {"name": "shop"}, "provider": {"name": "users"}}"#,
    );
    assert_eq!(written.status, 200, "{}", written.body);
    let contract = Contract::read_file(directory.path().join("shop-users.json")).unwrap();
    assert_eq!(contract.interactions.len(), 1);
    assert_eq!(contract.interactions[0].description, "a request for /users/1");
    assert_eq!(
        Contract::read_str(&written.body, "answer")
            .unwrap()
            .interactions
            .len(),
        1
    );

    direct(&mock, "DELETE", "/session", "");
    assert_eq!(mock.finish().await.unwrap(), 0);
}

#[tokio::test]
async fn bad_directions_are_explained() {
    let mock = RemoteMock::between("web", "api").serve().unwrap();
    for (method, path, body, status, says) in [
        ("POST", "/interactions", "{", 400, "not JSON"),
        ("PUT", "/interactions", "{}", 400, "{\"interactions\": […]}"),
        (
            "POST",
            "/interactions",
            r#"{"description": "a", "request": 7}"#,
            400,
            "request",
        ),
        (
            "PATCH",
            "/interactions",
            "",
            404,
            "GET /interactions/verification",
        ),
    ] {
        let answer = direct(&mock, method, path, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        assert!(answer.body.contains(says), "{method} {path}: {}", answer.body);
    }
    direct(&mock, "POST", "/interactions", &user("/users/1").to_string());
    let mut other = user("/users/1");
    other["response"]["status"] = json!(404);
    assert_eq!(
        direct(&mock, "POST", "/interactions", &other.to_string()).status,
        409
    );
    // What was expected was never requested.
    assert_eq!(mock.finish().await.unwrap_err().kind(), ErrorKind::Unmet);
}

#[tokio::test]
async fn pages_of_other_origins_use_and_direct_the_mock() {
    let directory = tempfile::tempdir().unwrap();
    let mock = RemoteMock::between("web", "api")
        .directory(directory.path())
        .cors()
        .serve()
        .unwrap();
    let page = ["origin: http://localhost:3000"];
    let asks = [
        "origin: http://localhost:3000",
        "access-control-request-method: DELETE",
        "access-control-request-headers: x-pact-mock-service",
    ];
    let directs = ["origin: http://localhost:3000", "X-Pact-Mock-Service: true"];
    let allows = |answer: &Answer| {
        answer
            .head
            .contains("access-control-allow-origin: http://localhost:3000")
    };

    let preflight = send(mock.url(), "OPTIONS", "/interactions", &asks, "");
    assert_eq!(preflight.status, 204);
    assert!(
        preflight
            .head
            .contains("access-control-allow-headers: x-pact-mock-service")
    );
    // Also after the expectations were cleared, which makes a new session.
    assert!(allows(&send(mock.url(), "DELETE", "/interactions", &directs, "")));
    let interaction = user("/users/1").to_string();
    assert!(allows(&send(
        mock.url(),
        "POST",
        "/interactions",
        &directs,
        &interaction
    )));
    let answer = send(mock.url(), "GET", "/users/1", &page, "");
    assert_eq!(answer.status, 200);
    assert!(allows(&answer), "{}", answer.head);

    assert_eq!(mock.finish().await.unwrap(), 1);
    let written = std::fs::read_to_string(directory.path().join("web-api.json")).unwrap();
    assert!(!written.contains("access-control"), "{written}");
}
