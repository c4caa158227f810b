//! Secrets of files are in no contract and no finding.

use contract_core::contract::{Contract, Specification};
use contract_core::import::{Imported, Options};
use contract_core::matching::{RequestPlan, ResponsePlan};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{imported, imported_with, request};

fn all_text(imported: &Imported) -> String {
    let mut contract = Contract::new("web-app", "user-api");
    contract.interactions.clone_from(&imported.interactions);
    // In a contract bytes are Base64.
    let bodies = imported.interactions.iter().flat_map(|interaction| {
        let http = interaction.as_http().unwrap();
        [&http.request.body, &http.response.body]
    });
    let bodies: Vec<String> = bodies
        .map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned())
        .collect();
    format!(
        "{}\n{:?}\n{bodies:?}",
        contract.to_text(Specification::V4).unwrap(),
        imported.findings
    )
}

fn exchange(mime_type: &str, sent: &str, received: &str) -> Value {
    json!({
        "request": {
            "method": "POST", "url": "https://api.test/x", "headers": [{ "name": "Content-Type", "value": mime_type }],
            "postData": { "mimeType": mime_type, "text": sent }
        },
        "response": {
            "status": 200, "headers": [{ "name": "Content-Type", "value": mime_type }],
            "content": { "mimeType": mime_type, "text": received }
        }
    })
}

/// Bodies in which a secret has a name, each alone in its file.
fn bodies_with(secret: &str) -> Vec<Value> {
    let json = json!({ "password": secret }).to_string();
    let xml = format!("<a><password>{secret}</password><b token='{secret}'/></a>");
    let multipart = format!(
        "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{secret}\r\n--x\r\n\
         Content-Disposition: form-data; name=\"f\"; filename=\"a.bin\"\r\n\r\n\u{0}\u{1}\r\n--x--\r\n"
    );
    let nested = json!({ "token": [secret], "secret": { "value": secret, "since": 2026 } }).to_string();
    let link = json!({ "next": format!("https://api.test/y?access_token={secret}&page=2") }).to_string();
    vec![
        exchange("text/plain", &json, &json),
        exchange(
            "application/json",
            &json[..json.len() - 1],
            &json[..json.len() - 2],
        ),
        exchange(
            "application/x-ndjson",
            &format!("{json}\n{json}\n"),
            &format!("{json}\n{json}\n"),
        ),
        exchange("application/xml", &xml, &xml),
        exchange("multipart/form-data; boundary=x", &multipart, &multipart),
        exchange("application/octet-stream", &json, &json),
        exchange("application/json", &nested, &nested),
        exchange("application/json", &link, &link),
    ]
}

fn stub_with(secret: &str) -> Value {
    json!({
        "name": format!("with Bearer {secret}"),
        "request": {
            "method": "POST",
            "url": format!("/login?access_token={secret}&page=1"),
            "headers": {
                "Authorization": { "equalTo": format!("Bearer {secret}") },
                "X-Api-Key": { "matches": secret },
                "Cookie": { "equalTo": format!("session={secret}; theme=dark{secret}") }
            },
            "basicAuthCredentials": { "username": "ada", "password": secret },
            "bodyPatterns": [{ "equalToJson": { "user": "ada", "password": secret, "deep": [{ "clientSecret": secret }] } }]
        },
        "response": {
            "status": 200,
            "headers": { "Content-Type": "application/json", "Set-Cookie": format!("session={secret}; Path=/") },
            "jsonBody": { "token": secret, "note": format!("Bearer {secret}"), "name": "Ada" }
        }
    })
}

fn har_with(secret: &str) -> Value {
    json!({ "log": { "version": "1.2", "entries": [{
        "request": {
            "method": "POST", "url": format!("https://ada:{secret}@api.test/x?sig={secret}"),
            "headers": [
                { "name": "Authorization", "value": format!("Basic {secret}") },
                { "name": "Content-Type", "value": "application/x-www-form-urlencoded" }
            ],
            "postData": { "mimeType": "application/x-www-form-urlencoded", "text": format!("password={secret}&a=1") }
        },
        "response": {
            "status": 200,
            "headers": [{ "name": "Set-Cookie", "value": format!("id={secret}") }],
            "content": { "mimeType": "application/json", "text": json!({ "access_token": secret }).to_string() }
        }
    }] } })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_planted_secret_is_written(secret in "[A-Za-z0-9]{12,24}q") {
        for (name, file) in [("stub.json", stub_with(&secret)), ("a.har", har_with(&secret))] {
            let text = all_text(&imported(name, &file.to_string()));
            prop_assert!(!text.contains(&secret), "{secret} in {text}");
            prop_assert!(text.contains("redacted"));
        }
    }
}

