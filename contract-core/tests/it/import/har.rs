//! HTTP archives.

use contract_core::contract::Body;
use contract_core::import::{FindingKind, Kind, Options, Patterns};
use serde_json::{Value, json};

use super::{findings, imported, imported_with, refused, refused_with, request, response};

fn entry(method: &str, url: &str, status: u16, text: &str) -> Value {
    json!({
        "request": {
            "method": method, "url": url,
            "headers": [
                { "name": ":authority", "value": "api.test" },
                { "name": "User-Agent", "value": "browser" },
                { "name": "Accept", "value": "application/json" }
            ]
        },
        "response": {
            "status": status,
            "headers": [
                { "name": "Content-Type", "value": "application/json" },
                { "name": "Date", "value": "now" }
            ],
            "content": { "size": text.len(), "mimeType": "application/json", "text": text }
        }
    })
}

fn archive(entries: &[Value]) -> String {
    json!({ "log": { "version": "1.2", "entries": entries } }).to_string()
}

#[test]
fn an_entry_becomes_an_interaction_without_what_browsers_add() {
    let text = archive(&[entry(
        "GET",
        "https://api.test/users?page=2",
        200,
        r#"[{"id": 1}]"#,
    )]);
    let imported = imported("a.har", &text);
    let interaction = &imported.interactions[0];
    assert_eq!(interaction.description, "GET /users?page=2");
    let names: Vec<&str> = request(interaction)
        .headers
        .iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["Accept"]);
    let answer = response(interaction);
    let names: Vec<&str> = answer.headers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Content-Type"]);
    assert_eq!(answer.body, Body::json(json!([{ "id": 1 }])));
    assert!(!answer.rules.body.is_empty());

    let mut exact = Options::default();
    exact.patterns = Patterns::Exact;
    let imported = imported_with("a.har", &text, &exact);
    assert!(response(&imported.interactions[0]).rules.is_empty());
}

#[test]
fn elements_that_differ_are_asked_for_what_all_have() {
    let text = archive(&[entry(
        "GET",
        "https://a/x",
        200,
        r#"[{"id": 1, "nick": "A"}, {"id": 2}, {"id": 3, "nick": null}]"#,
    )]);
    let imported = imported("a.har", &text);
    assert_eq!(
        response(&imported.interactions[0]).body,
        Body::json(json!([{ "id": 1 }]))
    );
    let lost = findings(&imported, FindingKind::Lost);
    assert!(
        lost[0].contains("the elements at $ have different members"),
        "{lost:?}"
    );
}

#[test]
fn the_same_request_with_other_answers_gets_provider_states() {
    let text = archive(&[
        entry("GET", "https://a/x", 200, "{}"),
        entry("GET", "https://a/x", 200, "{}"),
        entry("GET", "https://a/x", 404, "{}"),
    ]);
    let imported = imported("a.har", &text);
    assert_eq!(imported.interactions.len(), 2);
    assert_eq!(
        imported.interactions[1].provider_states[0].name,
        "GET /x: answer 2"
    );
    assert!(findings(&imported, FindingKind::Lost)[0].starts_with("a.har: log.entries[2]: the same request"));
}

#[test]
fn several_hosts_need_a_choice() {
    let text = archive(&[
        entry("GET", "https://api.test:8443/x", 200, "{}"),
        entry("GET", "https://cdn.test/y", 200, "{}"),
    ]);
    assert_eq!(
        refused("a.har", &text),
        "a.har: the recording has exchanges with several hosts, a contract is with one provider: choose one with \
         --host: api.test:8443, cdn.test"
    );
    let mut options = Options::default();
    options.host = Some("cdn.test".to_owned());
    let imported = imported_with("a.har", &text, &options);
    assert_eq!(imported.interactions[0].description, "GET /y");
}

#[test]
fn what_was_not_answered_is_left_out() {
    let mut without_text = entry("GET", "https://a/x", 200, "");
    without_text["response"]["content"] = json!({ "size": 10, "mimeType": "application/json" });
    let mut preflight = entry("OPTIONS", "https://a/x", 204, "");
    preflight["request"]["headers"] = json!([{ "name": "Access-Control-Request-Method", "value": "PUT" }]);
    let mut image = entry("GET", "https://a/logo.png", 200, "x");
    image["_resourceType"] = json!("image");
    let text = archive(&[
        entry("GET", "https://a/x", 0, ""),
        entry("GET", "https://a/x", 304, ""),
        without_text,
        preflight,
        image,
        entry("GET", "https://a/y", 200, "{}"),
    ]);
    let imported = imported("a.har", &text);
    assert_eq!(imported.interactions.len(), 1);
    let left_out = findings(&imported, FindingKind::LeftOut);
    assert_eq!(left_out.len(), 3, "{left_out:?}");
    assert!(left_out[2].contains("save the archive with content"));
}

#[test]
fn what_is_no_archive_is_an_error_with_its_place() {
    for (text, said) in [
        (
            "{\"log\": {\"entries\": [",
            "a.har: not valid JSON: EOF while parsing a list at line 1 column 21",
        ),
        (
            r#"{"log": {"version": "2.0", "entries": []}}"#,
            "a.har: log.version: HAR 2.0 is not known: versions 1.1 and 1.2 are read",
        ),
        (
            r#"{"log": {"version": "1.2"}}"#,
            "a.har: log: the member \"entries\" is missing",
        ),
        (
            r#"{"log": {"version": "1.2", "entries": 3}}"#,
            "a.har: log.entries: an array is expected",
        ),
        (
            r#"{"log": {"version": "1.2", "entries": []}}"#,
            "nothing to import: the files have no exchange",
        ),
        ("[]", "a.har: not recognised as one of"),
    ] {
        let error = refused_with("a.har", text, &Options::default());
        assert!(error.starts_with(said), "{error}");
    }
    let mut options = Options::default();
    options.kind = Some(Kind::Har);
    assert_eq!(
        refused_with("stub.json", r#"{"request": {}}"#, &options),
        "stub.json: the member \"log\" is missing"
    );
}
