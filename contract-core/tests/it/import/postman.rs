//! Postman collections.

use contract_core::contract::{Body, Matcher, RuleList};
use contract_core::import::{FindingKind, Options};
use serde_json::{Value, json};

use super::{findings, imported, imported_with, refused, request, response};

fn collection(items: &Value) -> Value {
    json!({
        "info": {
            "name": "Users",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
        },
        "variable": [{ "key": "tenant", "value": "acme" }],
        "item": items
    })
}

fn saved(code: u16, name: &str) -> Value {
    json!({
        "name": name, "code": code,
        "header": [{ "key": "Content-Type", "value": "application/json" }],
        "body": "{\"id\": 42}"
    })
}

#[test]
fn saved_responses_become_interactions() {
    let collection = collection(&json!([{
        "name": "users",
        "item": [{
            "name": "show one",
            "event": [{ "listen": "test", "script": { "exec": [] } }],
            "request": {
                "method": "POST",
                "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": "{{token}}" }] },
                "header": [
                    { "key": "X-Tenant", "value": "{{tenant}}" },
                    { "key": "X-Off", "value": "1", "disabled": true }
                ],
                "url": {
                    "raw": "{{baseUrl}}/users/:id?full=true",
                    "query": [{ "key": "full", "value": "true" }],
                    "variable": [{ "key": "id", "value": "42" }]
                },
                "body": { "mode": "raw", "raw": "{\"q\": 1}", "options": { "raw": { "language": "json" } } }
            },
            "response": [saved(200, "found"), saved(404, "not found")]
        }]
    }]));
    let imported = imported("users.json", &collection.to_string());
    let names: Vec<&str> = imported
        .interactions
        .iter()
        .map(|interaction| interaction.description.as_str())
        .collect();
    assert_eq!(names, ["users / show one: found", "users / show one: not found"]);
    let asked = request(&imported.interactions[0]);
    assert_eq!(asked.path, "/users/42");
    assert_eq!(
        asked.rules.path,
        Some(RuleList::one(Matcher::Regex("/users/[^/]+".to_owned())))
    );
    assert_eq!(asked.query.get("full"), Some(&[Some("true".to_owned())][..]));
    assert_eq!(asked.headers.first("x-tenant"), Some("acme"));
    assert_eq!(asked.headers.first("authorization"), Some("Bearer redacted"));
    assert_eq!(asked.headers.get("x-off"), None);
    assert_eq!(asked.body, Body::json(json!({ "q": 1 })));
    assert_eq!(response(&imported.interactions[1]).status, Some(404));
    let lost = findings(&imported, FindingKind::Lost);
    assert_eq!(
        lost,
        [
            "users.json: item[0].item[0].event[0]: scripts are not read: what they check is not in the contract"
        ]
    );
}

#[test]
fn a_request_without_a_response_needs_a_status() {
    let collection = collection(&json!([{ "name": "a", "request": "http://localhost/a?b=1" }])).to_string();
    assert!(refused("c.json", &collection).contains("c.json: item[0]: there is no saved response"));
    let mut options = Options::default();
    options.assume_status = Some(204);
    let imported = imported_with("c.json", &collection, &options);
    let interaction = &imported.interactions[0];
    assert!(interaction.pending);
    assert_eq!(response(interaction).status, Some(204));
    assert_eq!(request(interaction).path, "/a");
}

#[test]
fn a_variable_without_a_value_is_named() {
    let collection = collection(&json!([{
        "name": "a",
        "request": { "url": "http://localhost/{{area}}" },
        "response": [saved(200, "ok")]
    }]))
    .to_string();
    assert!(refused("c.json", &collection).contains(
        "c.json: item[0].request.url: the variable \"area\" has no value: give one with --variable area=VALUE"
    ));
    let mut options = Options::default();
    options.variables = [("area".to_owned(), "north".to_owned())].into();
    let imported = imported_with("c.json", &collection, &options);
    assert_eq!(request(&imported.interactions[0]).path, "/north");
}

#[test]
fn other_versions_are_refused() {
    let mut wrong = collection(&json!([]));
    wrong["info"]["schema"] = json!("https://schema.getpostman.com/json/collection/v3.0.0/collection.json");
    assert!(
        refused("c.json", &wrong.to_string()).starts_with("c.json: info.schema: collections of version 2.0")
    );
}
