//! The description of the API, as OpenAPI 3.1.
//!
//! [`operations`] is the list; a test holds it and the routes together.

mod answers;
mod operations;
mod schemas;

use axum::response::{IntoResponse, Response};
use http::header;
use serde_json::{Map, Value, json};

use super::base_url::BaseUrl;
use operations::{GROUPS, Operation};

/// `GET /openapi.json`
pub(crate) async fn show(base: BaseUrl) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        description(base.as_str()).to_string(),
    )
        .into_response()
}

/// The whole description; `server` is the broker's own address.
pub(crate) fn description(server: &str) -> Value {
    let mut schemas = schemas::all();
    super::hal::extend(&mut schemas, answers::all());
    let mut paths: Map<String, Value> = Map::new();
    for (group, operations) in GROUPS {
        for operation in *operations {
            let path = paths
                .entry(operation.path)
                .or_insert_with(|| json!({ "parameters": path_parameters(operation.path) }));
            path[operation.method.as_str()] = describe(group, operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "contract-broker",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Stores contracts, verification results and deployments, and says what can be deployed. \
                            ResponseCache are HAL: follow the links rather than building addresses.",
            "license": { "name": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": server }],
        "tags": GROUPS.iter().map(|(group, _)| json!({ "name": group })).collect::<Vec<_>>(),
        "security": [{}, { "basic": [] }, { "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "basic": { "type": "http", "scheme": "basic" },
                "bearer": { "type": "http", "scheme": "bearer" },
            },
            "responses": { "Failure": {
                "description": "What is wrong, and with which member",
                "content": {
                    "application/hal+json": { "schema": { "$ref": "#/components/schemas/Failure" } },
                    "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
                },
            } },
        },
    })
}

fn describe(group: &str, operation: &Operation) -> Value {
    let mut success = json!({ "description": "Success" });
    if operation.status != 204 {
        let mut content = json!({ operation.media: {} });
        if let Some(schema) = operation.answer {
            let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
            content["application/hal+json"] = json!({ "schema": schema });
        }
        success["content"] = content;
    }
    let mut shown = json!({
        "tags": [group],
        "summary": operation.summary,
        "operationId": id(operation),
        "responses": { operation.status.to_string(): success, "default": { "$ref": "#/components/responses/Failure" } },
    });
    if !operation.query.is_empty() {
        let parameter = |name: &&str| json!({ "name": name, "in": "query", "schema": { "type": "string" } });
        shown["parameters"] = operation.query.iter().map(parameter).collect();
    }
    if let Some(schema) = operation.body {
        let schema = json!({ "schema": { "$ref": format!("#/components/schemas/{schema}") } });
        shown["requestBody"] = json!({ "content": { "application/json": schema } });
    }
    shown
}

/// `GET /pacticipants/{pacticipant}/versions` gives `getPacticipantsByPacticipantVersions`.
fn id(operation: &Operation) -> String {
    let mut id = operation.method.as_str().to_owned();
    for segment in operation.path.split('/').filter(|segment| !segment.is_empty()) {
        let (by, name) = match segment.strip_prefix('{') {
            Some(name) => ("By", name.trim_end_matches('}')),
            None => ("", segment),
        };
        id.push_str(by);
        for word in name.split(['-', '.']) {
            let mut letters = word.chars();
            id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            id.push_str(letters.as_str());
        }
    }
    id
}

fn path_parameters(path: &str) -> Vec<Value> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::http::address;

    #[test]
    fn every_route_is_described() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/api/routes");
        let source: String = std::fs::read_dir(folder)
            .expect("a folder of routes")
            .map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text"))
            .collect();
        let routes: BTreeSet<&str> = source
            .split(".route(")
            .skip(1)
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .chain(address::badge::ALL)
            .chain(address::HEALTH)
            .chain([address::FOR_VERIFICATION])
            .collect();
        let described: BTreeSet<&str> = GROUPS
            .iter()
            .flat_map(|(_, operations)| *operations)
            .map(|operation| operation.path)
            .collect();
        let missing: Vec<_> = routes.difference(&described).collect();
        assert!(
            missing.is_empty(),
            "describe these routes in http/openapi/operations.rs: {missing:#?}"
        );
        let gone: Vec<_> = described.difference(&routes).collect();
        assert!(
            gone.is_empty(),
            "these are described in http/openapi/operations.rs and no routes: {gone:#?}"
        );
    }

    #[test]
    fn ids_and_schemas_are_whole() {
        let mut ids = BTreeSet::new();
        let whole = description("");
        let schemas = &whole["components"]["schemas"];
        let answers = answers::all();
        assert!(
            answers
                .as_object()
                .expect("schemas")
                .keys()
                .all(|name| schemas::all().get(name).is_none()),
            "two schemas have one name"
        );
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for operation in GROUPS.iter().flat_map(|(_, operations)| *operations) {
            assert!(
                ids.insert(id(operation)),
                "{:?} {}",
                operation.method,
                operation.path
            );
            assert!(
                operation.body.is_none_or(|name| schemas[name].is_object()),
                "{:?}",
                operation.body
            );
            let named = operation.answer.is_none_or(|name| schemas[name].is_object());
            assert!(named, "{:?}", operation.answer);
            let has_document = operation.status < 300
                && operation.status != 204
                && operation.media == "application/hal+json";
            assert!(
                operation.answer.is_some() || !has_document,
                "{:?} {}",
                operation.method,
                operation.path
            );
            used.extend(operation.answer);
        }
        // What is referred to inside of others is there, and what is there is used.
        let text = whole.to_string();
        for name in schemas.as_object().expect("schemas").keys() {
            let reference = format!("\"#/components/schemas/{name}\"");
            assert!(text.contains(&reference), "nothing uses {name}");
        }
        for reference in text.split("\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap_or_default();
            assert!(schemas[name].is_object(), "{name}");
        }
        assert!(used.len() > 40, "{used:?}");
        assert!(ids.contains("getPacticipantsByPacticipantVersions"), "{ids:#?}");
    }
}
