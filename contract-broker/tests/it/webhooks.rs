//! Webhooks, as clients write them and as receivers get them.

use std::time::Duration;

use contract_broker::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::running::{Receiver, Running};

/// Settings that let webhooks reach a receiver of the test, and repeat at once.
fn config() -> Config {
    Config {
        webhook_schemes: vec!["http".into(), "https".into()],
        webhook_allowed_hosts: vec!["127.0.0.1".into(), "*.example.org".into()],
        webhook_retry_schedule: vec![Duration::from_millis(1); 3],
        webhook_signing_secret: Some("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()),
        ..Config::default()
    }
}

fn webhook(url: &str) -> Value {
    json!({
        "description": "Build the provider",
        "events": [{"name": "contract_content_changed"}],
        "request": {
            "method": "POST",
            "url": url,
            "headers": {"Authorization": "Bearer swordfish", "Content-Type": "application/json"},
            "body": {"consumer": "${pactbroker.consumerName}", "event": "${pactbroker.eventName}"},
        },
    })
}

#[tokio::test]
async fn a_webhook_is_created_read_changed_listed_and_removed() {
    let broker = Running::start(config()).await;
    let (status, created) = broker
        .send(Method::POST, "/webhooks", webhook("https://ci.example.org/a"))
        .await;
    assert_eq!(status, 201, "{created}");
    let own = created["_links"]["self"]["href"]
        .as_str()
        .unwrap()
        .strip_prefix(&broker.url)
        .unwrap()
        .to_owned();
    assert_eq!(created["request"]["headers"]["Authorization"], "**********");
    assert!(
        created["_links"]["pb:execute"]["href"]
            .as_str()
            .unwrap()
            .ends_with("/execute")
    );

    let mut changed = created.clone();
    changed["description"] = json!("Another");
    changed["enabled"] = json!(false);
    let (status, changed) = broker.send(Method::PUT, &own, changed).await;
    assert_eq!(
        (status, &changed["description"], &changed["enabled"]),
        (200, &json!("Another"), &json!(false))
    );

    let (_, list) = broker.get("/webhooks").await;
    assert_eq!(list["_links"]["pb:webhooks"][0]["title"], "Another");
    assert_eq!(broker.send(Method::DELETE, &own, Value::Null).await.0, 204);
    assert_eq!(broker.get(&own).await.0, 404);
    assert_eq!(broker.send(Method::DELETE, &own, Value::Null).await.0, 404);
    broker.stop().await;
}

#[tokio::test]
async fn a_client_chooses_the_uuid_with_put() {
    let broker = Running::start(config()).await;
    let body = webhook("https://ci.example.org/a");
    assert_eq!(
        broker
            .send(Method::PUT, "/webhooks/0123456789abcdef", body.clone())
            .await
            .0,
        201
    );
    assert_eq!(
        broker
            .send(Method::PUT, "/webhooks/0123456789abcdef", body.clone())
            .await
            .0,
        200
    );
    assert_eq!(broker.send(Method::PUT, "/webhooks/short", body).await.0, 400);
    assert_eq!(
        broker.get("/webhooks/0123456789abcdef").await.1["uuid"],
        "0123456789abcdef"
    );
    broker.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_webhook_is_said_by_member() {
    let broker = Running::start(config()).await;
    let (status, body) = broker
        .send(Method::POST, "/webhooks", webhook("http://169.254.169.254/"))
        .await;
    assert_eq!(status, 400);
    let message = body["errors"]["request.url"][0].as_str().unwrap();
    assert!(message.contains("must not reach 169.254.169.254"), "{message}");
    let mut unknown = webhook("https://ci.example.org/a");
    unknown["provider"] = json!({"name": "nobody"});
    let (status, body) = broker.send(Method::POST, "/webhooks", unknown).await;
    assert_eq!(
        (status, body["errors"]["provider.name"].is_array()),
        (400, true),
        "{body}"
    );
    let (status, _) = broker
        .send(
            Method::POST,
            "/webhooks/provider/nobody",
            webhook("https://ci.example.org/a"),
        )
        .await;
    assert_eq!(status, 404);
    broker.stop().await;
}

#[tokio::test]
async fn a_webhook_can_be_tried_out_before_anything_was_published() {
    let mut receiver = Receiver::start(0).await;
    let broker = Running::start(config()).await;
    let (_, created) = broker
        .send(
            Method::POST,
            "/webhooks",
            webhook(&format!("{}/try", receiver.url)),
        )
        .await;
    let uuid = created["uuid"].as_str().unwrap();
    let (status, result) = broker
        .send(Method::POST, &format!("/webhooks/{uuid}/execute"), Value::Null)
        .await;
    assert_eq!(
        (status, &result["success"], &result["response"]["status"]),
        (200, &json!(true), &json!(200))
    );
    assert_eq!(result["request"]["headers"]["Authorization"], "**********");
    let received = receiver.next().await;
    assert_eq!(received.uri.path(), "/try");
    assert_eq!(received.headers["authorization"], "Bearer swordfish");
    assert!(
        received.headers["webhook-signature"]
            .to_str()
            .unwrap()
            .starts_with("v1,")
    );
    assert_eq!(
        received.json(),
        json!({"consumer": "placeholder-consumer", "event": "test"})
    );

    let (status, result) = broker
        .send(Method::POST, "/webhooks/execute", webhook(&receiver.url))
        .await;
    assert_eq!((status, &result["success"]), (200, &json!(true)));
    broker.stop().await;
}

#[tokio::test]
async fn secrets_are_not_in_the_database_in_clear() {
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("key");
    let broker = Running::start(Config {
        webhook_encryption_key_path: Some(key),
        ..config()
    })
    .await;
    broker
        .send(Method::POST, "/webhooks", webhook("https://ci.example.org/a"))
        .await;
    let files = broker.files();
    assert!(!files.is_empty());
    for (name, bytes) in files {
        assert!(!bytes.windows(9).any(|part| part == b"swordfish"), "{name}");
    }
    broker.stop().await;
}
