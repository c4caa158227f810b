//! Webhooks: created, changed, tried and deleted.

use axum::Router;
use axum::routing::post;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::scene::{Family, Scene};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both(a_webhook_is_created_and_called);
    suite.both(a_webhook_is_replaced_tried_and_deleted);
}

/// A server that says what was posted to it.
async fn receiver() -> (String, UnboundedReceiver<String>) {
    let (sender, receiver) = unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let app = Router::new().route(
        "/hook",
        post(move |body: String| async move {
            sender.send(body).unwrap();
            "received"
        }),
    );
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, receiver)
}

async fn a_webhook_is_created_and_called(scene: &Scene) {
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    let (url, mut received) = receiver().await;
    scene
        .broker_with(
            &format!("create-webhook {url} --request POST --consumer web-app --provider user-api --contract-content-changed"),
            &[
                "--description",
                "Build the provider",
                "--header",
                "Content-Type: application/json",
                "--data",
                r#"{"consumer":"${pactbroker.consumerName}","version":"${pactbroker.consumerVersionNumber}"}"#,
            ],
        )
        .await
        .ok()
        .says("Build the provider");
    scene.published("user-api", "2", "main", &["/users/2"]).await;
    let mut bodies = Vec::new();
    while !bodies.contains(&json!({ "consumer": "web-app", "version": "2" })) {
        let body = received.recv().await.unwrap();
        bodies.push(serde_json::from_str(&body).unwrap());
    }
    scene
        .broker_with(
            &format!("create-webhook {url} --request POST --consumer-label team-a --contract-published"),
            &[],
        )
        .await
        .ok();
    scene
        .broker("create-webhook ftp://example.com/ --request POST --contract-published")
        .await
        .fails(1)
        .says("request.url");
    let listed = scene.get("/webhooks").await.json;
    assert_eq!(
        listed["_links"]["pb:webhooks"].as_array().unwrap().len(),
        2,
        "{listed}"
    );
}

async fn a_webhook_is_replaced_tried_and_deleted(scene: &Scene) {
    const UUID: &str = "7c1f0d5c-0ca7-4ab2-9b7e-5b9a4b8ce0c1";
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    let (url, mut received) = receiver().await;
    for (description, event) in [
        ("first", "--provider-verification-published"),
        ("second", "--provider-verification-failed"),
    ] {
        let line = format!(
            "create-or-update-webhook {url} --uuid {UUID} --request POST --provider user-api \
             --description {description} --user me:secret --data tried {event}"
        );
        scene.broker(&line).await.ok().says(description);
    }
    let path = format!("/webhooks/{UUID}");
    let shown = scene.get(&path).await.json;
    assert_eq!(shown["description"], "second", "{shown}");
    assert_eq!(
        shown["events"],
        json!([{ "name": "provider_verification_failed" }]),
        "{shown}"
    );
    assert_eq!(shown["request"]["username"], "me", "{shown}");
    assert!(!shown.to_string().contains("secret"), "{shown}");

    scene
        .broker(&format!("test-webhook --uuid {UUID}"))
        .await
        .ok()
        .says("answered 200")
        .says("received");
    assert_eq!(received.recv().await.unwrap(), "tried");
    if scene.family == Family::Rust {
        scene.broker(&format!("delete-webhook --uuid {UUID}")).await.ok();
        assert!(scene.lacks(&path).await);
    }
}
