//! Stub mappings.

use contract_core::contract::{Body, Matcher, RuleList};
use contract_core::import::{self, FindingKind, Options, Source};
use serde_json::{Value, json};

use super::{findings, imported, refused, request, response};

fn stub(request: &Value, response: &Value) -> String {
    json!({ "request": request, "response": response }).to_string()
}

#[test]
fn a_stub_becomes_an_interaction() {
    let text = json!({ "mappings": [{
        "name": "a request for user 42",
        "scenarioName": "users", "requiredScenarioState": "Started",
        "request": {
            "method": "GET",
            "urlPath": "/users/42",
            "queryParameters": { "full": { "equalTo": "true" } },
            "headers": { "Accept": { "contains": "json" } }
        },
        "response": {
            "status": 200,
            "headers": { "Content-Type": "application/json" },
            "jsonBody": { "id": 42, "born": "1815-12-10", "tags": ["a", "b"] }
        }
    }] });
    let imported = imported("stubs.json", &text.to_string());
    let interaction = &imported.interactions[0];
    assert_eq!(interaction.description, "a request for user 42");
    assert_eq!(interaction.provider_states[0].name, "users: Started");
    let asked = request(interaction);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "/users/42"));
    assert_eq!(asked.query.get("full"), Some(&[Some("true".to_owned())][..]));
    assert_eq!(
        asked.rules.headers["Accept"],
        RuleList::one(Matcher::Include("json".to_owned()))
    );
    let answer = response(interaction);
    assert_eq!(answer.status, Some(200));
    let rules: Vec<String> = answer
        .rules
        .body
        .iter()
        .map(|(path, list)| format!("{path} {}", list.rules[0].matcher.name()))
        .collect();
    assert_eq!(
        rules,
        ["$.born regex", "$.id integer", "$.tags type", "$.tags[*] type"]
    );
    assert_eq!(imported.findings, []);
}

#[test]
fn bodies_of_requests() {
    for (patterns, body, rules) in [
        (
            json!([{ "equalToJson": "{\"id\": 1}" }]),
            json!({ "id": 1 }),
            vec![],
        ),
        (
            json!([{ "equalToJson": { "id": "${json-unit.any-number}", "at": "${json-unit.regex}[0-9]{2}" } }]),
            json!({ "at": "55", "id": 1 }),
            vec!["$.at regex", "$.id number"],
        ),
        (
            json!([{ "matchesJsonPath": { "expression": "$.items[0].name", "equalTo": "Ada" } }]),
            json!({ "items": [{ "name": "Ada" }] }),
            vec!["$.items[0].name equality"],
        ),
        (
            json!([{ "matchesJsonSchema": { "type": "object", "properties": { "id": { "const": 3 } } } }]),
            json!({ "id": 3 }),
            vec!["$ type"],
        ),
    ] {
        let text = stub(
            &json!({ "method": "POST", "url": "/", "bodyPatterns": patterns }),
            &json!({ "status": 201 }),
        );
        let imported = imported("stub.json", &text);
        let asked = request(&imported.interactions[0]);
        assert_eq!(asked.body, Body::json(body), "{patterns}");
        let found: Vec<String> = asked
            .rules
            .body
            .iter()
            .map(|(path, list)| format!("{path} {}", list.rules[0].matcher.name()))
            .collect();
        assert_eq!(found, rules, "{patterns}");
    }
}

#[test]
fn each_loss_is_named_with_its_place() {
    let fine = json!({ "status": 200 });
    let path = |more: Value| {
        let mut request = json!({ "method": "GET", "urlPath": "/" });
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        request
    };
    for (request, response, place) in [
        (
            path(json!({ "host": { "equalTo": "a" } })),
            fine.clone(),
            "request.host",
        ),
        (
            path(json!({ "headers": { "X-A": { "absent": true } } })),
            fine.clone(),
            "request.headers.X-A.absent",
        ),
        (
            path(json!({ "headers": { "X-A": { "doesNotMatch": "a" } } })),
            fine.clone(),
            "request.headers.X-A.doesNotMatch",
        ),
        (
            path(json!({ "headers": { "X-A": { "before": "now" } } })),
            fine.clone(),
            "request.headers.X-A.before",
        ),
        (
            path(json!({ "headers": { "X-A": { "greaterThanNumber": 3 } } })),
            fine.clone(),
            "request.headers.X-A.greaterThanNumber",
        ),
        (
            path(json!({ "headers": { "X-A": { "matches": "[a-z]+" } } })),
            fine.clone(),
            "request.headers.X-A.matches",
        ),
        (
            path(json!({ "queryParameters": { "a": { "includes": [{ "equalTo": "1" }] } } })),
            fine.clone(),
            "request.queryParameters.a.includes",
        ),
        (
            path(json!({ "multipartPatterns": [{}] })),
            fine.clone(),
            "request.multipartPatterns",
        ),
        (
            path(json!({ "bodyPatterns": [{ "matchesXPath": "//a" }] })),
            fine.clone(),
            "request.bodyPatterns[0].matchesXPath",
        ),
        (
            path(json!({ "bodyPatterns": [{ "matchesJsonPath": "$..a" }] })),
            fine.clone(),
            "request.bodyPatterns[0].matchesJsonPath",
        ),
        (
            path(json!({ "bodyPatterns": [{ "equalToJson": "{}", "ignoreArrayOrder": true }] })),
            fine.clone(),
            "request.bodyPatterns[0].equalToJson",
        ),
        (
            path(json!({})),
            json!({ "status": 200, "fixedDelayMilliseconds": 5 }),
            "response.fixedDelayMilliseconds",
        ),
        (
            path(json!({})),
            json!({ "status": 200, "statusMessage": "Fine" }),
            "response.statusMessage",
        ),
    ] {
        let imported = imported("stub.json", &stub(&request, &response));
        let lost = findings(&imported, FindingKind::Lost);
        assert!(
            lost.len() == 1 && lost[0].starts_with(&format!("stub.json: {place}: ")),
            "{place}: {lost:?}"
        );
    }
}

