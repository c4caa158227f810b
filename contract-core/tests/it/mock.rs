//! The mock provider through its public API, over real sockets.

use contract_core::ErrorKind;
use contract_core::contract::Specification;
use contract_core::mock::ContractBuilder;
use contract_core::prelude::*;
use tempfile::TempDir;

use crate::talk::{get, send};

fn user() -> impl Into<Interaction> {
    Interaction::http("a request for user 42")
        .given(state("user exists").with("id", 42))
        .request(Request::get("/users/42").header("accept", "application/json"))
        .response(Response::ok().json(json_like!({
            "id": integer(42),
            "name": "Ada Lovelace",
            "roles": each_like("admin").at_least(2),
        })))
}

fn between(directory: &TempDir) -> ContractBuilder {
    Contract::between("web-app", "user-api").directory(directory.path())
}

fn written(directory: &TempDir) -> Option<Contract> {
    let path = directory.path().join("web-app-user-api.json");
    path.exists().then(|| Contract::read_file(&path).unwrap())
}

#[tokio::test]
async fn what_was_expected_and_asked_for_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory).interaction(user()).serve().await.unwrap();

    let answer = send(
        provider.url(),
        "GET",
        "/users/42",
        &["accept: application/json"],
        "",
    );
    assert_eq!(answer.status, 200);
    assert!(
        answer.head.contains("content-type: application/json"),
        "{}",
        answer.head
    );
    assert_eq!(
        answer.body,
        r#"{"id":42,"name":"Ada Lovelace","roles":["admin","admin"]}"#
    );
    provider.finish().await.unwrap();

    let contract = written(&directory).unwrap();
    assert_eq!(contract.specification, Specification::V4);
    let [interaction] = contract.interactions.as_slice() else {
        panic!("{contract:?}");
    };
    assert_eq!(interaction.description, "a request for user 42");
    assert_eq!(interaction.provider_states[0].params["id"], 42);
    let test = interaction.test_name().unwrap();
    assert!(
        test.contains("mock.rs:") && test.ends_with("mock::what_was_expected_and_asked_for_is_written"),
        "{test}"
    );
}

#[tokio::test]
async fn an_unused_interaction_is_an_error_and_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory).interaction(user()).serve().await.unwrap();
    let error = provider.finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unmet);
    insta::assert_snapshot!(error);
    assert!(written(&directory).is_none());
}

#[tokio::test]
async fn an_unexpected_request_is_explained_in_the_answer_and_in_the_error() {
    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory).interaction(user()).serve().await.unwrap();
    let port = provider.address().port().to_string();

    let text = get(provider.url(), "/users/43");
    assert_eq!(text.status, 500);
    assert!(text.head.contains("content-type: text/plain"), "{}", text.head);
    assert!(
        text.body.contains("unexpected request: GET /users/43"),
        "{}",
        text.body
    );
    assert!(text.body.contains("a request for user 42"), "{}", text.body);

    let json = send(
        provider.url(),
        "GET",
        "/users/43",
        &["accept: application/json"],
        "",
    );
    assert_eq!(json.status, 500);
    let document: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(document["error"], "unexpected request");
    assert_eq!(
        document["nearest"]["interaction"]["description"],
        "a request for user 42"
    );
    assert_eq!(document["nearest"]["mismatches"][0]["part"], "path");

    assert_eq!(provider.unexpected_requests().len(), 2);
    assert_eq!(provider.unused_interactions().len(), 1);
    let error = provider.finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unmet);
    let error = error.to_string().replace(&port, "PORT");
    assert!(
        error.contains("2 requests matched no interaction, 1 interaction was not used"),
        "{error}"
    );
    assert!(written(&directory).is_none());
}

#[tokio::test]
async fn dropping_verifies_and_writes_too() {
    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory).interaction(user()).serve().await.unwrap();
    send(
        provider.url(),
        "GET",
        "/users/42",
        &["accept: application/json"],
        "",
    );
    drop(provider);
    assert!(written(&directory).is_some());

    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory).interaction(user()).serve().await.unwrap();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(provider))).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("was never sent"), "{message}");
    assert!(message.contains("finish"), "{message}");
    assert!(written(&directory).is_none());
}

