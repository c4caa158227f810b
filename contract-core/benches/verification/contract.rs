//! The contract that is verified, and its provider.

use std::path::Path;

use axum::extract;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

/// Writes a contract with this many interactions, each with a body of 1 KiB and 16 rules. Returns its size in bytes.
pub(crate) fn write(path: &Path, interactions: usize) -> usize {
    let contract = json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": (0..interactions).map(interaction).collect::<Vec<_>>(),
        "metadata": { "pactSpecification": { "version": "4.0" } },
    });
    let text = contract.to_string();
    std::fs::write(path, &text).unwrap();
    text.len()
}

fn interaction(id: usize) -> Value {
    json!({
        "type": "Synchronous/HTTP",
        "description": format!("a request for user {id}"),
        "request": { "method": "GET", "path": format!("/users/{id}") },
        "response": {
            "status": 200,
            "headers": { "content-type": ["application/json"] },
            "body": { "content": user(id), "contentType": "application/json", "encoded": false },
            "matchingRules": { "body": rules() },
        },
    })
}

/// 1 KiB of JSON.
fn user(id: usize) -> Value {
    let mut user = json!({
        "id": id,
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "roles": [{ "id": 1 }, { "id": 2 }],
    });
    for field in fields() {
        user[field] = json!("a text of usual length, which is the same for each of the users, and all of");
    }
    user
}

fn rules() -> Map<String, Value> {
    let one = |matcher: Value| json!({ "combine": "AND", "matchers": [matcher] });
    let mut rules = Map::new();
    rules.insert("$.id".into(), one(json!({ "match": "integer" })));
    rules.insert("$.name".into(), one(json!({ "match": "type" })));
    rules.insert(
        "$.email".into(),
        one(json!({ "match": "regex", "regex": "\\S+@\\S+" })),
    );
    rules.insert("$.roles".into(), one(json!({ "match": "type", "min": 1 })));
    for field in fields() {
        rules.insert(format!("$.{field}"), one(json!({ "match": "type" })));
    }
    rules
}

fn fields() -> impl Iterator<Item = String> {
    (0..12).map(|number| format!("field{number}"))
}

/// A provider that answers as the contract says.
pub(crate) fn app() -> Router {
    async fn answer(extract::Path(id): extract::Path<usize>) -> Json<Value> {
        Json(user(id))
    }
    Router::new().route("/users/{id}", get(answer))
}
