//! A provider that fulfils the contracts that other libraries wrote: each interaction of theirs passes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use contract_core::provider::*;
use serde_json::{Value, json};

use crate::interop::folder;

/// The numbers of the orders that exist.
#[derive(Clone, Default)]
struct Orders(Arc<Mutex<BTreeSet<u64>>>);

impl Orders {
    fn add(&self, id: u64) {
        self.0.lock().unwrap().insert(id);
    }

    fn contain(&self, id: u64) -> bool {
        self.0.lock().unwrap().contains(&id)
    }
}

fn app(orders: Orders) -> Router {
    Router::new()
        .route("/users", get(users).post(bad_user))
        .route("/users/{id}", get(user))
        .route("/users/{id}/orders", post(create_order))
        .route(
            "/users/{id}/avatar",
            get(avatar).post(StatusCode::CREATED).put(StatusCode::NO_CONTENT),
        )
        .route("/orders", get(async || Json(json!([{ "id": 1 }, { "id": 2 }]))))
        .route("/orders/{id}", get(order).merge(delete(delete_order)))
        .route("/orders.xml", get(orders_xml).post(StatusCode::ACCEPTED))
        .route("/by-state/{id}", get(order_by_state))
        .route("/login", post(login))
        .route("/health", get(async || "up: äöü ✓"))
        .route(
            "/h",
            get(async || {
                [
                    (header::CACHE_CONTROL, "no-cache, max-age=0"),
                    (header::ETAG, "\"x\""),
                ]
            }),
        )
        .route("/rules", post(csv))
        .route("/pending", get(csv))
        .route(
            "/graphql",
            post(async || Json(json!({ "data": { "order": { "id": "1", "ref": "ORD" } } }))),
        )
        .route(
            "/files",
            post(async || (StatusCode::CREATED, Json(json!({ "id": 7 })))),
        )
        .route("/notes", post(StatusCode::CREATED))
        .route("/blobs/{id}", put(StatusCode::NO_CONTENT))
        .route("/generated", get(generated))
        .with_state(orders)
}

async fn users() -> Json<Value> {
    Json(json!({
        "page": 1,
        "users": [{
            "active": false, "address": { "street": "2 Side St", "zip": "20095" }, "balance": 1,
            "created": "2026-08-06T16:53:10Z", "email": "grace@example.com", "hash": "0a", "id": 8, "ip": "10.0.0.1",
            "name": "Grace", "tags": ["a", "b", "c"], "uuid": "00000000-d8e1-11e7-9296-cec278b6b50a",
        }],
    }))
}

async fn bad_user() -> (StatusCode, Json<Value>) {
    let problem = json!({ "codes": [3, 4], "error": "no e-mail" });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(problem))
}

/// What the contracts of both libraries want of a user.
async fn user(Path(id): Path<u64>) -> impl IntoResponse {
    let user = json!({
        "actions": [{ "name": "delete" }, 6, "literal"], "active": false, "at": "23:59:59", "balance": 2.5,
        "bio": "an engineer", "created": "2026-01-02T03:04:05+0000", "day": "2026-02-03",
        "friends": [{ "id": "e2490de5-5bd3-43d5-b7c4-526e33f71304" }], "id": id, "like": { "a": [3, 4], "b": { "c": "x" } },
        "limits": { "day": 11, "week": 12 }, "n": 4.5, "name": "Grace", "none": null,
        "orders": [{ "id": 2, "lines": [{ "sku": "SKU-2" }, { "sku": "SKU-3" }] }], "prefs": { "pref-2": "on" },
        "role": "staff", "roles": ["admin", "s"], "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa7",
        "when": "2026-01-02 03:04:06",
    });
    ([("x-rate", "12"), ("x-trace", "xyz")], Json(user))
}

async fn create_order() -> impl IntoResponse {
    let location = [(header::LOCATION, "/orders/17")];
    (StatusCode::CREATED, location, Json(json!({ "id": 17 })))
}

async fn avatar() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "image/png")],
        b"\x89PNG\r\n\x1a\n another picture".to_vec(),
    )
}

async fn order(State(orders): State<Orders>, Path(id): Path<u64>) -> Response {
    if !orders.contain(id) {
        return (StatusCode::NOT_FOUND, Json(json!({ "error": "not found" }))).into_response();
    }
    let option = json!({ "name": "colour", "value": "blue" });
    let line = json!({ "options": [option], "price": 1.25, "sku": "SKU-9" });
    Json(json!({
        "actions": [{ "method": "PUT", "name": "refund" }, { "href": "/cancel", "name": "stop" }],
        "at": "13:04:05", "atLeast": ["y", "z"], "atMost": [2], "between": [{ "n": 1 }],
        "byKey": { "k-7": { "v": 8 } }, "contains": "a needle in hay", "createdAt": "2026-01-02T03:04:05.999+01:00",
        "day": "2026-12-31", "exact": "fixed", "hex": "ff", "id": id, "id2": "3fa85f64-5717-4562-b3fc-2c963f66afa7",
        "ip": "10.0.0.1", "ip6": "::1", "lines": [line, line], "mail": "a@example.com", "note": "x", "nothing": null,
        "paid": false, "qty": 9, "ref": "ORD-12345678", "self": "/orders/42", "total": 3.5, "weight": 2,
    }))
    .into_response()
}

