//! Secrets of files are in no contract and no finding.

use contract_core::contract::{Contract, Specification};
use contract_core::import::{Imported, Options};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{imported, imported_with, request};

fn all_text(imported: &Imported) -> String {
    let mut contract = Contract::new("web-app", "user-api");
    contract.interactions.clone_from(&imported.interactions);
    format!(
        "{}\n{:?}",
        contract.to_text(Specification::V4).unwrap(),
        imported.findings
    )
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
