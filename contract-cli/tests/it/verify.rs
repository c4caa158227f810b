//! `contract verify` and what it shows.

use std::fs;

use insta::assert_snapshot;

use crate::run::{contract, contract_with};
use crate::stub::{Answers, contract_text, nobody};

fn provider(name: &str) -> String {
    Answers::default()
        .with("GET /users/1", 200, format!(r#"{{"id": 1, "name": "{name}"}}"#))
        .serve()
}

#[test]
fn a_provider_that_fulfils_its_contract() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("a.json"),
        contract_text(Some("user exists")),
    )
    .unwrap();
    let ran = contract(
        directory.path(),
        &[
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            &provider("Ada"),
            "--file",
            "a.json",
            "--ignore-states",
        ],
    );
    assert_snapshot!(ran.shown(&[]), @r#"
    exit 0
    web-app → user-api   a.json
      ✓ a request for user 1 [user exists]
          warning: no handler for provider state "user exists"

    a.json: 1 contract, 1 interaction · 1 passed
    user-api fulfils its contracts: 1 of 1 interaction passed
    "#);
}

#[test]
fn a_provider_that_breaks_its_contract() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let url = provider("Grace");
    let verify = |more: &[&str]| {
        let mut arguments = vec![
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            &url,
            "--file",
            "a.json",
        ];
        arguments.extend(more);
        contract(directory.path(), &arguments)
    };
    assert_snapshot!(verify(&[]).shown(&[(&url, "http://provider")]), @r#"
    exit 1
    web-app → user-api   a.json
      ✗ a request for user 1

    ✗ web-app → user-api: a request for user 1   a.json

      response body does not match (1 mismatch)

      $.name  expected "Ada"  got "Grace"

        {
          "id": 1,
      -   "name": "Ada"
      +   "name": "Grace"
        }

      reproduce: curl -i 'http://provider/users/1'

    a.json: 1 contract, 1 interaction · 1 failed
    user-api breaks its contracts: 1 of 1 interaction failed
    "#);

    let json = verify(&["--output", "json"]);
    assert_eq!(json.code, 1);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["counts"]["failed"], 1);
    assert_eq!(
        json["contracts"][0]["interactions"][0]["failure"]["mismatches"][0]["path"],
        "$.name"
    );

    let junit = verify(&["--output", "junit"]);
    assert_eq!(junit.code, 1);
    assert!(
        junit
            .out
            .contains("<testsuite name=\"web-app → user-api\" tests=\"1\" failures=\"1\""),
        "{}",
        junit.out
    );
    assert!(
        junit.out.contains("<failure message=\"1 mismatch\">"),
        "{}",
        junit.out
    );

    let github = verify(&["--output", "github"]);
    let annotation = github.out.lines().last().unwrap();
    assert!(
        annotation
            .starts_with("::error file=a.json,line=5,title=web-app → user-api%3A a request for user 1::"),
        "{annotation}"
    );

    let html = verify(&["--output", "html", "--output-file", "report.html"]);
    assert!(html.out.contains("1 of 1 interaction failed"), "{}", html.out);
    let page = fs::read_to_string(directory.path().join("report.html")).unwrap();
    assert!(page.contains("<details class=\"failing\" open>"), "{page}");
}

/// Verifies a contract with one interaction, whose request and response are these.
fn verify_one(request: &str, response: &str, status: u16, body: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let text = format!(
        r#"{{"consumer": {{"name": "web-app"}}, "provider": {{"name": "user-api"}},
            "interactions": [{{"description": "a request", "request": {request}, "response": {response}}}],
            "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
    );
    fs::write(directory.path().join("a.json"), text).unwrap();
    let url = Answers::default().with("GET /users/1", status, body).serve();
    let arguments = [
        "verify",
        "--provider",
        "user-api",
        "--provider-url",
        &url,
        "--file",
        "a.json",
    ];
    contract(directory.path(), &arguments).shown(&[(&url, "http://provider")])
}

const GET: &str = r#"{"method": "GET", "path": "/users/1"}"#;