#[test]
fn a_secret_with_a_name_is_found_in_every_kind_of_body() {
    let secret = "s3cr3tS3CR3Tq";
    for entry in bodies_with(secret) {
        let har = json!({ "log": { "version": "1.2", "entries": [entry] } });
        let imported = imported("a.har", &har.to_string());
        assert_eq!(imported.interactions.len(), 1, "{har}");
        let text = all_text(&imported);
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn a_secret_with_a_name_in_one_place_is_replaced_in_all() {
    let secret = "a1b2c3d4e5f6";
    let har = json!({ "log": { "version": "1.2", "entries": [
        {
            "request": { "method": "GET", "url": format!("https://api.test/sessions/{secret}"), "headers": [
                { "name": "X-Trace", "value": secret }
            ] },
            "response": { "status": 302, "headers": [
                { "name": "Location", "value": format!("/home?token={secret}") }
            ], "content": {} }
        },
        exchange("application/json", "{}", &json!({ "token": secret, "note": format!("use {secret} now") }).to_string()),
    ] } });
    let imported = imported("a.har", &har.to_string());
    let text = all_text(&imported);
    assert!(!text.contains(secret), "{secret} in {text}");
    assert_eq!(request(&imported.interactions[0]).path, "/sessions/redacted");
}

/// The contract says that a secret is sent, and not which.
#[test]
fn any_secret_matches_in_place_of_the_one_that_was_replaced() {
    for (entry, other) in bodies_with("s3cr3tS3CR3Tq")
        .into_iter()
        .zip(bodies_with("another-1"))
    {
        let har = |entry| json!({ "log": { "version": "1.2", "entries": [entry] } }).to_string();
        let redacted = imported("a.har", &har(entry));
        let mut options = Options::default();
        options.keep = vec!["*".to_owned()];
        let real = imported_with("a.har", &har(other), &options);
        let of = |imported: &Imported| imported.interactions[0].as_http().unwrap().clone();
        let (expected, actual) = (of(&redacted), of(&real));
        let comparison = RequestPlan::compile(&expected.request, Specification::V4)
            .unwrap()
            .compare(&actual.request);
        assert!(comparison.is_match(), "{:#?}", comparison.mismatches());
        let comparison = ResponsePlan::compile(&expected.response)
            .unwrap()
            .compare(&actual.response);
        assert!(comparison.is_match(), "{:#?}", comparison.mismatches());
    }
}

#[test]
fn secrets_are_known_by_their_form() {
    for secret in [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_abcdefghijklmnopqrst",
        "xoxb-123456789012-abc",
        "sk_live_abcdefgh12345678",
        "AIzaSyA1234567890abcdefghijk",
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
    ] {
        let stub = json!({
            "request": { "method": "POST", "urlPath": "/x", "bodyPatterns": [{ "equalToJson": { "text": secret } }] },
            "response": { "jsonBody": { "note": format!("see {secret} here") } }
        });
        let text = all_text(&imported("stub.json", &stub.to_string()));
        assert!(
            !text.contains(json!(secret).to_string().trim_matches('"')),
            "{secret} in {text}"
        );
    }
}

#[test]
fn what_looks_like_a_secret_can_be_kept() {
    let stub = json!({
        "request": { "method": "GET", "url": "/x?code=A1&key=2", "headers": { "Authorization": { "equalTo": "Bearer test-token" } } },
        "response": {}
    });
    let mut options = Options::default();
    options.keep = vec!["code".to_owned(), "authorization".to_owned()];
    let imported = imported_with("stub.json", &stub.to_string(), &options);
    let asked = request(&imported.interactions[0]);
    assert_eq!(asked.headers.first("authorization"), Some("Bearer test-token"));
    assert_eq!(asked.query.to_text(), "code=A1&key=redacted");
    assert_eq!(
        imported.interactions[0].description,
        "GET /x?code=A1&key=redacted"
    );
}

#[test]
fn a_replaced_header_is_still_asked_for() {
    let stub = json!({
        "request": { "method": "GET", "url": "/x", "headers": { "Authorization": { "equalTo": "Bearer abcdefgh" } } },
        "response": {}
    });
    let imported = imported("stub.json", &stub.to_string());
    let asked = request(&imported.interactions[0]);
    assert_eq!(asked.headers.first("authorization"), Some("Bearer redacted"));
    assert_eq!(
        asked.rules.headers["Authorization"].rules[0].matcher.name(),
        "regex"
    );
}
