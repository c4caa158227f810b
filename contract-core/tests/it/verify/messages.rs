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

#[tokio::test]
async fn of_several_responses_over_http_the_others_are_never_taken_as_verified() {
    let quote = |price: u64| json!({ "contents": { "content": { "price": price }, "contentType": "application/json" } });
    let ticker = json!({
        "type": "Synchronous/Messages",
        "description": "quotes of a share",
        "request": { "contents": { "content": { "share": "ACME" }, "contentType": "application/json" } },
        "response": [quote(7), quote(8)],
    });
    let responding =
        |price: u64| Router::new().route("/", post(move || async move { Json(json!({ "price": price })) }));
    for (price, name) in [(7, "not verifiable"), (9, "failed")] {
        let report = Verifier::new("user-api")
            .contracts(Contracts::value(contract(std::slice::from_ref(&ticker))))
            .base_url(serve(responding(price)).await)
            .run()
            .await
            .unwrap();
        assert!(!report.is_success(), "{}", report.to_json());
        let (_, first) = report.interactions().next().unwrap();
        assert_eq!(first.outcome.name(), name, "{}", report.to_json());
        if let Outcome::NotVerifiable(reason) = &first.outcome {
            let reason = reason.to_string();
            assert!(
                reason.starts_with(
                    "it has 2 responses, and a provider returns one message over HTTP: the first one matches"
                ),
                "{reason}"
            );
        }
    }
    let by_handler = Verifier::new("user-api")
        .contracts(Contracts::value(contract(std::slice::from_ref(&ticker))))
        .message("quotes of a share", |_| async {
            vec![
                Message::json(json!({ "price": 7 })),
                Message::json(json!({ "price": 8 })),
            ]
        })
        .run()
        .await
        .unwrap();
    assert!(by_handler.is_success(), "{}", by_handler.to_json());
}
