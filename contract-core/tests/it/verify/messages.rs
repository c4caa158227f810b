//! Messages, made by handlers or asked for over HTTP.

use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use contract_core::provider::*;
use contract_core::verify::Outcome;
use serde_json::{Value, json};

use super::provider::{contract, serve};

fn order_placed() -> Value {
    json!({
        "type": "Asynchronous/Messages",
        "description": "order placed",
        "contents": { "content": { "id": 1 }, "contentType": "application/json", "encoded": false },
        "metadata": { "topic": "orders", "contentType": "application/json" },
    })
}

fn verifier() -> Verifier {
    Verifier::new("user-api").contracts(Contracts::value(contract(&[order_placed()])))
}

#[tokio::test]
async fn a_handler_makes_the_message() {
    let report = verifier()
        .message("order placed", |_| async {
            Message::json(json!({ "id": 1 })).metadata("topic", "orders")
        })
        .run()
        .await
        .unwrap();
    assert!(report.is_success(), "{}", report.to_json());
}

#[tokio::test]
async fn a_message_that_nobody_makes_names_the_nearest() {
    let report = verifier()
        .message("orders placed", |_| async { Message::empty() })
        .run()
        .await
        .unwrap();
    let (_, first) = report.interactions().next().unwrap();
    let Outcome::Errored(error) = &first.outcome else {
        panic!("{first:?}")
    };
    assert_eq!(
        error.to_string(),
        "no handler for message \"order placed\": add .message(\"order placed\", …); did you mean \"orders placed\"?"
    );
}

#[tokio::test]
async fn a_provider_behind_an_address_is_asked_for_the_message() {
    // ANCHOR: proxy
    let provider = Router::new().route(
        "/",
        post(|Json(asked): Json<Value>| async move {
            assert_eq!(
                asked,
                json!({ "description": "order placed", "providerStates": [] })
            );
            let metadata =
                base64::engine::general_purpose::STANDARD.encode(json!({ "topic": "orders" }).to_string());
            ([("pact-message-metadata", metadata)], Json(json!({ "id": 1 })))
        }),
    );
    // ANCHOR_END: proxy
    let report = verifier().base_url(serve(provider).await).run().await.unwrap();
    assert!(report.is_success(), "{}", report.to_json());
}
