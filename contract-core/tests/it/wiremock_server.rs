//! A contract's interactions on a `wiremock::MockServer` that a test already has.

use contract_core::ErrorKind;
use contract_core::mock::ContractBuilder;
use contract_core::prelude::*;
use tempfile::TempDir;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

use crate::talk::{get, send};

async fn server() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(matchers::path("/health"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    server
}

fn between(directory: &TempDir) -> ContractBuilder {
    Contract::between("web-app", "user-api")
        .directory(directory.path())
        .interaction(
            Interaction::http("a new user")
                .request(Request::post("/users").json(json_like!({ "name": "Ada" })))
                .response(
                    Response::created()
                        .header("location", mock_url("/users/1"))
                        .text("created"),
                ),
        )
}

#[tokio::test]
async fn interactions_answer_beside_other_mocks_and_are_written() {
    let directory = tempfile::tempdir().unwrap();
    let server = server().await;
    let contract = between(&directory).mount(&server).await.unwrap();
    assert_eq!(get(&server.uri(), "/health").status, 204);
    let created = send(
        &server.uri(),
        "POST",
        "/users",
        &["content-type: application/json"],
        r#"{ "name": "Grace" }"#,
    );
    assert_eq!((created.status, created.body.as_str()), (201, "created"));
    let location = format!("location: {}/users/1", server.uri());
    assert!(created.head.contains(&location), "{}", created.head);
    contract
        .expect(
            Interaction::http("a later one")
                .request(Request::get("/later"))
                .response(Response::ok()),
        )
        .unwrap();
    assert_eq!(get(&server.uri(), "/later").status, 200);
    contract.finish().unwrap();
    let written = Contract::read_file(directory.path().join("web-app-user-api.json")).unwrap();
    assert_eq!(written.interactions.len(), 2);
}

#[tokio::test]
async fn what_was_not_used_and_what_nothing_matches_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let server = server().await;
    let contract = between(&directory).mount(&server).await.unwrap();
    let unknown = get(&server.uri(), "/users/1");
    assert_eq!(unknown.status, 500);
    assert!(
        unknown.body.contains("unexpected request: GET /users/1"),
        "{}",
        unknown.body
    );
    assert_eq!(contract.unexpected_requests().len(), 1);
    assert_eq!(contract.unused_interactions().len(), 1);
    let error = contract.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unmet);
    assert!(
        error
            .to_string()
            .contains("1 request matched no interaction, 1 interaction was not used"),
        "{error}"
    );
    assert!(!directory.path().join("web-app-user-api.json").exists());
}

#[tokio::test]
async fn dropping_reports_as_well() {
    let directory = tempfile::tempdir().unwrap();
    let server = server().await;
    let contract = between(&directory).mount(&server).await.unwrap();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(contract))).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(
        message.contains("was never sent") && message.contains("contract.finish()"),
        "{message}"
    );
}
