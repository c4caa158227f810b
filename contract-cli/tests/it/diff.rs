//! `contract diff`

use std::fs;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use crate::run::contract;

fn contract_of(consumer: &str, body: &str) -> String {
    format!(
        r#"{{ "consumer": {{ "name": "{consumer}" }}, "provider": {{ "name": "stock" }}, "interactions": [
  {{ "description": "an article", "providerState": "it is in stock", "request": {{ "method": "GET", "path": "/articles/1" }},
    "response": {{ "status": 200, "body": {body} }} }},
  {{ "description": "all articles", "request": {{ "method": "GET", "path": "/articles" }}, "response": {{ "status": 200 }} }}
] }}"#
    )
}

fn folder() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("old.json", &contract_of("shop", r#"{ "id": 1, "name": "tea" }"#));
    write(
        "more.json",
        &contract_of("shop", r#"{ "id": 1, "name": "tea", "price": 10.50 }"#),
    );
    write("less.json", &contract_of("shop", r#"{ "id": 1 }"#));
    write(
        "other.json",
        &contract_of("kiosk", r#"{ "id": 1, "name": "tea" }"#),
    );
    directory
}

#[test]
fn what_changed_and_what_it_means() {
    let directory = folder();
    let diff = |arguments: &[&str]| contract(directory.path(), arguments).shown(&[]);
    assert_snapshot!(diff(&["diff", "old.json", "more.json"]));
    assert_snapshot!(diff(&["diff", "old.json", "more.json", "--output", "json"]));
    assert_snapshot!(diff(&["diff", "old.json", "other.json"]));
    assert_snapshot!(diff(&["diff", "old.json", "none.json"]));
}

#[test]
fn it_fails_on_what_it_is_told_to() {
    let directory = folder();
    for (new, fail_on, code) in [
        ("more.json", "breaking", 1),
        ("less.json", "breaking", 0),
        ("less.json", "relaxing", 1),
        ("old.json", "neutral", 0),
    ] {
        let ran = contract(directory.path(), &["diff", "old.json", new, "--fail-on", fail_on]);
        assert_eq!(ran.code, code, "{new} {fail_on}: {}", ran.shown(&[]));
    }
}

fn git(directory: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(directory)
        .args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_file_of_another_revision_is_read_from_git() {
    let directory = folder();
    git(directory.path(), &["init", "--quiet"]);
    git(directory.path(), &["add", "."]);
    git(directory.path(), &["commit", "--quiet", "--message", "First"]);
    fs::copy(
        directory.path().join("less.json"),
        directory.path().join("old.json"),
    )
    .unwrap();
    let ran = contract(directory.path(), &["diff", "HEAD:old.json", "old.json"]);
    assert_snapshot!(ran.shown(&[]));
    let ran = contract(directory.path(), &["diff", "HEAD:none.json", "old.json"]);
    assert_snapshot!(ran.shown(&[]));
}
