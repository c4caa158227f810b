//! The mock provider for clients that block.

use contract_core::ErrorKind;
use contract_core::prelude::*;
use tempfile::TempDir;

use crate::talk::get;

fn serve(directory: &TempDir) -> BlockingMockProvider {
    Contract::between("web-app", "user-api")
        .directory(directory.path())
        .interaction(
            Interaction::http("a greeting")
                .request(Request::get("/hello"))
                .response(Response::ok().text("hello")),
        )
        .serve_blocking()
        .unwrap()
}

fn is_written(directory: &TempDir) -> bool {
    directory.path().join("web-app-user-api.json").is_file()
}

#[test]
fn no_runtime_is_needed() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    assert_eq!(get(provider.url(), "/hello").body, "hello");
    provider.finish().unwrap();
    assert!(is_written(&directory));
}

#[tokio::test]
async fn it_blocks_within_a_runtime_of_one_thread() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    assert_eq!(get(provider.url(), "/hello").body, "hello");
    provider.finish().unwrap();
    assert!(is_written(&directory));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_blocks_within_a_task_that_may() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    let provider = tokio::task::spawn_blocking(move || {
        assert_eq!(get(provider.url(), "/hello").body, "hello");
        provider
    });
    provider.await.unwrap().finish().unwrap();
    assert!(is_written(&directory));
}

#[test]
fn what_is_missing_is_an_error_or_a_panic() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(serve(&directory).finish().unwrap_err().kind(), ErrorKind::Unmet);

    let provider = serve(&directory);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(provider))).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("GET /hello was never sent"), "{message}");
    assert!(!is_written(&directory));
}

#[test]
fn messages_are_handed_to_handlers_that_block() {
    let directory = tempfile::tempdir().unwrap();
    let provider = Contract::between("web-app", "user-api")
        .directory(directory.path())
        .interaction(Interaction::message("order placed").json(json_like!({ "id": integer(7) })))
        .interaction(
            Interaction::sync_message("price quote")
                .request(Message::json(json_like!({ "item": "book" })))
                .response(Message::json(json_like!({ "price": decimal(9.5) }))),
        )
        .serve_blocking()
        .unwrap();
    let refused = provider.verify_message("order placed", |_| Err::<(), _>("no stock"));
    assert!(refused.unwrap_err().to_string().contains("no stock"));
    provider
        .verify_message("order placed", |message| {
            message
                .parse_json::<serde_json::Value>()
                .map(|order| assert_eq!(order["id"], 7))
        })
        .unwrap();
    provider
        .verify_sync_message("price quote", |channel| {
            let quote: serde_json::Value = channel
                .send(&Message::json(serde_json::json!({ "item": "pen" })))?
                .parse_json()?;
            assert_eq!(quote["price"], 9.5);
            Ok::<_, contract_core::Error>(())
        })
        .unwrap();
    provider.finish().unwrap();
    assert!(is_written(&directory));
}