#[tokio::test]
async fn a_provider_ends_in_a_task_that_should_yield() {
    use tokio::task::coop;

    let directory = tempfile::tempdir().unwrap();
    let mut provider = Some(between(&directory).serve().await.unwrap());
    // Within one poll, so that tokio does not renew the task's budget.
    std::future::poll_fn(|context| {
        while coop::has_budget_remaining() {
            let _ = coop::poll_proceed(context).map(|progress| progress.made_progress());
        }
        drop(provider.take());
        std::task::Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn a_panic_in_the_test_writes_nothing_and_is_the_one_that_is_seen() {
    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory).interaction(user()).serve().await.unwrap();
    send(
        provider.url(),
        "GET",
        "/users/42",
        &["accept: application/json"],
        "",
    );
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _provider = provider;
        panic!("the test's own assertion");
    }))
    .unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the test's own assertion"));
    assert!(written(&directory).is_none());
}

#[tokio::test]
async fn the_same_interaction_twice_is_one() {
    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory)
        .interaction(user())
        .interaction(user())
        .serve()
        .await
        .unwrap();
    send(
        provider.url(),
        "GET",
        "/users/42",
        &["accept: application/json"],
        "",
    );
    provider.finish().await.unwrap();
    assert_eq!(written(&directory).unwrap().interactions.len(), 1);
}

