//! Bad input: each says what, where and what to do, and has the exit code of its kind.

use std::fs;

use insta::assert_snapshot;

use crate::run::contract;
use crate::stub::{Answers, broker, contract_text, nobody};

#[test]
fn a_malformed_contract() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("contracts")).unwrap();
    fs::write(
        directory.path().join("contracts/a.json"),
        "{\n  \"consumer\": {,\n",
    )
    .unwrap();
    let verified = contract(
        directory.path(),
        &[
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            &nobody(),
            "--dir",
            "contracts",
        ],
    );
    assert_snapshot!(verified.shown(&[]), @r#"
    exit 2
    error: contracts/a.json:2:16: not valid JSON: key must be a string
    "#);
    let checked = contract(directory.path(), &["check", "contracts"]);
    assert_snapshot!(checked.shown(&[]), @r#"
    exit 1
    1 contract file, 1 problem found
    error: contracts/a.json:2:16: not valid JSON: key must be a string
    "#);
    let published = contract(
        directory.path(),
        &[
            "publish",
            "contracts",
            "--version",
            "1",
            "--broker-url",
            &nobody(),
        ],
    );
    assert_snapshot!(published.shown(&[]), @r#"
    exit 2
    error: contracts/a.json:2:16: not valid JSON: key must be a string
    "#);
}

#[test]
fn a_directory_that_is_not_there() {
    let directory = tempfile::tempdir().unwrap();
    let ran = contract(
        directory.path(),
        &[
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            &nobody(),
            "--dir",
            "contracts",
        ],
    );
    assert_snapshot!(ran.shown(&[]), @r#"
    exit 2
    error: cannot read the contract directory contracts: No such file or directory; give the directory that the consumers' tests write
    "#);
}

#[test]
fn an_unknown_provider_state() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("a.json"),
        contract_text(Some("user exists")),
    )
    .unwrap();
    let provider = Answers::default().serve();
    let ran = contract(
        directory.path(),
        &[
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            &provider,
            "--file",
            "a.json",
        ],
    );
    assert_snapshot!(ran.shown(&[]), @r#"
    exit 1
    web-app → user-api   a.json
      ✗ a request for user 1 [user exists]

    ✗ web-app → user-api: a request for user 1 [user exists]   a.json

      provider state "user exists" is unknown; nothing sets states: add a handler for it, give the provider's state-change URL (--state-change-url), or ignore states that nothing sets (--ignore-states)

    a.json: 1 contract, 1 interaction · 1 failed
    user-api breaks its contracts: 1 of 1 interaction failed
    "#);
}

#[test]
fn a_provider_that_is_not_there() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let provider = nobody();
    let ran = contract(
        directory.path(),
        &[
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            &provider,
            "--file",
            "a.json",
        ],
    );
    assert_snapshot!(ran.shown(&[(&provider, "http://provider")]), @r#"
    exit 3
    error: no provider answers at http://provider (Connection refused): start it, or give the address where it listens
    "#);
}

#[test]
fn a_broker_that_is_unreachable() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let broker = nobody();
    let ran = contract(
        directory.path(),
        &[
            "publish",
            "a.json",
            "--version",
            "1",
            "--broker-url",
            &broker,
            "--broker-attempts",
            "1",
        ],
    );
    assert_snapshot!(ran.shown(&[(&broker, "http://broker")]), @r#"
    exit 3
    error: reading the broker's index: cannot reach the broker at http://broker/ (Connection refused); start it, or correct the broker's address
    "#);
}

#[test]
fn a_broker_that_refuses_the_credentials() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let broker = Answers::default().with("GET /", 401, "").serve();
    let ran = contract(
        directory.path(),
        &["publish", "a.json", "--version", "1", "--broker-url", &broker],
    );
    assert_snapshot!(ran.shown(&[(&broker, "http://broker")]), @r#"
    exit 2
    error: reading the broker's index: the broker refused the credentials (401) at http://broker/; give a valid token, or user and password
    "#);
}

#[test]
fn an_address_that_is_no_broker() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let page = Answers::default().with("GET /", 200, "<!doctype html>").serve();
    let ran = contract(
        directory.path(),
        &["publish", "a.json", "--version", "1", "--broker-url", &page],
    );
    assert_snapshot!(ran.shown(&[(&page, "http://page")]), @r#"
    exit 2
    error: reading the broker's index: the response at http://page/ is not JSON (expected value at line 1 column 1): is this the address of a broker?
    "#);
}

#[test]
fn a_version_whose_content_would_change() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let refusal = r#"{"notices":[{"type":"error","text":"Cannot change the content of web-app version 1"}],
        "errors":{"contracts":["Cannot change the content of web-app version 1"]}}"#;
    let broker = broker().with("POST /contracts/publish", 409, refusal).serve();
    let ran = contract(
        directory.path(),
        &["publish", "a.json", "--version", "1", "--broker-url", &broker],
    );
    assert_snapshot!(ran.shown(&[(&broker, "http://broker")]), @r#"
    exit 2
    error: publishing the contracts of "web-app" version "1": the broker reported a conflict (409): contracts Cannot change the content of web-app version 1
    "#);
}

#[test]
fn an_environment_that_the_broker_does_not_know() {
    let directory = tempfile::tempdir().unwrap();
    let version = r#"{"_links":{"pb:record-deployment":[{"name":"production","href":"{base}/deploy"}]}}"#;
    let broker = broker()
        .with("GET /pacticipants/web-app/versions/1", 200, version)
        .serve();
    let record = |version: &str, environment: &str| {
        contract(
            directory.path(),
            &[
                "record-deployment",
                "web-app",
                "--version",
                version,
                "--environment",
                environment,
                "--broker-url",
                &broker,
            ],
        )
    };
    assert_snapshot!(record("1", "prodction").shown(&[(&broker, "http://broker")]), @r#"
    exit 2
    error: recording the deployment of "web-app" version "1" to "prodction": there is no environment "prodction"; did you mean "production"? (there are production)
    "#);
    assert_snapshot!(record("2", "production").shown(&[(&broker, "http://broker")]), @r#"
    exit 2
    error: recording the deployment of "web-app" version "2" to "production": the broker knows no version "2" of "web-app"; publish its contract or its verification result first
    "#);
}

#[test]
fn wrong_usage() {
    let directory = tempfile::tempdir().unwrap();
    for arguments in [
        &["verify"][..],
        &["publish"],
        &["can-i-deploy", "web-app", "--to", "a", "--to-tag", "b"],
        &["frobnicate"],
    ] {
        let ran = contract(directory.path(), arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        assert!(
            ran.err.contains("error:") && ran.err.contains("Usage:"),
            "{}",
            ran.err
        );
    }
    let ran = contract(
        directory.path(),
        &["can-i-deploy", "web-app", "--broker-url", "http://b"],
    );
    assert_snapshot!(ran.shown(&[]), @"
    exit 2
    error: which version? Give --version: it cannot be determined from a CI system or Git
    ");
    let ran = contract(
        directory.path(),
        &[
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            "http://127.0.0.1:1",
            "--selector",
            "mainbranch",
        ],
    );
    assert_snapshot!(ran.shown(&[]), @r#"
    exit 2
    error: invalid value 'mainbranch' for '--selector <SELECTOR>': "mainbranch" is not a selector: write one of main-branch, matching-branch, deployed-or-released, deployed, released, latest, branch=NAME, tag=NAME, environment=NAME; did you mean "main-branch"?

    For more information, try '--help'.
    "#);
    let ran = contract(
        directory.path(),
        &[
            "verify",
            "--provider",
            "user-api",
            "--provider-url",
            "localhost:80",
            "--dir",
            ".",
        ],
    );
    assert_snapshot!(ran.shown(&[]), @r#"
    exit 2
    error: "localhost:80" is not the address of a provider (its scheme is neither http nor https): write it as http://host:port or https://host
    "#);
}

#[test]
fn a_date_pattern_of_another_tool_is_mentioned() {
    let directory = tempfile::tempdir().unwrap();
    let text = contract_text(None).replace(
        r#""status": 200,"#,
        r#""status": 200, "matchingRules": {"header": {"x-day": {"matchers": [{"match": "date", "format": "YYYY-MM-DD"}]}}},
           "headers": {"x-day": ["2026-01-01"]},"#,
    );
    fs::write(directory.path().join("a.json"), text).unwrap();
    assert_snapshot!(contract(directory.path(), &["check", "a.json"]).shown(&[]), @r#"
    exit 0
    1 contract file, no problems found, 1 warning
    warning: a.json:11:41: interaction "a request for user 1": the date pattern "YYYY-MM-DD" of the response: in Java's letters Y is the year of a week and D is the day of the year; did you mean "yyyy-MM-dd"? [mistaken-date]
    "#);
}
