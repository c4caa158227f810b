//! `contract verify`: who answered is who was asked, and what was sent is what the contract says.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::run::{Ran, contract, contract_with};
use crate::stub::{Answers, contract_text};

fn verify(directory: &Path, more: &[&str]) -> Ran {
    let mut arguments = vec!["verify", "--provider", "user-api", "--file", "a.json"];
    arguments.extend(more);
    contract(directory, &arguments)
}

/// A directory with a contract that asks for this path.
fn asking_for(path: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let contract = json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": [{
            "description": "an odd request",
            "request": { "method": "GET", "path": path },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    fs::write(directory.path().join("a.json"), contract.to_string()).unwrap();
    directory
}

#[cfg(unix)]
#[test]
fn what_answers_before_the_provider_is_started_is_not_the_provider() {
    let directory = asking_for("/a");
    let other = Answers::default().with("GET /a", 200, "{}").serve();
    let ran = verify(
        directory.path(),
        &["--provider-url", &other, "--provider-command", "exit 3"],
    );
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    let expected = format!("something already answers at {other}");
    assert!(ran.err.contains(&expected), "{}", ran.err);
}

#[test]
fn a_path_that_the_client_would_change_is_not_sent() {
    let provider = Answers::default().with("GET /b", 200, "{}").serve();
    for path in ["/a/../b", "/a/%2E%2e/b", "/./b", "/b/.", "*"] {
        let directory = asking_for(path);
        let ran = verify(directory.path(), &["--provider-url", &provider]);
        assert_eq!(ran.code, 1, "{path}: {}{}", ran.out, ran.err);
        assert!(
            ran.out.contains("cannot be sent as written"),
            "{path}: {}",
            ran.out
        );
    }
    let directory = asking_for("/b");
    assert_eq!(verify(directory.path(), &["--provider-url", &provider]).code, 0);
}

#[test]
fn a_proxy_variable_that_is_no_address_is_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let ran = contract_with(
        directory.path(),
        &[("http_proxy", "not a url")],
        &[
            "verify",
            "--provider",
            "user-api",
            "--file",
            "a.json",
            "--provider-url",
            "http://api.example.com",
        ],
    );
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("http_proxy is not the address of a proxy"),
        "{}",
        ran.err
    );
}

#[test]
fn a_proxy_that_asks_for_credentials_is_not_the_provider() {
    let directory = asking_for("/a");
    let proxy = Answers::default()
        .with("GET http://api.example.com/a", 407, "{}")
        .serve();
    let ran = contract_with(
        directory.path(),
        &[("HTTP_PROXY", &proxy)],
        &[
            "verify",
            "--provider",
            "user-api",
            "--file",
            "a.json",
            "--provider-url",
            "http://api.example.com",
        ],
    );
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    let expected = format!("through the proxy {proxy} (407 Proxy Authentication Required)");
    assert!(ran.err.contains(&expected), "{}", ran.err);
}
