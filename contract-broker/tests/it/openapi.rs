//! The description of the API, held against what the broker does.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use crate::{
    broker::{Answer, on_each_database, publish_body},
    links,
};

on_each_database! {
    async fn each_address_has_the_methods_that_are_described(broker) {
        let description = broker.get("/openapi.json").await.expect(200);
        assert_eq!(description.json["servers"][0]["url"], "http://broker.test");
        let paths = description.json["paths"].as_object().unwrap();
        assert!(paths.len() > 50);
        for (path, operations) in paths {
            let described: BTreeSet<String> =
                operations.as_object().unwrap().keys().filter(|key| *key != "parameters").map(|key| key.to_uppercase()).collect();
            let address: String = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
            let answer = broker.request(Method::OPTIONS, &address).send().await.expect(200);
            let allowed: BTreeSet<String> = answer.header("allow").split(',').filter(|one| *one != "HEAD").map(str::to_owned).collect();
            assert_eq!(allowed, described, "{path}");
        }
    }
    async fn references_lead_somewhere_and_ids_are_unique(broker) {
        let answer = broker.get("/openapi.json").await.expect(200);
        let schemas = answer.json["components"]["schemas"].as_object().unwrap();
        let mut used = BTreeSet::new();
        for reference in answer.text.split("\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(schemas.contains_key(name), "{name}");
            used.insert(name);
        }
        assert!(used.len() > 100, "{used:?}");
        for name in schemas.keys() {
            assert!(used.contains(name.as_str()), "nothing refers to {name}");
        }
        let mut ids = BTreeSet::new();
        for (path, operations) in answer.json["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters") {
                let id = operation["operationId"].as_str().unwrap();
                assert!(ids.insert(id.to_owned()), "{method} {path}: {id}");
            }
        }
        assert!(ids.contains("getPacticipantsByPacticipantVersions"), "{ids:?}");
    }
    async fn the_page_shows_every_operation(broker) {
        let description = broker.get("/openapi.json").await.expect(200).json;
        let page = broker.request(Method::GET, "/openapi").header("accept", "text/html").send().await.expect(200);
        assert!(page.header("content-type").starts_with("text/html"));
        for (path, operations) in description["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters") {
                let shown = format!("<span class=\"tag\">{}</span> {path}</code>", method.to_uppercase());
                assert!(page.text.contains(&shown), "{shown}");
                let summary = operation["summary"].as_str().unwrap().replace('\'', "&#39;");
                assert!(page.text.contains(&summary), "{operation}");
            }
        }
    }
    async fn nothing_that_was_described_once_is_left_out(broker) {
        let known: Vec<Value> = serde_json::from_str(include_str!("openapi.json")).unwrap();
        assert!(known.len() > 100);
        let description = broker.get("/openapi.json").await.expect(200).json;
        for operation in &known {
            let named = format!("{} {}", operation["method"], operation["path"]);
            let path = &description["paths"][operation["path"].as_str().unwrap()];
            let described = &path[operation["method"].as_str().unwrap()];
            assert!(described.is_object(), "{named}");
            let parameters: Vec<String> = [&path["parameters"], &described["parameters"]].into_iter()
                .flat_map(|list| list.as_array().into_iter().flatten())
                .map(|one| format!("{} {}", one["in"].as_str().unwrap(), one["name"].as_str().unwrap()))
                .collect();
            for parameter in operation["parameters"].as_array().unwrap() {
                assert!(parameters.contains(&parameter.as_str().unwrap().to_owned()), "{named}: {parameter}");
            }
            for media in operation["body"].as_array().unwrap() {
                let schema = &described["requestBody"]["content"][media.as_str().unwrap()]["schema"];
                assert!(schema.is_object(), "{named}: a body of {media}");
            }
            for (status, medias) in operation["answers"].as_object().unwrap() {
                let answer = followed(&description, &described["responses"][status]);
                assert!(answer.is_object(), "{named}: {status}");
                for media in medias.as_array().unwrap() {
                    assert!(answer["content"][media.as_str().unwrap()].is_object(), "{named}: {status} {media}");
                }
            }
        }
    }
    async fn answers_are_as_described(broker) {
        let uuid = links::seeded(broker).await;
        let description = broker.get("/openapi.json").await.expect(200).json;
        let mut checked = BTreeSet::new();
        let mut check = |method: &str, path: &str, answer: &Answer| {
            let path = path.split('?').next().unwrap();
            let (template, schema) = described(&description, method, path, answer.status.as_u16());
            if !answer.header("content-type").contains("hal+json") {
                return;
            }
            let schema = schema.unwrap_or_else(|| panic!("{method} {template} describes no answer"));
            let mut faults = Vec::new();
            compare(&description, schema, &answer.json, "", &mut faults);
            assert!(faults.is_empty(), "{method} {path}: {faults:#?} {}", answer.text);
            checked.insert(format!("{method} {template}"));
        };
        let walk = links::crawl(broker, "/", &links::names(&uuid)).await;
        for (path, answer) in walk.answers.iter().filter(|(_, answer)| answer.status == 200) {
            check("get", path, answer);
        }
        for path in [
            "/healthz", "/readyz", "/diagnostic/status/heartbeat", "/diagnostic/status/dependencies", "/dashboard?page=1",
            "/retention", "/labels", "/doc/logs", "/can-i-deploy?pacticipant=api&version=2&environment=test",
            "/pacts/provider/api/consumer/team%2Fweb/version/2/changes", "/triggered-webhooks",
            "/pacticipants?page=1&size=1", "/pacts/provider/api/provider-states",
        ] {
            check("get", path, &broker.get(path).await.expect(200));
        }
        let record = broker.deploy("api", "2", "test").await;
        let released = format!("/pacticipants/api/versions/2/released-versions/environment/{uuid}");
        let contract = broker.get("/pacts/provider/api/consumer/team%2Fweb/latest").await;
        for (method, path, body) in [
            (Method::POST, "/contracts/publish", publish_body("web", "1", Some("main"), "api", "n")),
            (Method::POST, "/pacts/provider/api/for-verification", json!({ "includePendingStatus": true })),
            (Method::POST, &contract.link("pb:publish-verification-results"),
             json!({ "success": false, "providerApplicationVersion": "3" })),
            (Method::POST, "/pacticipants", json!({ "name": "new" })),
            (Method::PUT, "/pacticipants/new", json!({ "displayName": "New" })),
            (Method::PUT, "/pacticipants/new/versions/1", json!({})),
            (Method::PUT, "/pacticipants/new/versions/1/tags/t", json!({})),
            (Method::PUT, "/pacticipants/new/branches/b/versions/2", json!({})),
            (Method::PUT, "/pacticipants/new/labels/l", json!({})),
            (Method::POST, "/environments", json!({ "name": "other", "production": false })),
            (Method::POST, &released, json!({})),
            (Method::PATCH, &record.link("self"), json!({ "currentlyDeployed": false })),
            (Method::DELETE, "/pacts/provider/api/consumer/web/version/1", json!({})),
            (Method::DELETE, "/pacticipants/new/branches", json!({})),
        ] {
            let answer = broker.request(method.clone(), path).json(&body).send().await;
            assert!(answer.status.is_success(), "{method} {path}: {}", answer.text);
            check(&method.as_str().to_lowercase(), path, &answer);
        }
        assert!(checked.len() > 70, "{}: {checked:#?}", checked.len());
    }
}