#[tokio::test]
async fn the_same_description_and_state_with_other_content_is_a_conflict() {
    let directory = tempfile::tempdir().unwrap();
    let other = Interaction::http("a request for user 42")
        .given(state("user exists").with("id", 42))
        .request(Request::get("/users/42"))
        .response(Response::ok());
    let error = between(&directory)
        .test_name("tests/users.rs:12 shows_a_user")
        .interaction(user())
        .interaction(other.clone())
        .serve()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    insta::assert_snapshot!(error, @r#"
    the interaction "a request for user 42" [user exists (id: 42)] is expected twice, and differs:
      request header accept
        first   "application/json"
        second  nothing
      response header content-type
        first   "application/json"
        second  nothing
      response body
        first   { "id": 42, "name": "Ada Lovelace", "roles": ["admin", "admin"] }
        second  nothing

      both    tests/users.rs:12 shows_a_user

    give one of them another description or provider state, or let both say the same
    "#);

    let provider = between(&directory).serve().await.unwrap();
    provider.expect(user());
    assert_eq!(
        provider.try_expect(other).unwrap_err().kind(),
        ErrorKind::Conflict
    );
    send(
        provider.url(),
        "GET",
        "/users/42",
        &["accept: application/json"],
        "",
    );
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn equal_requests_are_answered_in_order_and_exact_paths_first() {
    let directory = tempfile::tempdir().unwrap();
    let answering = |description: &str, request: contract_core::pattern::RequestBuilder, body: &str| {
        Interaction::http(description)
            .request(request)
            .response(Response::ok().text(body))
    };
    let provider = between(&directory)
        .interaction(answering(
            "any user",
            Request::get(regex!(r"/users/\d+", "/users/1")),
            "any",
        ))
        .interaction(answering("first", Request::get("/users/42"), "first"))
        .interaction(answering("second", Request::get("/users/42"), "second"))
        .interaction(answering(
            "with a query",
            Request::get("/users/42").query("full", "yes"),
            "full",
        ))
        .serve()
        .await
        .unwrap();
    let body = |target: &str| get(provider.url(), target).body;
    assert_eq!(body("/users/42"), "first");
    assert_eq!(body("/users/42"), "second");
    assert_eq!(body("/users/42"), "second");
    assert_eq!(body("/users/42?full=yes"), "full");
    assert_eq!(body("/users/7"), "any");
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn an_example_that_breaks_its_own_rules_is_refused_unless_any_will_do() {
    let directory = tempfile::tempdir().unwrap();
    let mut interaction: Interaction = user().into();
    if let contract_core::contract::InteractionKind::Http(http) = &mut interaction.kind {
        http.request.path = "/nobody".to_owned();
        http.request.rules.path = Some(contract_core::contract::RuleList::one(
            contract_core::contract::Matcher::Regex(r"/users/\d+".to_owned()),
        ));
    }
    let refused = between(&directory).interaction(interaction.clone()).serve().await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);

    let provider = between(&directory)
        .any_example()
        .interaction(interaction)
        .serve()
        .await
        .unwrap();
    let answer = send(
        provider.url(),
        "GET",
        "/users/7",
        &["accept: application/json"],
        "",
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_named_with_a_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let error = between(&directory)
        .interaction(user())
        .listen(&address)
        .serve()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let text = error.to_string();
    assert!(
        text.contains(&address) && text.contains("leave `listen` out"),
        "{text}"
    );
}

#[tokio::test]
async fn a_contract_directory_that_cannot_be_written_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let occupied = directory.path().join("contracts");
    std::fs::write(&occupied, "a file where the directory should be").unwrap();
    let provider = Contract::between("web-app", "user-api")
        .directory(&occupied)
        .interaction(user())
        .serve()
        .await
        .unwrap();
    send(
        provider.url(),
        "GET",
        "/users/42",
        &["accept: application/json"],
        "",
    );
    let error = provider.finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("contracts"), "{error}");
}

#[tokio::test]
async fn generators_give_the_mock_providers_own_address() {
    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory)
        .interaction(
            Interaction::http("links")
                .request(Request::get("/links"))
                .response(Response::ok().json(json_like!({ "self": mock_url("/links") }))),
        )
        .serve()
        .await
        .unwrap();
    let answer = get(provider.url(), "/links");
    assert_eq!(answer.body, format!(r#"{{"self":"{}/links"}}"#, provider.url()));
    provider.finish().await.unwrap();
    let written = std::fs::read_to_string(directory.path().join("web-app-user-api.json")).unwrap();
    assert!(written.contains("http://localhost:8080/links"), "{written}");
}

#[tokio::test]
async fn messages_are_handed_to_the_handler() {
    let directory = tempfile::tempdir().unwrap();
    let placed = || {
        Interaction::message("order placed")
            .given("an order")
            .metadata("topic", "orders")
            .json(json_like!({ "id": integer(7) }))
    };
    let mut contract = between(&directory).interaction(placed());
    contract
        .verify_message("order placed", |message: Message| async move {
            assert_eq!(message.metadata["topic"], "orders");
            message
                .parse_json::<serde_json::Value>()
                .map(|value| assert_eq!(value["id"], 7))
        })
        .await
        .unwrap();
    contract.finish().unwrap();
    assert_eq!(written(&directory).unwrap().interactions.len(), 1);

    let directory = tempfile::tempdir().unwrap();
    let mut contract = between(&directory).interaction(placed());
    let error = contract
        .verify_message("order placed", |_| async { Err::<(), _>("no stock") })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unmet);
    assert!(
        error
            .to_string()
            .contains("refused the message \"order placed\" [an order]: no stock"),
        "{error}"
    );
    let unknown = contract
        .verify_message("order lost", |_| async {})
        .await
        .unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Usage);
    assert!(
        unknown.to_string().contains("known are order placed"),
        "{unknown}"
    );
    assert_eq!(contract.finish().unwrap_err().kind(), ErrorKind::Unmet);
    assert!(written(&directory).is_none());
}

#[tokio::test]
async fn synchronous_messages_are_answered() {
    let directory = tempfile::tempdir().unwrap();
    // ANCHOR: synchronous
    let mut contract = between(&directory).interaction(
        Interaction::sync_message("price quote")
            .request(Message::json(json_like!({ "item": "book" })))
            .response(Message::json(json_like!({ "price": decimal(9.5) }))),
    );
    contract
        .verify_sync_message("price quote", |channel| async move {
            let answer = channel.send(&Message::json(serde_json::json!({ "item": "pen" })))?;
            let quote: serde_json::Value = answer.parse_json()?;
            assert_eq!(quote["price"], 9.5);
            Ok::<_, contract_core::Error>(())
        })
        .await
        .unwrap();
    contract.finish().unwrap();
    // ANCHOR_END: synchronous
    assert!(written(&directory).is_some());
}
