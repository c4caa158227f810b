//! The library's client and verifier against the real broker: from a published contract to can-i-deploy.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use contract_broker::{Broker, Config};
use contract_core::ErrorKind;
use contract_core::broker::Selector;
use contract_core::broker::{Auth, CanIDeploy, Client, NewEnvironment, Publication};
use contract_core::verify::{Contracts, PublishResults, VerificationReport, Verifier};
use serde_json::json;

/// Starts a broker that ends with the test.
async fn broker(directory: &Path) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let config = Config {
        database_url: format!("sqlite:{}", directory.join("broker.sqlite3").display()),
        base_url: Some(url.clone()),
        ..Config::default()
    };
    let broker = Broker::build(config).await.unwrap();
    tokio::spawn(broker.serve(listener, std::future::pending()));
    Client::new(&url, Auth::None)
        .unwrap()
        .attempts(2, Duration::from_millis(10))
}

fn contract(name: &str) -> String {
    json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": [{
            "type": "Synchronous/HTTP",
            "description": "a request for user 1",
            "request": { "method": "GET", "path": "/users/1" },
            "response": {
                "status": 200,
                "headers": { "content-type": ["application/json"] },
                "body": { "content": { "name": name }, "contentType": "application/json", "encoded": false },
            },
        }],
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
    .to_string()
}

async fn publish(broker: &Client, version: &str, name: &str) {
    let publication = Publication::new(version)
        .branch("main")
        .content(contract(name), "web-app-user-api.json")
        .unwrap();
    let published = broker.publish(&publication).await.unwrap();
    assert_eq!(published[0].urls.len(), 1);
}

async fn verify(broker: &Client, version: &str, name: &'static str) -> VerificationReport {
    Verifier::new("user-api")
        .contracts(Contracts::broker(broker.clone()))
        .selectors([Selector::main_branch(), Selector::deployed_or_released()])
        .service(move || async move {
            Router::new().route(
                "/users/1",
                get(move || async move { axum::Json(json!({ "name": name })) }),
            )
        })
        .publish(PublishResults::version(version).branch("main"))
        .run()
        .await
        .unwrap()
}

async fn deployable(broker: &Client, name: &str, version: &str) -> Option<bool> {
    let question = CanIDeploy::version(name, version).to_environment("production");
    broker.can_i_deploy(&question).await.unwrap().deployable
}

#[tokio::test]
async fn from_a_published_contract_to_can_i_deploy() {
    let directory = tempfile::tempdir().unwrap();
    let broker = broker(directory.path()).await;
    let created = broker
        .create_environment(&NewEnvironment::new("production").production(true))
        .await
        .unwrap();
    assert_eq!(broker.environments().await.unwrap(), [created]);

    publish(&broker, "1", "Ada").await;
    assert_eq!(
        deployable(&broker, "web-app", "1").await,
        None,
        "nothing is verified yet"
    );

    let report = verify(&broker, "7", "Ada").await;
    assert!(report.is_success(), "{}", report.to_json());
    assert!(report.contracts[0].published.is_some());
    broker
        .record_deployment("user-api", "7", "production", None)
        .await
        .unwrap();
    assert_eq!(deployable(&broker, "web-app", "1").await, Some(true));
    broker
        .record_deployment("web-app", "1", "production", None)
        .await
        .unwrap();

    // A provider that breaks what is deployed: this branch fulfilled it before, so it is not pending.
    let report = verify(&broker, "8", "Grace").await;
    assert!(!report.is_success(), "{}", report.to_json());
    assert_eq!(deployable(&broker, "user-api", "8").await, Some(false));

    let ended = broker
        .record_undeployment("web-app", "production", None)
        .await
        .unwrap();
    assert_eq!(ended[0].version.as_deref(), Some("1"));
    assert_eq!(
        deployable(&broker, "user-api", "8").await,
        Some(true),
        "nobody there needs it"
    );
}

#[tokio::test]
async fn content_that_was_never_fulfilled_is_pending() {
    let directory = tempfile::tempdir().unwrap();
    let broker = broker(directory.path()).await;
    publish(&broker, "1", "Ada").await;
    let report = verify(&broker, "7", "Grace").await;
    assert!(report.is_success(), "{}", report.to_json());
    assert_eq!(report.counts().pending, 1);
    assert!(!report.contracts[0].notices.is_empty());
}

#[tokio::test]
async fn the_broker_refuses_other_content_under_the_same_version() {
    let directory = tempfile::tempdir().unwrap();
    let broker = broker(directory.path()).await;
    publish(&broker, "1", "Ada").await;
    publish(&broker, "1", "Ada").await;
    let other = Publication::new("1")
        .content(contract("Grace"), "web-app-user-api.json")
        .unwrap();
    let error = broker.publish(&other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    let error = broker
        .record_deployment("web-app", "1", "production", None)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("there is no environment \"production\""),
        "{error}"
    );
}

#[tokio::test]
async fn a_login_asks_less_often_each_time_that_the_broker_says_so() {
    let begun = json!({
        "device_code": "d", "user_code": "BDWP-HQPK", "verification_uri": "http://b/device", "expires_in": 600, "interval": 5,
    });
    let asked = Arc::new(AtomicUsize::new(0));
    let answer = async move || {
        let error =
            ["authorization_pending", "slow_down", "slow_down"][asked.fetch_add(1, Ordering::Relaxed)];
        (StatusCode::BAD_REQUEST, Json(json!({ "error": error })))
    };
    let router = Router::new()
        .route("/oauth/device_authorization", post(async || Json(begun)))
        .route("/oauth/token", post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    let client = Client::new(&url, Auth::None).unwrap();
    let mut login = client.begin_login("test").await.unwrap();
    let mut intervals = vec![login.interval.as_secs()];
    for _ in 0..3 {
        assert_eq!(client.complete_login(&mut login).await.unwrap(), None);
        intervals.push(login.interval.as_secs());
    }
    assert_eq!(intervals, [5, 5, 10, 15]);
}
