//! `contract import` and `contract export`.

use std::path::Path;

use assert_cmd::Command;

const STUB: &str = r#"{
    "request": { "method": "GET", "urlPath": "/users/42", "headers": { "Authorization": { "equalTo": "Bearer abcdefgh" } } },
    "response": { "status": 200, "jsonBody": { "name": "Ada" }, "fixedDelayMilliseconds": 20 }
}"#;

fn contract(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("contract").unwrap();
    command
        .current_dir(folder)
        .args(arguments)
        .env_remove("CONTRACT_DIR");
    command.output().unwrap()
}

const IMPORT: [&str; 6] = [
    "import",
    "--consumer",
    "web-app",
    "--provider",
    "user-api",
    "stub.json",
];

#[test]
fn stubs_are_imported_once_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stub.json"), STUB).unwrap();
    let first = contract(folder.path(), &IMPORT);
    assert_eq!(first.status.code(), Some(0));
    insta::assert_snapshot!(String::from_utf8(first.stdout).unwrap(), @r#"
    added "GET /users/42"
    contracts/web-app-user-api.json: 1 of 1 interaction changed
    "#);
    insta::assert_snapshot!(String::from_utf8(first.stderr).unwrap(), @r#"
    warning: lost: stub.json: response.fixedDelayMilliseconds: a contract has no delays
    redacted: stub.json: the header "Authorization" of the request: it looks like a secret, and was replaced
    "#);
    let again = contract(folder.path(), &IMPORT);
    insta::assert_snapshot!(String::from_utf8(again.stdout).unwrap(), @"contracts/web-app-user-api.json: 0 of 1 interaction changed");

    let exported = contract(
        folder.path(),
        &["export", "--to", "http", "contracts/web-app-user-api.json"],
    );
    insta::assert_snapshot!(String::from_utf8(exported.stdout).unwrap(), @r"
    @baseUrl = http://localhost:8080

    ### GET /users/42
    # expects 200
    GET {{baseUrl}}/users/42
    Authorization: Bearer redacted
    ");
}

#[test]
fn strict_writes_nothing_if_something_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stub.json"), STUB).unwrap();
    let mut arguments = IMPORT.to_vec();
    arguments.push("--strict");
    let refused = contract(folder.path(), &arguments);
    assert_eq!(refused.status.code(), Some(1));
    assert!(!folder.path().join("contracts").exists());
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stub.json"), r#"{"log": "#).unwrap();
    let refused = contract(folder.path(), &IMPORT);
    assert_eq!(refused.status.code(), Some(2));
    let text = String::from_utf8(refused.stderr).unwrap();
    assert!(
        text.starts_with("error: stub.json: not valid JSON: EOF"),
        "{text}"
    );
}