#[test]
fn what_is_no_interaction_is_left_out_and_the_rest_imported() {
    let fine = json!({ "request": { "method": "GET", "url": "/" }, "response": { "status": 204 } });
    for (request, response, reason) in [
        (
            json!({ "method": "ANY", "url": "/" }),
            json!({}),
            "mappings[0].request.method: the stub answers any method",
        ),
        (
            json!({ "method": "GET" }),
            json!({}),
            "mappings[0].request: the stub answers any path",
        ),
        (
            json!({ "method": "GET", "url": "/" }),
            json!({ "fault": "EMPTY_RESPONSE" }),
            "mappings[0].response.fault: the stub breaks",
        ),
        (
            json!({ "method": "GET", "url": "/" }),
            json!({ "proxyBaseUrl": "http://a" }),
            "mappings[0].response.proxyBaseUrl: ",
        ),
        (
            json!({ "method": "GET", "url": "/" }),
            json!({ "body": "{{now}}", "transformers": ["response-template"] }),
            "mappings[0].response.transformers: ",
        ),
        (
            json!({ "method": "GET", "url": "/" }),
            json!({ "status": 99999 }),
            "mappings[0].response.status: a status code",
        ),
        (
            json!({ "method": "GET", "url": "/" }),
            json!({ "bodyFileName": "../../../etc/passwd" }),
            "mappings[0].response.bodyFileName: ",
        ),
    ] {
        let stubs = json!({ "mappings": [{ "request": request, "response": response }, fine] });
        let imported = imported("stubs.json", &stubs.to_string());
        let left_out = findings(&imported, FindingKind::LeftOut);
        assert_eq!(imported.interactions.len(), 1);
        assert!(
            left_out[0].starts_with(&format!("stubs.json: {reason}")),
            "{left_out:?}"
        );
        let alone = json!({ "mappings": [{ "request": request, "response": response }] });
        assert!(refused("stubs.json", &alone.to_string()).contains(reason));
    }
}

#[test]
fn a_body_in_a_file_is_read_beneath_files_only() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("mappings")).unwrap();
    std::fs::create_dir_all(folder.path().join("__files")).unwrap();
    std::fs::write(folder.path().join("__files/user.json"), r#"{"name": "Ada"}"#).unwrap();
    std::fs::write(folder.path().join("secret.txt"), "hidden").unwrap();
    let stub = |name: &str| {
        stub(
            &json!({ "method": "GET", "url": "/" }),
            &json!({ "headers": { "Content-Type": "application/json" }, "bodyFileName": name }),
        )
    };
    let path = folder.path().join("mappings/user.json");
    std::fs::write(&path, stub("user.json")).unwrap();
    let sources = Source::read_all([folder.path()]).unwrap();
    assert_eq!(sources.len(), 1);
    let imported = import::read(&sources, &Options::default()).unwrap();
    assert_eq!(
        response(&imported.interactions[0]).body,
        Body::json(json!({ "name": "Ada" }))
    );

    let outside = refused(path.to_str().unwrap(), &stub("../secret.txt"));
    assert!(outside.contains("is outside of"), "{outside}");
}

#[test]
fn several_methods_are_several_interactions() {
    let text = stub(
        &json!({ "method": { "oneOf": ["GET", "HEAD"] }, "url": "/a?b=1" }),
        &json!({}),
    );
    let imported = imported("stub.json", &text);
    let names: Vec<&str> = imported
        .interactions
        .iter()
        .map(|interaction| interaction.description.as_str())
        .collect();
    assert_eq!(names, ["GET /a?b=1", "HEAD /a?b=1"]);
}
