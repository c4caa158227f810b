//! The API by itself, as its own team would test it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod description;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use orders_api::{Build, Order, Status, Store};
use serde_json::{Value, json};
use tower::ServiceExt as _;

struct Answer {
    status: StatusCode,
    location: Option<String>,
    body: Value,
}

async fn send(app: axum::Router, method: Method, path: &str, body: Option<Value>) -> Answer {
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    let location = response.headers().get(header::LOCATION);
    Answer {
        status: response.status(),
        location: location.map(|location| location.to_str().unwrap().to_owned()),
        body: serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap(),
    }
}

fn order(id: u64, status: Status) -> Order {
    Order {
        id,
        status,
        ..Order::default()
    }
}

#[tokio::test]
async fn an_order_is_found_by_its_number() {
    let store = Store::default();
    store.put(order(7, Status::Paid));

    let found = send(orders_api::app(store.clone()), Method::GET, "/orders/7", None).await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(found.body["status"], "paid");
    assert_eq!(found.body["customer"]["email"], "ada@example.com");

    let missing = send(orders_api::app(store), Method::GET, "/orders/8", None).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(missing.body, json!({ "error": "there is no order 8" }));
}

#[tokio::test]
async fn a_placed_order_can_be_found_where_its_location_says() {
    let app = orders_api::app(Store::default());
    let new = json!({
        "customer": { "name": "Grace Hopper", "email": "grace@example.com" },
        "lines": [{ "sku": "TEA-250", "quantity": 3, "price": 8.95 }],
    });

    let placed = send(app.clone(), Method::POST, "/orders", Some(new)).await;
    assert_eq!(placed.status, StatusCode::CREATED);
    assert_eq!(placed.body["total"], 26.85);

    let found = send(app, Method::GET, &placed.location.unwrap(), None).await;
    assert_eq!(found.body, placed.body);
}

#[tokio::test]
async fn an_order_without_lines_is_refused() {
    let new = json!({ "customer": { "name": "Ada", "email": "ada@example.com" }, "lines": [] });
    let refused = send(
        orders_api::app(Store::default()),
        Method::POST,
        "/orders",
        Some(new),
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn orders_are_listed_by_status() {
    let store = Store::default();
    store.put(order(1, Status::Open));
    store.put(order(2, Status::Shipped));
    store.put(order(3, Status::Open));

    let open = send(
        orders_api::app(store.clone()),
        Method::GET,
        "/orders?status=open",
        None,
    )
    .await;
    let ids: Vec<_> = open
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|order| &order["id"])
        .collect();
    assert_eq!(ids, [1, 3]);

    let all = send(orders_api::app(store), Method::GET, "/orders", None).await;
    assert_eq!(all.body.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_breaking_build_calls_the_status_state() {
    let store = Store::default();
    store.put(order(1, Status::Open));
    let answer = send(Build::RenamedField.app(store), Method::GET, "/orders/1", None).await;
    assert_eq!(answer.body["state"], "open");
    assert_eq!(answer.body.get("status"), None);
}