#[test]
fn the_body_of_an_unexpected_status_is_shown() {
    let request = r#"{"method": "GET", "path": "/users/1", "headers": {"Authorization": "Bearer s3cr3t"}}"#;
    let body = r#"{"error": "NullPointerException at Users.java:12", "sent": "Bearer s3cr3t"}"#;
    assert_snapshot!(verify_one(request, r#"{"status": 200, "body": {"id": 1}}"#, 500, body), @r#"
    exit 1
    web-app → user-api   a.json
      ✗ a request

    ✗ web-app → user-api: a request   a.json

      response does not match: status, body (2 mismatches)

      status  expected 200  got 500
      … and 1 more mismatch, since the status differs

      the response's body:

        {
          "error": "NullPointerException at Users.java:12",
          "sent": "***"
        }

      reproduce: curl -i 'http://provider/users/1' -H 'Authorization: Bearer ***'

    a.json: 1 contract, 1 interaction · 1 failed
    user-api breaks its contracts: 1 of 1 interaction failed
    "#);
    assert_snapshot!(verify_one(GET, r#"{"status": 200}"#, 404, ""), @r"
    exit 1
    web-app → user-api   a.json
      ✗ a request

    ✗ web-app → user-api: a request   a.json

      response status does not match (1 mismatch)

      status  expected 200  got 404

      the response has no body

      reproduce: curl -i 'http://provider/users/1'

    a.json: 1 contract, 1 interaction · 1 failed
    user-api breaks its contracts: 1 of 1 interaction failed
    ");
}

#[test]
fn a_document_that_cannot_be_read_says_why_and_where() {
    let response = r#"{"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": 1}}"#;
    assert_snapshot!(verify_one(GET, response, 200, "{\"id\": 1,}"), @r#"
    exit 1
    web-app → user-api   a.json
      ✗ a request

    ✗ web-app → user-api: a request   a.json

      response body does not match (1 mismatch)

      $
          expected a JSON document, and this cannot be read: trailing comma at line 1, column 10
          got "{\"id\": 1,}" (a string)

      reproduce: curl -i 'http://provider/users/1'

    a.json: 1 contract, 1 interaction · 1 failed
    user-api breaks its contracts: 1 of 1 interaction failed
    "#);
    assert_snapshot!(verify_one(GET, response, 200, "{\"id\": \"\\uDAA5\"}"), @r#"
    exit 1
    web-app → user-api   a.json
      ✗ a request

    ✗ web-app → user-api: a request   a.json

      response body does not match (1 mismatch)

      $
          expected a JSON document, and this cannot be read: \uDAA5 is half of a surrogate pair, at line 1, column 9
          got "{\"id\": \"\\uDAA5\"}" (a string)

      reproduce: curl -i 'http://provider/users/1'

    a.json: 1 contract, 1 interaction · 1 failed
    user-api breaks its contracts: 1 of 1 interaction failed
    "#);
}

#[test]
fn texts_that_look_alike_are_told_apart() {
    let response = r#"{"status": 200, "body": {"a": "12 km", "b": "LONG-A-LONG", "c": "Anna"}}"#
        .replace("LONG", &"x".repeat(5_000));
    let body =
        r#"{"a": "12\u00a0km", "b": "LONG-B-LONG", "c": "\u0410nna"}"#.replace("LONG", &"x".repeat(5_000));
    assert_snapshot!(verify_one(GET, &response, 200, &body), @r#"
    exit 1
    web-app → user-api   a.json
      ✗ a request

    ✗ web-app → user-api: a request   a.json

      response body does not match (3 mismatches)

      $.a
          expected "12 km"
          got "12\u00a0km"
          differs at character 3: expected " " U+0020 (space), got "\u00a0" U+00A0 (no-break space)
      $.b
          expected "…xxxxxxxxxxxxxxxxxxxxxxx-A-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
          got "…xxxxxxxxxxxxxxxxxxxxxxx-B-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
          differs at character 5,002: expected "A" U+0041, got "B" U+0042
      $.c
          expected "Anna"
          got "Аnna"
          differs at character 1: expected "A" U+0041, got "А" U+0410 (Cyrillic)

        {
      -   "a": "12 km",
      +   "a": "12\u00a0km",
      -   "b": "…xxxxxxxxxxxxxxxxxxxxxxx-A-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
      +   "b": "…xxxxxxxxxxxxxxxxxxxxxxx-B-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
      -   "c": "Anna"
      +   "c": "Аnna"
        }

      reproduce: curl -i 'http://provider/users/1'

    a.json: 1 contract, 1 interaction · 1 failed
    user-api breaks its contracts: 1 of 1 interaction failed
    "#);
}

#[test]
fn a_contract_that_contradicts_itself_is_said_to() {
    let response = r#"{"status": 200, "body": {"type": "application/json"},
        "matchingRules": {"body": {"$.type": {"matchers": [{"match": "regex", "regex": "json"}]}}}}"#;
    // With its own example no provider passes, and that is not the provider's fault.
    assert_snapshot!(verify_one(GET, response, 200, r#"{"type": "application/json"}"#), @r#"
    exit 1
    web-app → user-api   a.json
      ✗ a request
          warning: the contract contradicts itself, its example does not match its own rule: $.type: Expected 'application/json' to match 'json'

    ✗ web-app → user-api: a request   a.json

      response body does not match (1 mismatch)

      $.type  expected a string matching json  got "application/json"  rule: $.type regex

        {
      -   "type": a string matching json
      +   "type": "application/json"
        }

      reproduce: curl -i 'http://provider/users/1'

      this is a fault of the contract, which contradicts itself: a provider that responds with its example fails. Change it in the tests of web-app, not user-api

    a.json: 1 contract, 1 interaction · 1 failed
    user-api: 1 of 1 interaction failed because the contract contradicts itself
    "#);
    // The rule decides.
    assert_snapshot!(verify_one(GET, response, 200, r#"{"type": "json"}"#), @r"
    exit 0
    web-app → user-api   a.json
      ✓ a request
          warning: the contract contradicts itself, its example does not match its own rule: $.type: Expected 'application/json' to match 'json'

    a.json: 1 contract, 1 interaction · 1 passed
    user-api fulfils its contracts: 1 of 1 interaction passed
    ");
}

#[test]
fn a_request_that_contradicts_itself_is_said_to() {
    let request = r#"{"method": "GET", "path": "/users/1", "headers": {"X-Trace": "none"},
        "matchingRules": {"header": {"X-Trace": {"matchers": [{"match": "regex", "regex": "^[0-9]+$"}]}}}}"#;
    assert_snapshot!(verify_one(request, r#"{"status": 200}"#, 200, ""), @r"
    exit 0
    web-app → user-api   a.json
      ✓ a request
          warning: the contract contradicts itself, the example of its request does not match its own rule: header X-Trace: Expected 'none' to match '^[0-9]+$'

    a.json: 1 contract, 1 interaction · 1 passed
    user-api fulfils its contracts: 1 of 1 interaction passed
    ");
    // The response fails for a reason of its own, which is the provider's fault.
    assert_snapshot!(verify_one(request, r#"{"status": 200}"#, 404, "").lines().last().unwrap(), @"user-api breaks its contracts: 1 of 1 interaction failed");
}

#[test]
fn this_machine_is_not_reached_through_a_proxy_and_an_error_names_the_proxy() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let proxy = nobody();
    let verify = |url: &str, variables: &[(&str, &str)]| {
        contract_with(
            directory.path(),
            variables,
            &[
                "verify",
                "--provider",
                "user-api",
                "--provider-url",
                url,
                "--file",
                "a.json",
            ],
        )
    };
    let url = provider("Ada");
    let named = url.replace("127.0.0.1", "localhost");
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        for url in [&url, &named] {
            let ran = verify(url, &[(variable, &proxy)]);
            assert_eq!(ran.code, 0, "{}", ran.shown(&[]));
        }
    }
    let elsewhere = "http://provider.example.com";
    assert_snapshot!(verify(elsewhere, &[("HTTP_PROXY", &proxy)]).shown(&[(&proxy, "http://proxy")]), @"
    exit 3
    error: the provider at http://provider.example.com cannot be reached through the proxy http://proxy (Connection refused): correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, or add the host to NO_PROXY to bypass the proxy
    ");
}

#[test]
fn a_body_beyond_the_limit_fails_its_interaction() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let verify = |size: &str| {
        contract(
            directory.path(),
            &[
                "verify",
                "--provider",
                "user-api",
                "--provider-url",
                &provider("Ada"),
                "--file",
                "a.json",
                "--max-body-size",
                size,
            ],
        )
    };
    assert_eq!(verify("1KiB").code, 0);
    let ran = verify("8");
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("longer than the limit of 8 bytes"),
        "{}",
        ran.shown(&[])
    );
    let ran = verify("many");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--max-body-size"), "{}", ran.shown(&[]));
}

#[test]
fn a_provider_that_the_broker_does_not_know_is_wrong_usage() {
    let directory = tempfile::tempdir().unwrap();
    let index = r#"{"_links": {
        "pb:provider-pacts-for-verification": {"href": "{base}/pacts/provider/{provider}/for-verification"},
        "pb:pacticipants": {"href": "{base}/pacticipants"}, "pb:pacticipant": {"href": "{base}/pacticipants/{pacticipant}"}
    }}"#;
    let url = Answers::default()
        .with("GET /", 200, index)
        .with(
            "GET /pacticipants",
            200,
            r#"{"_embedded": {"pacticipants": [{"name": "user-api"}]}}"#,
        )
        .serve();
    let arguments = [
        "verify",
        "--provider",
        "users-api",
        "--provider-url",
        "http://127.0.0.1:1",
        "--broker-url",
        &url,
    ];
    assert_snapshot!(contract(directory.path(), &arguments).shown(&[(&url, "http://broker")]), @r#"
    exit 2
    error: nothing was verified: the broker at http://broker knows no application "users-api" (did you mean "user-api"?): correct the provider's name; use allow_empty (--allow-empty) to accept this
    "#);
}
