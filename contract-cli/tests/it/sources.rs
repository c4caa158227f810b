//! Which contracts `contract verify` verifies, and what it publishes.

use std::fs;

use insta::assert_snapshot;

use crate::run::{Ran, contract_with};
use crate::stub::{Answers, broker, contract_text, nobody};

fn verify(variables: &[(&str, &str)], more: &[&str]) -> Ran {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("contracts")).unwrap();
    fs::write(directory.path().join("contracts/a.json"), contract_text(None)).unwrap();
    let provider = Answers::default()
        .with("GET /users/1", 200, r#"{"id": 1, "name": "Ada"}"#)
        .serve();
    let mut arguments = vec!["verify", "--provider", "user-api", "--provider-url", &provider];
    arguments.extend(more);
    contract_with(directory.path(), variables, &arguments)
}

#[test]
fn a_directory_is_verified_alone() {
    let broker = nobody();
    let in_environment = [("CONTRACT_BROKER_URL", broker.as_str())];
    assert_snapshot!(verify(&in_environment, &["--dir", "contracts"]).shown(&[]), @r"
    exit 0
    web-app → user-api   contracts/a.json
      ✓ a request for user 1

    contracts: 1 contract, 1 interaction · 1 passed
    user-api fulfils its contracts: 1 of 1 interaction passed
    ");
    // The broker is asked if the command line names it, a selector does, or nothing else is named.
    for more in [
        &["--dir", "contracts", "--broker-url", &broker][..],
        &["--dir", "contracts", "--selector", "main-branch"],
        &[
            "--dir",
            "contracts",
            "--include-wip-since",
            "2026-01-31",
            "--provider-branch",
            "main",
        ],
        &[],
    ] {
        let mut more = more.to_vec();
        more.extend(["--broker-attempts", "1"]);
        let ran = verify(&in_environment, &more);
        assert_eq!(ran.code, 3, "{more:?}: {}{}", ran.out, ran.err);
        assert!(
            ran.err.contains("cannot reach the broker"),
            "{more:?}: {}",
            ran.err
        );
    }
}

#[test]
fn switches_without_what_they_are_about_are_refused() {
    assert_snapshot!(verify(&[], &[]).shown(&[]), @r#"
    exit 2
    error: there is nothing to verify: give --file, --dir, --url or --broker-url, or set CONTRACT_BROKER_URL
    "#);
    assert_snapshot!(verify(&[], &["--dir", "contracts", "--selector", "main-branch"]).shown(&[]), @r#"
    exit 2
    error: --selector selects contracts of a broker: give --broker-url, or set CONTRACT_BROKER_URL
    "#);
    let publish = ["--dir", "contracts", "--publish", "--provider-version", "1"];
    assert_snapshot!(verify(&[("CONTRACT_BROKER_URL", "http://b")], &publish).shown(&[]), @r#"
    exit 2
    error: --publish needs contracts from a broker, not from files and directories: give --broker-url or --url
    "#);
    // A pipeline may say it for all its commands.
    let in_environment = [("CONTRACT_PUBLISH", "true"), ("CONTRACT_PROVIDER_VERSION", "1")];
    assert_snapshot!(verify(&in_environment, &["--dir", "contracts"]).shown(&[]), @r"
    exit 0
    web-app → user-api   contracts/a.json
      ✓ a request for user 1

    warning: no result was published: no contract came from a broker
    contracts: 1 contract, 1 interaction · 1 passed
    user-api fulfils its contracts: 1 of 1 interaction passed
    ");
    for (value, code, publishes) in [
        ("1", 0, true),
        ("TRUE", 0, true),
        ("0", 0, false),
        ("no", 0, false),
        ("", 0, false),
        ("maybe", 2, false),
    ] {
        let in_environment = [("CONTRACT_PUBLISH", value), ("CONTRACT_PROVIDER_VERSION", "1")];
        let ran = verify(&in_environment, &["--dir", "contracts"]);
        assert_eq!(ran.code, code, "{value}: {}", ran.err);
        assert_eq!(
            ran.out.contains("no result was published"),
            publishes,
            "{value}: {}",
            ran.out
        );
    }
}

#[test]
fn a_url_that_is_not_a_broker_s_takes_no_result() {
    let server = Answers::default()
        .with("GET /a.json", 200, contract_text(None))
        .serve();
    let url = format!("{server}/a.json");
    let ran = verify(&[], &["--url", &url, "--publish", "--provider-version", "1"]);
    assert_snapshot!(ran.shown(&[(&server, "http://files")]), @r"
    exit 2
    web-app → user-api   http://files/a.json
      ✓ a request for user 1

    error: the result for http://files/a.json was not published: it has no link for publishing results; give the contract's address in the broker
    http://files/a.json: 1 contract, 1 interaction · 1 passed
    user-api fulfils its contracts: 1 of 1 interaction passed; the result was not published
    ");
    let ran = verify(&[], &["--url", &format!("{server}/b.json")]);
    assert_snapshot!(ran.shown(&[(&server, "http://files")]), @r#"
    exit 2
    error: fetching the contract at http://files/b.json: there is nothing at http://files/b.json (404): not here
    "#);
}

#[test]
fn a_broker_that_is_busy_is_worth_another_attempt() {
    let busy = broker().with("GET /", 429, "").serve();
    let ran = verify(&[], &["--broker-url", &busy, "--broker-attempts", "1"]);
    assert_snapshot!(ran.shown(&[(&busy, "http://broker")]), @r#"
    exit 3
    error: reading the broker's index: the broker is busy (429 Too Many Requests) at http://broker/; try again later
    "#);
}