async fn order_by_state(State(orders): State<Orders>, Path(id): Path<u64>) -> Response {
    if !orders.contain(id) {
        return StatusCode::NOT_FOUND.into_response();
    }
    Json(json!({ "id": id, "ref": "R" })).into_response()
}

async fn delete_order(State(orders): State<Orders>, Path(id): Path<u64>) -> StatusCode {
    if orders.0.lock().unwrap().remove(&id) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

/// With namespaces for those who ask for XML, plain for those who take anything.
async fn orders_xml(headers: HeaderMap) -> impl IntoResponse {
    let document = if headers.contains_key(header::ACCEPT) {
        "<n:orders id='1' updated='2026-05-05T05:05:05' xmlns:n='http://some.namespace/and/more/stuff'>\
         <n:order id='4' type='shop'><n:ref>ORD-4</n:ref><n:total currency='EUR'>3.5</n:total><n:note>plain</n:note></n:order>\
         <n:order id='5' type='web'><n:ref>ORD-5</n:ref><n:total currency='EUR'>3.5</n:total><n:note>plain</n:note></n:order>\
         </n:orders>"
    } else {
        "<orders><order id='9'><ref>ORD-9</ref></order><order id='10'><ref>ORD-10</ref></order></orders>"
    };
    ([(header::CONTENT_TYPE, "application/xml")], document)
}

async fn login() -> impl IntoResponse {
    let headers = [
        (header::LOCATION, "/home"),
        (header::SET_COOKIE, "sid=abc; Path=/; HttpOnly"),
    ];
    (StatusCode::FOUND, headers)
}

async fn csv() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/csv")], "id,name\n1,Ada\n")
}

async fn generated() -> Json<Value> {
    Json(json!({
        "b": true, "d": "2026-01-02T03:04:05", "day": "2026-01-02", "f": 1.5, "i": 3, "s": "ABC12", "t": "x",
        "u": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    }))
}

/// The id of a state's order: pact-python puts parameters into a member of their own.
fn id_of(params: &Value) -> u64 {
    let id = params.get("id").or_else(|| params.get("parameters")?.get("id"));
    id.and_then(Value::as_u64).unwrap_or(1)
}

fn states() -> States<Orders> {
    States::new()
        .state(
            "an order exists",
            |state: StateParams<Value, Orders>| async move {
                let id = id_of(state.params());
                state.fixture().add(id);
                contract_core::json::object([("id", id.into()), ("ref", "R".into())])
            },
        )
        .state("order 1 exists", |state: StateParams<Value, Orders>| async move {
            state.fixture().add(1);
        })
        .holds("the clock is frozen")
        .holds("users exist")
        .holds("user 7 exists")
        .holds("a user 7 exists")
        .holds("a user exists")
        .holds("is logged in")
        .holds("orders exist")
        .holds("prices exist")
        .holds("an order was paid")
        .holds("an order shipped")
}

/// The events of one library's contracts: the two disagree about a binary event and the form of a time.
fn events(verifier: Verifier<Orders>, library: &str) -> Verifier<Orders> {
    let (binary, at) = match library {
        "js" => (&b"\x00\x01\x02\xfe\xff"[..], "2026-03-04T05:06:07Z"),
        _ => (&b"\x00\x01\xfe\xff"[..], "2026-03-04T05:06:07"),
    };
    verifier
        .message("a binary event", move |_| async move {
            Message::bytes(binary, "application/octet-stream")
        })
        .message("an order paid event", move |_| async move {
            let lines = json!([{ "qty": 1, "sku": "b" }]);
            Message::json(json!({ "at": at, "id": 2, "lines": lines, "ref": "ORD-2" }))
                .metadata("topic", "orders")
                .metadata("key", "1")
                .metadata("partition", "3")
        })
        .message(
            "an order shipped event",
            |request: MessageRequest<Orders>| async move {
                let state = request.provider_states().first();
                let id = state.and_then(|state| state.params.get("id")?.as_u64());
                let items = json!([{ "sku": "z" }]);
                Message::json(json!({ "carrier": "UPS", "id": id.unwrap_or(4), "items": items }))
                    .metadata("topic", "orders")
                    .metadata("key", "6")
            },
        )
        .message("a text event", |_| async {
            Message::text("order 1 paid").metadata("topic", "log")
        })
        .message("a price request", |_| async {
            Message::json(json!({ "currency": "USD", "price": 1.5 }))
        })
        .message("a raw request", |_| async { Message::text("fine") })
}

#[tokio::test]
async fn a_provider_that_was_written_for_them_fulfils_the_contracts_of_other_libraries() {
    let Some(folder) = folder() else { return };
    let mut verified = 0;
    for (library, provider) in [
        ("js", "orders"),
        ("py", "orders"),
        ("js", "orders-events"),
        ("py", "orders-events"),
    ] {
        let verifier = Verifier::with_fixture(provider, || async { Orders::default() })
            .contracts(Contracts::dir(folder.join(library)))
            .service_with(|orders: Orders| async { app(orders) })
            .states(states());
        let report = events(verifier, library).run().await.unwrap();
        let text = report.to_text(contract_core::report::Style::PLAIN);
        assert!(report.is_success(), "{text}");
        // One interaction is pending: it would not fail the run.
        assert_eq!(report.counts().pending, 0, "{text}");
        verified += report.counts().passed;
    }
    assert_eq!(verified, 58);
}
