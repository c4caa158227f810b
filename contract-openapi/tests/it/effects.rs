//! Changes are judged by what they do: security as it applies, schemas by what they mean, and nothing is passed over.

use contract_openapi::breaking::{
    BreakingOptions, ChangeLevel, Consumer, JudgedChangelog, Population, compare_for_consumers,
};
use contract_openapi::report::{Issue, IssueLevel};
use contract_openapi::{ContractFile, Description};
use serde_json::{Value, json};

/// What differs, as `level id`, without information.
fn effects(before: &Value, after: &Value) -> Vec<String> {
    let changelog = changes(before, after, None);
    let told = changelog.changes.iter().map(|judged| &judged.change);
    told.filter(|change| change.level > ChangeLevel::Info)
        .map(|change| format!("{} {}", change.level, change.id))
        .collect()
}

fn changes(before: &Value, after: &Value, contract: Option<&ContractFile>) -> JudgedChangelog {
    let read = |value: &Value| Description::from_text("openapi.json", &value.to_string()).unwrap();
    let consumers: Vec<Consumer<'_>> = contract
        .into_iter()
        .map(|contract| Consumer {
            name: "web".to_owned(),
            version: None,
            environments: Vec::new(),
            contract,
        })
        .collect();
    let options = BreakingOptions::default();
    compare_for_consumers(
        &read(before),
        &read(after),
        &consumers,
        Population::Open,
        &options,
    )
    .unwrap()
}

fn nothing() -> Vec<String> {
    Vec::new()
}

/// A description with a public list of seats, and with members at its top and of the operation.
fn seats(top: &Value, operation: &Value) -> Value {
    let mut get = json!({"responses": {"200": {"description": "seats"}}});
    get.as_object_mut()
        .unwrap()
        .extend(operation.as_object().unwrap().clone());
    let mut whole = json!({
        "openapi": "3.1.0",
        "paths": {"/seats": {"get": get}},
        "components": {"securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "login": {"type": "http", "scheme": "basic"},
        }},
    });
    whole
        .as_object_mut()
        .unwrap()
        .extend(top.as_object().unwrap().clone());
    whole
}

#[test]
fn requirements_are_judged_as_they_apply() {
    let key = || json!({"security": [{"key": []}]});
    let open = || seats(&json!({}), &json!({}));
    let added = ["error api-security-added"];
    assert_eq!(effects(&open(), &seats(&key(), &json!({}))), added);
    assert_eq!(effects(&open(), &seats(&json!({}), &key())), added);
    // `security: []` opens an operation: without it the document's requirement applies.
    let opened = seats(&key(), &json!({"security": []}));
    assert_eq!(effects(&opened, &seats(&key(), &json!({}))), added);
    // The same requirement elsewhere, or with another way beside it.
    let moved = seats(&json!({}), &key());
    assert_eq!(effects(&seats(&key(), &json!({})), &moved), nothing());
    let either = json!({"security": [{"key": []}, {"login": []}]});
    assert_eq!(effects(&moved, &seats(&json!({}), &either)), nothing());
    let both = json!({"security": [{"key": [], "login": []}]});
    assert_eq!(effects(&seats(&json!({}), &both), &moved), nothing());
    assert_eq!(
        effects(&moved, &seats(&json!({}), &both)),
        ["error api-security-removed"]
    );
    assert_eq!(
        effects(&seats(&json!({}), &either), &moved),
        ["error api-security-removed"]
    );
    let optional = json!({"security": [{"key": []}, {}]});
    let anonymous = ["error api-security-anonymous-removed"];
    assert_eq!(effects(&seats(&json!({}), &optional), &moved), anonymous);
    assert_eq!(effects(&seats(&optional, &json!({})), &moved), anonymous);
    assert_eq!(effects(&moved, &seats(&json!({}), &optional)), nothing());
}

