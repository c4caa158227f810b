//! The provider of these tests: users by number, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use contract_core::contract::Contract;
use serde_json::{Value, json};

/// Users by number. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Users(Arc<Mutex<BTreeMap<u64, Value>>>);

impl Users {
    pub(super) fn insert(&self, id: u64, name: &str) {
        self.0
            .lock()
            .unwrap()
            .insert(id, json!({ "id": id, "name": name }));
    }
}

pub(super) fn app(users: Users) -> Router {
    async fn user(State(users): State<Users>, Path(id): Path<u64>) -> Response {
        match users.0.lock().unwrap().get(&id) {
            Some(user) => Json(user.clone()).into_response(),
            None => (StatusCode::NOT_FOUND, Json(json!({ "error": "no such user" }))).into_response(),
        }
    }
    async fn secret(headers: HeaderMap) -> StatusCode {
        match headers.get("authorization") {
            Some(value) if value == "Bearer t0ken" => StatusCode::NO_CONTENT,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
    async fn panics() -> StatusCode {
        panic!("out of cheese")
    }
    Router::new()
        .route("/users/{id}", get(user))
        .route("/old", get(|| async { Redirect::to("/users/1") }))
        .route("/secret", get(secret))
        .route("/panics", get(panics))
        .with_state(users)
}

/// Serves the app on a free port; its address.
pub(super) async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

/// An address at which nobody listens: its port is kept until the process ends, so that no other test gets it.
pub(super) fn nobody() -> String {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = socket.local_addr().unwrap();
    Box::leak(Box::new(socket));
    format!("http://{address}")
}

/// A contract between web-app and user-api with these interactions, as they stand in a file of version 4.
pub(super) fn contract(interactions: &[Value]) -> Contract {
    Contract::read_str(&contract_text("web-app", interactions), "web-app-user-api.json").unwrap()
}

pub(super) fn contract_text(consumer: &str, interactions: &[Value]) -> String {
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": "user-api" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
    .to_string()
}

/// `GET path` is answered with this status; where it is a user, with a JSON body.
pub(super) fn get_interaction(description: &str, states: &[Value], path: &str, status: u16) -> Value {
    json!({
        "type": "Synchronous/HTTP",
        "description": description,
        "providerStates": states,
        "request": { "method": "GET", "path": path },
        "response": { "status": status },
    })
}

pub(super) fn user_interaction(id: u64, name: &str) -> Value {
    let state = json!({ "name": "user exists", "params": { "id": id, "name": name } });
    let mut interaction = get_interaction(
        &format!("a request for user {id}"),
        &[state],
        &format!("/users/{id}"),
        200,
    );
    interaction["response"]["headers"] = json!({ "content-type": ["application/json"] });
    interaction["response"]["body"] =
        json!({ "content": { "id": id, "name": name }, "contentType": "application/json", "encoded": false });
    interaction
}
