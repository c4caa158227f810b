//! Folders in which not every file is a contract.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::run::contract;
use crate::stub::{Answers, broker, contract_text, nobody};

/// A folder `contracts` with a contract and files of other kinds.
fn mixed() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = directory.path().join("contracts").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    write("a.json", contract_text(None).as_bytes());
    write("package.json", br#"{"name": "web-app"}"#);
    write("reports/latest.json", b"[]");
    write(".vscode/settings.json", b"// settings");
    write("README.md", b"contracts");
    directory
}

/// Adds two files that cannot be read.
fn break_one(directory: &Path) {
    fs::write(directory.join("contracts/b.json"), "{\"consumer\": {").unwrap();
    fs::write(directory.join("contracts/c.json"), [0xff, 0xfe, b'{', 0, b'}', 0]).unwrap();
}

#[test]
fn check_goes_on_behind_a_file_that_cannot_be_read() {
    let directory = mixed();
    assert_snapshot!(contract(directory.path(), &["check", "contracts"]).shown(&[]), @r"
    exit 0
    1 contract file, no problems found
    skipped contracts/package.json: it is not a contract
    skipped contracts/reports/latest.json: it is not a contract
    ");
    break_one(directory.path());
    assert_snapshot!(contract(directory.path(), &["check", "contracts"]).shown(&[]), @r"
    exit 1
    3 contract files, 2 problems found
    error: contracts/b.json:1:14: not valid JSON: the text ends too early (EOF while parsing an object)
    error: contracts/c.json:1:1: it is UTF-16 or UTF-32, not UTF-8: save the contract as UTF-8
    skipped contracts/package.json: it is not a contract
    skipped contracts/reports/latest.json: it is not a contract
    ");
    assert_snapshot!(contract(directory.path(), &["check", "contracts/package.json"]).shown(&[]), @r"
    exit 1
    1 contract file, 1 problem found
    error: contracts/package.json:1:1: $: this document is not a contract: it has no `interactions` member (or `messages`, in version 3)
    ");
}

#[test]
fn check_fails_for_warnings_where_it_is_told_to() {
    let directory = tempfile::tempdir().unwrap();
    let text = r#"{"interactions": [{"description": "x", "request": {}, "response": {"status": 200, "matchingRules": {"$.foo": {"match": "type"}}}}]}"#;
    fs::write(directory.path().join("a.json"), text).unwrap();
    assert_snapshot!(contract(directory.path(), &["check", "a.json"]).shown(&[]), @r#"
    exit 0
    1 contract file, no problems found, 1 warning
    warning: a.json: interaction "x": the rule "$.foo" of the response is not used: it matches nothing
    "#);
    assert_eq!(
        contract(directory.path(), &["check", "--strict", "a.json"]).code,
        1
    );
}

#[test]
fn publish_publishes_all_contracts_or_none() {
    let directory = mixed();
    let published = r#"{"notices": [], "_links": {"pb:contracts": []}}"#;
    let server = broker().with("POST /contracts/publish", 200, published).serve();
    let publish = ["publish", "contracts", "--version", "1", "--broker-url", &server];
    assert_snapshot!(contract(directory.path(), &publish).shown(&[]), @r"
    exit 0
    published web-app version 1: user-api
    skipped contracts/package.json: it is not a contract
    skipped contracts/reports/latest.json: it is not a contract
    ");
    break_one(directory.path());
    let nobody = nobody();
    let publish = ["publish", "contracts", "--version", "1", "--broker-url", &nobody];
    assert_snapshot!(contract(directory.path(), &publish).shown(&[]), @r"
    exit 2
    error: 2 files cannot be published, so that nothing was:
      contracts/b.json:1:14: not valid JSON: the text ends too early (EOF while parsing an object)
      contracts/c.json:1:1: it is UTF-16 or UTF-32, not UTF-8: save the contract as UTF-8
    ");
}

#[test]
fn a_byte_order_mark_reads_the_same_in_every_command() {
    let directory = tempfile::tempdir().unwrap();
    let marked = format!("\u{feff}{}", contract_text(None));
    fs::create_dir(directory.path().join("contracts")).unwrap();
    fs::write(directory.path().join("contracts/a.json"), marked).unwrap();
    assert_eq!(contract(directory.path(), &["check", "contracts"]).code, 0);
    let published = r#"{"notices": [], "_links": {"pb:contracts": []}}"#;
    let server = broker().with("POST /contracts/publish", 200, published).serve();
    let publish = ["publish", "contracts", "--version", "1", "--broker-url", &server];
    assert_eq!(contract(directory.path(), &publish).code, 0);
    assert_eq!(contract(directory.path(), &["prune", "--", "true"]).code, 0);
}

#[test]
fn prune_goes_on_behind_a_file_that_cannot_be_read() {
    let directory = mixed();
    break_one(directory.path());
    assert_snapshot!(contract(directory.path(), &["prune", "--", "true"]).shown(&[]), @r"
    exit 2
    nothing to remove
    contracts/a.json: no test wrote into it; it was left alone
    error: contracts/b.json:1:14: not valid JSON: the text ends too early (EOF while parsing an object)
    error: contracts/c.json:1:1: it is UTF-16 or UTF-32, not UTF-8: save the contract as UTF-8
    skipped contracts/package.json: it is not a contract
    skipped contracts/reports/latest.json: it is not a contract
    ");
}

fn provider() -> String {
    Answers::default()
        .with("GET /users/1", 200, r#"{"id": 1, "name": "Ada"}"#)
        .serve()
}

fn verify(directory: &Path) -> String {
    let url = provider();
    let arguments = [
        "verify",
        "--provider",
        "user-api",
        "--provider-url",
        &url,
        "--dir",
        "contracts",
    ];
    contract(directory, &arguments).shown(&[])
}

#[test]
fn verify_goes_on_behind_a_file_that_cannot_be_read() {
    let directory = mixed();
    assert_snapshot!(verify(directory.path()), @r"
    exit 0
    web-app → user-api   contracts/a.json
      ✓ a request for user 1

    contracts: 1 contract, 1 interaction · 1 passed
      skipped: contracts/package.json is not a contract
      skipped: contracts/reports/latest.json is not a contract
    user-api fulfils its contracts: 1 of 1 interaction passed
    ");
    break_one(directory.path());
    assert_snapshot!(verify(directory.path()), @r"
    exit 2
    web-app → user-api   contracts/a.json
      ✓ a request for user 1

    error: contracts/b.json:1:14: not valid JSON: the text ends too early (EOF while parsing an object)
    error: contracts/c.json:1:1: it is UTF-16 or UTF-32, not UTF-8: save the contract as UTF-8
    contracts: 1 contract, 1 interaction · 1 passed
      skipped: contracts/package.json is not a contract
      skipped: contracts/reports/latest.json is not a contract
    user-api fulfils its contracts: 1 of 1 interaction passed; 2 contracts could not be read
    ");
}

/// Beside the contract, one whose interaction a plugin made.
fn with_a_plugin(directory: &Path) {
    let text = r#"{"consumer": {"name": "web-app"}, "provider": {"name": "user-api"},
        "metadata": {"pactSpecification": {"version": "4.0"}, "plugins": [{"name": "protobuf", "version": "0.3.0"}]},
        "interactions": [{"type": "Synchronous/Messages", "description": "an area", "transport": "grpc",
            "request": {"contents": {"content": "CgEx", "encoded": "base64"}}, "response": [],
            "pluginConfiguration": {"protobuf": {"service": "Area/Of"}}}]}"#;
    fs::write(directory.join("contracts/p.json"), text).unwrap();
}

#[test]
fn interactions_of_plugins_are_refused_by_name() {
    let directory = mixed();
    with_a_plugin(directory.path());
    let shown = verify(directory.path());
    assert!(shown.starts_with("exit 1"), "{shown}");
    let need = r#"it needs the plugin protobuf 0.3.0 (transport "grpc"), which this library does not run"#;
    assert!(shown.contains(need) && shown.contains("✗ an area"), "{shown}");
    assert_snapshot!(contract(directory.path(), &["stub", "contracts"]).shown(&[]), @r#"
    exit 2
    error: contracts/p.json: interaction "an area": it needs the plugin protobuf 0.3.0 (transport "grpc"), which this library does not run
    skipped contracts/package.json: it is not a contract
    skipped contracts/reports/latest.json: it is not a contract
    error: nothing is served, because of 1 problem in the contracts: correct them, or give other files
    "#);
}

#[test]
fn stub_names_every_file_that_cannot_be_read() {
    let directory = mixed();
    break_one(directory.path());
    assert_snapshot!(contract(directory.path(), &["stub", "contracts"]).shown(&[]), @r"
    exit 2
    error: contracts/b.json:1:14: not valid JSON: the text ends too early (EOF while parsing an object)
    error: contracts/c.json:1:1: it is UTF-16 or UTF-32, not UTF-8: save the contract as UTF-8
    skipped contracts/package.json: it is not a contract
    skipped contracts/reports/latest.json: it is not a contract
    error: nothing is served, because of 2 problems in the contracts: correct them, or give other files
    ");
}