#[test]
fn schemes_are_judged_by_what_they_ask_for() {
    let with = |name: &str, scheme: Value| {
        let mut security = json!({});
        security[name] = json!([]);
        let mut schemes = json!({});
        schemes[name] = scheme;
        seats(
            &json!({"security": [security], "components": {"securitySchemes": schemes}}),
            &json!({}),
        )
    };
    let key = |place: &str, name: &str| json!({"type": "apiKey", "in": place, "name": name});
    let before = with("key", key("header", "X-Key"));
    let changed = ["error api-security-scheme-changed"];
    assert_eq!(effects(&before, &with("key", key("header", "X-Token"))), changed);
    assert_eq!(effects(&before, &with("key", key("query", "X-Key"))), changed);
    assert_eq!(
        effects(&before, &with("key", json!({"type": "http", "scheme": "bearer"}))),
        changed
    );
    assert_eq!(effects(&before, &with("key", key("header", "x-key"))), nothing());
    // Another name of the scheme is nothing that a request shows.
    assert_eq!(
        effects(&before, &with("token", key("header", "X-Key"))),
        nothing()
    );
}

/// A description whose `POST /seats` takes a body, and one whose answer has it.
fn body(schema: &Value, is_request: bool) -> Value {
    let content = json!({"content": {"application/json": {"schema": schema}}, "description": "a seat"});
    let mut post = json!({"responses": {"200": {"description": "done"}}});
    if is_request {
        post["requestBody"] = content;
    } else {
        post["responses"]["200"] = content;
    }
    json!({"openapi": "3.1.0", "paths": {"/seats": {"post": post}}, "components": {"schemas": {
        "Row": {"type": "object", "required": ["row"], "properties": {"row": {"type": "integer"}}},
        "Named": {"type": "object", "properties": {"name": {"type": "string"}}},
    }}})
}

/// What differs between bodies of two schemas, in requests.
fn of_request(before: &Value, after: &Value) -> Vec<String> {
    effects(&body(before, true), &body(after, true))
}

/// What differs between bodies of two schemas, in responses.
fn of_response(before: &Value, after: &Value) -> Vec<String> {
    effects(&body(before, false), &body(after, false))
}

#[test]
fn schemas_that_mean_the_same_are_no_change() {
    let row = || json!({"$ref": "#/components/schemas/Row"});
    let written = json!({"type": "object", "required": ["row"], "properties": {
        "row": {"type": "integer"}, "name": {"type": "string"}}});
    let composed = json!({"allOf": [row(), {"$ref": "#/components/schemas/Named"}]});
    let nested = json!({"allOf": [{"allOf": [row()]}, {"properties": {"name": {"type": "string"}}}]});
    for one in [&written, &composed, &nested] {
        for other in [&written, &composed, &nested] {
            assert_eq!(of_request(one, other), nothing(), "{one} {other}");
            assert_eq!(of_response(one, other), nothing(), "{one} {other}");
        }
    }
    // What differs is told as it would be of one schema.
    let fewer = json!({"allOf": [row()]});
    assert_eq!(of_response(&composed, &fewer), of_response(&written, &row()));
    assert_ne!(of_response(&composed, &fewer), nothing());
    // Since 3.1 what stands beside a reference counts.
    let more = json!({"$ref": "#/components/schemas/Row", "properties": {"row": {"maximum": 9}}});
    assert_eq!(of_request(&row(), &more), ["warning request-property-max-set"]);
}

#[test]
fn every_restriction_has_a_rule() {
    let list = |more: Value| {
        let mut schema = json!({"type": "array", "items": {"type": "string"}});
        schema
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        schema
    };
    for (before, after, id) in [
        (
            json!({"type": "integer"}),
            json!({"type": "integer", "multipleOf": 5}),
            "multiple-of-added",
        ),
        (
            json!({"type": "integer", "multipleOf": 5}),
            json!({"type": "integer", "multipleOf": 10}),
            "multiple-of-narrowed",
        ),
        (
            list(json!({})),
            list(json!({"uniqueItems": true})),
            "unique-items-added",
        ),
        (
            list(json!({"maxItems": 9})),
            list(json!({"maxItems": 5})),
            "max-items-decreased",
        ),
        (
            json!({"type": "string"}),
            json!({"type": "string", "not": {"enum": ["x"]}}),
            "not-added",
        ),
        (
            json!({"type": "object"}),
            json!({"type": "object", "maxProperties": 3}),
            "max-properties-set",
        ),
        (
            json!({"type": "object"}),
            json!({"type": "object", "additionalProperties": false}),
            "additional-properties-closed",
        ),
        (
            json!({"type": "object", "additionalProperties": {}}),
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            "additional-properties-added",
        ),
        (
            json!({"type": "object"}),
            json!({"type": "object", "required": ["z"]}),
            "required-name-added",
        ),
    ] {
        assert_eq!(of_request(&before, &after), [format!("error request-body-{id}")]);
        assert_eq!(of_request(&after, &before), nothing(), "{after}");
        assert_eq!(of_response(&before, &after), nothing(), "{before}");
    }
    assert_eq!(
        of_response(
            &json!({"type": "integer", "multipleOf": 5}),
            &json!({"type": "integer"})
        ),
        ["error response-body-multiple-of-removed"]
    );
    let not = |value: &str| json!({"type": "string", "not": {"enum": [value]}});
    assert_eq!(
        of_request(&not("a"), &not("b")),
        ["warning request-body-not-changed"]
    );
    assert_eq!(of_request(&not("a"), &not("a")), nothing());
}

