//! Cassettes and mocks in YAML.

use std::fmt::Write as _;

use contract_core::contract::{Body, Matcher, RuleList};
use contract_core::import::FindingKind;
use serde_json::json;

use super::{findings, imported, refused, request, response};

#[test]
fn cassettes_of_ruby_and_python() {
    let ruby = "\
http_interactions:
- request:
    method: get
    uri: https://api.test/users/42?full=1
    body: { encoding: UTF-8, string: '' }
    headers: { Accept: [application/json], User-Agent: [Ruby] }
  response:
    status: { code: 200, message: OK }
    headers: { Content-Type: [application/json], Date: [now] }
    body: { encoding: UTF-8, string: '{\"name\": \"Ada\"}' }
  recorded_at: Mon, 01 Jan 2026 00:00:00 GMT
recorded_with: VCR 6.1.0
";
    let python = "\
version: 1
interactions:
- request: { method: GET, uri: 'https://api.test/users/42?full=1', body: null, headers: { Accept: [application/json] } }
  response:
    status: { code: 200, message: OK }
    headers: { Content-Type: [application/json] }
    body: { string: '{\"name\": \"Ada\"}' }
";
    for text in [ruby, python] {
        let imported = imported("cassette.yaml", text);
        let interaction = &imported.interactions[0];
        assert_eq!(interaction.description, "GET /users/42?full=1");
        let names: Vec<&str> = request(interaction)
            .headers
            .iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["Accept"]);
        assert_eq!(response(interaction).body, Body::json(json!({ "name": "Ada" })));
        assert_eq!(imported.findings, []);
    }
    let rust = json!({ "http_interactions": [{
        "request": { "method": "post", "uri": "http://a/x", "headers": {}, "body": { "base64_string": "e30=" } },
        "response": { "status": { "code": 204, "message": "" }, "headers": {}, "body": { "string": "" } }
    }] });
    let imported = imported("a.vcr.json", &rust.to_string());
    assert_eq!(request(&imported.interactions[0]).body, Body::json(json!({})));
}

#[test]
fn mocks_of_httpmock() {
    let text = "\
when:
  method: GET
  path: /users/42
  query_param: [{ name: full, value: 'true' }]
  header_exists: [X-Trace]
  header_includes: [{ name: Accept, value: json }]
then:
  status: 200
  header: [{ name: content-type, value: application/json }]
  json_body: { name: Ada }
---
when:
  method: POST
  path: /users
  json_body: { name: Ada }
  header_missing: [X-Old]
then:
  status: 201
  delay: 100
---
when: { path: /any }
then: { status: 200 }
";
    let imported = imported("mocks.yaml", text);
    assert_eq!(imported.interactions.len(), 2);
    let asked = request(&imported.interactions[0]);
    assert_eq!(asked.query.get("full"), Some(&[Some("true".to_owned())][..]));
    assert_eq!(asked.rules.headers["X-Trace"], RuleList::one(Matcher::TYPE));
    assert_eq!(
        asked.rules.headers["Accept"],
        RuleList::one(Matcher::Include("json".to_owned()))
    );
    assert_eq!(
        findings(&imported, FindingKind::Lost),
        [
            "mocks.yaml: document 2.when.header_missing: a contract cannot say what must not be sent, nor how often",
            "mocks.yaml: document 2.then.delay: a contract has no delays",
        ]
    );
    assert_eq!(
        findings(&imported, FindingKind::LeftOut),
        [
            "mocks.yaml: document 3.when: the mock answers any method, an interaction has one: write the method"
        ]
    );
}

#[test]
fn bad_files_are_errors_with_a_place() {
    let bomb = {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let before = format!("*a{}", level - 1);
            let items = [before.as_str(); 10].join(", ");
            let _ = writeln!(text, "a{level}: &a{level} [{items}]");
        }
        text
    };
    let deep = "[".repeat(5000);
    for text in [
        bomb.as_str(),
        deep.as_str(),
        "a: [1, 2",
        "a: !!binary '*'",
        "a: 1\na: 2",
    ] {
        let error = refused("c.yaml", text);
        assert!(
            error.starts_with("c.yaml: ") && error.contains("not valid YAML"),
            "{error}"
        );
    }
    assert!(refused("c.yaml", "http_interactions: <%= all %>").contains("has templates"));
    assert!(refused("c.yaml", "- request: 1").contains("c.yaml: not recognised"));
}