/// What a part of the description refers to, or the part itself.
fn followed<'d>(description: &'d Value, part: &'d Value) -> &'d Value {
    match part["$ref"].as_str() {
        Some(reference) => description
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{reference}")),
        None => part,
    }
}

/// The operation at a path, literal segments before parameters, and the schema of its answer of that status.
fn described<'d>(
    description: &'d Value,
    method: &str,
    path: &str,
    status: u16,
) -> (&'d str, Option<&'d Value>) {
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let parts: Vec<&str> = template.split('/').collect();
        parts.len() == segments.len()
            && parts
                .iter()
                .zip(&segments)
                .all(|(part, segment)| part.starts_with('{') || part == segment)
    };
    let (template, operations) = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(template, _)| fits(template))
        .min_by_key(|(template, _)| template.matches('{').count())
        .unwrap_or_else(|| panic!("{path} is not described"));
    let responses = &operations[method]["responses"];
    let response = responses.get(status.to_string());
    // A PUT that creates and one that changes give the same document.
    let response = response.or_else(|| responses.get("200").or(responses.get("201")));
    let content = &response.unwrap_or_else(|| panic!("{method} {path} {status}"))["content"];
    (template, content["application/hal+json"].get("schema"))
}

/// What does not fit, for the parts of JSON Schema that the description uses.
fn compare(description: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = followed(description, schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        compare(description, part, value, at, faults);
    }
    if let Some(choices) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let fits = |choice: &Value| {
            let mut inner = Vec::new();
            compare(description, choice, value, at, &mut inner);
            inner.is_empty()
        };
        if !choices.iter().any(fits) {
            faults.push(format!("{at}: none of the choices fits"));
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = match &schema["type"] {
        Value::String(one) => one == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => true,
    };
    if !allowed {
        faults.push(format!("{at}: {kind} is not {}", schema["type"]));
        return;
    }
    if let Some(choices) = schema["enum"].as_array()
        && !choices.contains(value)
    {
        faults.push(format!("{at}: {value} is none of {choices:?}"));
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        compare(
            description,
            &schema["items"],
            item,
            &format!("{at}/{index}"),
            faults,
        );
    }
    let Some(members) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(name.as_str().unwrap()) {
            faults.push(format!("{at}: {name} is missing"));
        }
    }
    for (name, member) in members {
        let known = schema["properties"].get(name);
        if let Some(schema) = known.or(schema.get("additionalProperties")) {
            compare(description, schema, member, &format!("{at}/{name}"), faults);
        }
    }
}