#[test]
fn parameters_are_written_alike_and_servers_keep_their_paths() {
    let query = |more: Value| {
        let mut parameter =
            json!({"name": "rows", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}});
        parameter
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        seats(&json!({}), &json!({"parameters": [parameter]}))
    };
    let changed = ["error request-parameter-writing-changed"];
    assert_eq!(
        effects(&query(json!({})), &query(json!({"explode": false}))),
        changed
    );
    assert_eq!(
        effects(&query(json!({})), &query(json!({"style": "pipeDelimited"}))),
        changed
    );
    assert_eq!(
        effects(
            &query(json!({})),
            &query(json!({"style": "form", "explode": true}))
        ),
        nothing()
    );
    let scalar = |explode: bool| query(json!({"schema": {"type": "string"}, "explode": explode}));
    assert_eq!(effects(&scalar(true), &scalar(false)), nothing());
    let at = |url: &str| seats(&json!({"servers": [{"url": url}]}), &json!({}));
    let moved = ["error api-server-path-removed"];
    assert_eq!(
        effects(&at("https://a.example/v1"), &at("https://a.example/v2")),
        moved
    );
    assert_eq!(
        effects(&at("https://a.example/v1"), &at("https://b.example/v1/")),
        nothing()
    );
    assert_eq!(effects(&at("/v1"), &seats(&json!({}), &json!({}))), moved);
}

#[test]
fn what_no_rule_is_about_is_said() {
    let strange = |value: i32| json!({"type": "string", "shape": value});
    let changelog = changes(&body(&strange(1), true), &body(&strange(2), true), None);
    assert_eq!(changelog.changes[0].change.id, "request-body-keyword-changed");
    assert_eq!(changelog.changes[0].change.level, ChangeLevel::Warning);
    assert_eq!(changelog.decision.unjudged_changes, 1);
    let called = |event: &str| {
        let mut callbacks = json!({});
        callbacks[event] =
            json!({"{$request.body#/url}": {"post": {"responses": {"200": {"description": "x"}}}}});
        seats(&json!({}), &json!({"callbacks": callbacks}))
    };
    assert_eq!(effects(&called("sold"), &called("sold")), nothing());
    assert_eq!(
        effects(&called("sold"), &called("free")),
        ["warning api-callbacks-changed"]
    );
    let same = changes(&called("sold"), &called("sold"), None);
    assert_eq!(same.decision.unjudged_changes, 0);
}

#[test]
fn a_break_that_no_change_explains_is_an_error_of_its_own() {
    let contract = json!({
        "consumer": {"name": "web"}, "provider": {"name": "seats"},
        "interactions": [{
            "description": "seats",
            "request": {"method": "GET", "path": "/seats"},
            "response": {"status": 200},
        }],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    let contract = ContractFile::from_text("web-seats.json", &contract.to_string()).unwrap();
    let after = seats(&json!({"security": [{"key": []}]}), &json!({}));
    let mut changelog = changes(&seats(&json!({}), &json!({})), &after, Some(&contract));
    assert_eq!(changelog.decision.broken_consumers, 1);
    assert_eq!(changelog.unexplained(), []);
    // Without the change that explains it.
    changelog.changes.clear();
    let found = changelog.unexplained();
    assert_eq!(found.len(), 1);
    let description = Description::from_text("openapi.json", &after.to_string()).unwrap();
    let issue = Issue::of_break(&found[0], Some(contract.documents()), description.documents());
    assert_eq!(issue.level, IssueLevel::Error);
    assert_eq!(issue.subject, "web: seats");
    assert!(
        issue.notes.contains(&"breaks web in `seats`".to_owned()),
        "{issue:?}"
    );
    assert!(!issue.places.is_empty());
}
