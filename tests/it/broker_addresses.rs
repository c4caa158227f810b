//! The library's client and the address that it was given: redirects, credentials in it, servers that are no brokers.

use std::path::Path;
use std::time::Duration;

use axum::extract::OriginalUri;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::any;
use axum::{Json, Router};
use contract_broker::{Broker, Config};
use contract_core::ErrorKind;
use contract_core::broker::{Auth, Client, NewEnvironment, Publication};
use contract_core::contract::Contract;
use contract_core::verify::{Contracts, Verifier};
use serde_json::json;

/// Starts a broker that ends with the test; gives its port.
async fn broker(directory: &Path) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = Config {
        database_url: format!("sqlite:{}", directory.join("broker.sqlite3").display()),
        ..Config::default()
    };
    let broker = Broker::build(config).await.unwrap();
    tokio::spawn(broker.serve(listener, std::future::pending()));
    port
}

async fn serve(router: Router) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

/// A server that redirects every request to the same path of another one.
async fn redirecting(status: StatusCode, to: String) -> u16 {
    let redirect = move |OriginalUri(uri): OriginalUri| {
        let location = format!("{to}{uri}");
        async move { (status, [(header::LOCATION, location)]) }
    };
    serve(Router::new().fallback(any(redirect))).await
}

fn client(address: &str) -> Client {
    Client::new(address, Auth::None)
        .unwrap()
        .attempts(2, Duration::from_millis(5))
}

fn contract() -> String {
    json!({
        "consumer": { "name": "shop" },
        "provider": { "name": "stock" },
        "interactions": [{
            "description": "a request for the stock of tea",
            "request": { "method": "GET", "path": "/stock/tea" },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
    .to_string()
}

fn publication(version: &str) -> Publication {
    Publication::new(version)
        .content(contract(), "shop-stock.json")
        .unwrap()
}

#[tokio::test]
async fn what_is_written_through_a_redirect_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let port = broker(directory.path()).await;
    let direct = client(&format!("http://127.0.0.1:{port}"));
    direct
        .ensure_environment(&NewEnvironment::new("prod"))
        .await
        .unwrap();
    for status in [301, 302, 307, 308] {
        let status = StatusCode::from_u16(status).unwrap();
        let front = redirecting(status, format!("http://127.0.0.1:{port}")).await;
        let client = client(&format!("http://127.0.0.1:{front}"));
        let version = status.as_str();
        let published = client.publish(&publication(version)).await.unwrap();
        assert_eq!(published[0].urls.len(), 1, "{status}");
        client
            .record_deployment("shop", version, "prod", None)
            .await
            .unwrap();
        let deployed = direct.deployments("prod", None).await.unwrap();
        assert!(deployed.iter().any(|it| it.version == version), "{status}");
    }
}

#[tokio::test]
async fn what_writes_is_not_redirected_to_another_host_nor_made_a_reading_request() {
    for (status, host) in [(307, "localhost"), (301, "localhost"), (303, "127.0.0.1")] {
        let status = StatusCode::from_u16(status).unwrap();
        let elsewhere = serve(Router::new().fallback(any(|| async { Json(json!({ "_links": {} })) }))).await;
        let to = format!("http://{host}:{elsewhere}/contracts/publish");
        let index = json!({ "_links": { "pb:publish-contracts": { "href": "publish" } } });
        let location = to.clone();
        let router = Router::new().route("/", any(|| async { Json(index) })).route(
            "/publish",
            any(async move || (status, [(header::LOCATION, location)])),
        );
        let front = serve(router).await;
        let error = client(&format!("http://127.0.0.1:{front}"))
            .publish(&publication("1"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Broker, "{error}");
        let expected = format!("redirects to {to} ({status}), which is not followed");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

#[tokio::test]
async fn an_unreachable_server_that_the_broker_redirects_to_is_named() {
    let front = redirecting(StatusCode::FOUND, "http://login.invalid".to_owned()).await;
    let error = client(&format!("http://127.0.0.1:{front}"))
        .publish(&publication("1"))
        .await
        .unwrap_err()
        .to_string();
    let expected =
        format!("cannot reach http://login.invalid/, to which http://127.0.0.1:{front}/ redirects (");
    assert!(error.contains(&expected), "{error}");
}

#[tokio::test]
async fn a_server_that_confirms_nothing_is_no_broker() {
    let answer = |OriginalUri(uri): OriginalUri| async move {
        match uri.path() {
            "/" => Json(json!({ "_links": { "pb:publish-contracts": { "href": "/publish" } } })),
            _ => Json(json!({ "ok": true })),
        }
    };
    let port = serve(Router::new().fallback(any(answer))).await;
    let error = client(&format!("http://127.0.0.1:{port}"))
        .publish(&publication("1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Broker);
    assert!(
        error.to_string().contains("is this the address of a broker?"),
        "{error}"
    );
}

#[tokio::test]
async fn credentials_in_the_address_are_used_and_never_shown() {
    let refusing = |headers: HeaderMap| async move {
        // lin:open sesame
        let is_known = headers
            .get("authorization")
            .is_some_and(|it| it == "Basic bGluOm9wZW4gc2VzYW1l");
        if is_known {
            StatusCode::IM_A_TEAPOT
        } else {
            StatusCode::UNAUTHORIZED
        }
    };
    let port = serve(Router::new().fallback(any(refusing))).await;
    let address = format!("http://lin:open%20sesame@127.0.0.1:{port}");
    let client = client(&address);
    assert!(
        !format!("{client:?} {}", client.url()).contains("sesame"),
        "{client:?}"
    );
    let error = client.publish(&publication("1")).await.unwrap_err().to_string();
    assert!(error.contains("418"), "{error}");
    assert!(!error.contains("sesame"), "{error}");

    // The address of a provider and of a contract as well.
    let contract = Contract::read_str(&contract(), "shop-stock.json").unwrap();
    let report = Verifier::new("stock")
        .contracts(Contracts::value(contract))
        .base_url(&address)
        .run()
        .await
        .unwrap();
    let text = format!(
        "{} {}",
        report.to_text(contract_core::report::Style::PLAIN),
        report.to_json()
    );
    assert!(text.contains("418"), "{text}");
    assert!(text.contains("-H 'authorization: "), "{text}");
    assert!(
        !text.contains("sesame") && !text.contains("bGluOm9wZW4gc2VzYW1l"),
        "{text}"
    );
    let error = Verifier::new("stock")
        .contracts(Contracts::url(format!("{address}/shop-stock.json")))
        .base_url(&address)
        .run()
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("418"), "{error}");
    assert!(!error.contains("sesame"), "{error}");
}
