//! Folders in which not every file is a contract.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::run::{contract, contract_with};
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
    skipped contracts/package.json: it is not a contract
    skipped contracts/reports/latest.json: it is not a contract
    error: contracts/b.json:1:14: not valid JSON: the text ends too early (EOF while parsing an object)
    error: contracts/c.json:1:1: it is UTF-16 or UTF-32, not UTF-8: save the contract as UTF-8
    ");
    assert_snapshot!(contract(directory.path(), &["check", "contracts/package.json"]).shown(&[]), @r"
    exit 1
    1 contract file, 1 problem found
    error: contracts/package.json:1:1: $: this document is not a contract: it has no `interactions` member (or `messages`, in version 3)
    ");
}

#[test]
fn a_check_of_nothing_is_wrong_usage() {
    let directory = mixed();
    fs::create_dir(directory.path().join("empty")).unwrap();
    assert_snapshot!(contract(directory.path(), &["check", "empty"]).shown(&[]), @r"
    exit 2
    error: there is no contract to check: run the consumer's tests first, or give another path
    ");
    assert_eq!(contract(directory.path(), &["format", "empty"]).code, 2);
    assert_eq!(
        contract(directory.path(), &["check", "contracts", "no-such-file.json"]).code,
        2
    );
    // What is wrong with a contract is worth more than a file that is not there.
    break_one(directory.path());
    assert_eq!(
        contract(directory.path(), &["check", "contracts", "no-such-file.json"]).code,
        1
    );
}

#[test]
fn check_fails_for_warnings_where_it_is_told_to() {
    let directory = tempfile::tempdir().unwrap();
    let text = r#"{"interactions": [{"description": "x", "request": {}, "response": {"status": 200, "matchingRules": {"$.foo": {"match": "type"}}}}]}"#;
    fs::write(directory.path().join("a.json"), text).unwrap();
    assert_snapshot!(contract(directory.path(), &["check", "a.json"]).shown(&[]), @r#"
    exit 0
    1 contract file, no problems found, 1 warning
    warning: a.json:1:110: interaction "x": the rule "$.foo" of the response is not used: it matches nothing [unused-rule]
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
    error: 2 files cannot be read, so nothing was published:
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
    contracts/a.json: no test wrote to it; it was left unchanged
    error: contracts/b.json:1:14: not valid JSON: the text ends too early (EOF while parsing an object)
    error: contracts/c.json:1:1: it is UTF-16 or UTF-32, not UTF-8: save the contract as UTF-8
    skipped contracts/package.json: it is not a contract
    skipped contracts/reports/latest.json: it is not a contract
    ");
}

#[test]
fn prune_runs_tests_that_write() {
    let directory = mixed();
    let variables = [("CONTRACT_CHECK", "1"), ("CONTRACT_REVIEW", "1")];
    let shows = r#"test -z "$CONTRACT_CHECK$CONTRACT_REVIEW""#;
    let ran = contract_with(directory.path(), &variables, &["prune", "--", "sh", "-c", shows]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.contains("the tests run without CONTRACT_CHECK"),
        "{}",
        ran.err
    );
    // What the tests print is no result.
    let ran = contract(
        directory.path(),
        &["prune", "--output", "json", "--", "echo", "1 passed"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("1 passed"), "{}", ran.err);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document, serde_json::json!({ "files": 0, "stale": [] }));
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
    user-api was not verified in full: 1 of 1 interaction passed; 2 contracts could not be read
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
    error: 1 problem in the contracts: correct it, or give other files
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
    error: 2 problems in the contracts: correct them, or give other files
    ");
}

#[test]
fn findings_have_a_place_and_a_lint() {
    let directory = tempfile::tempdir().unwrap();
    let text = r#"{
  "consumer": { "name": "web" }, "provider": { "name": "api" },
  "interactions": [
    { "description": "a user", "request": { "path": "/a" }, "response": { "status": 200 } },
    { "description": "a user", "request": { "path": "/b" },
      "response": {
        "status": 200,
        "body": { "content": { "id": 1, "json_class": "Pact::Term" }, "contentType": "application/json" },
        "matchingRules": {
          "body": {
            "$.id": { "matchers": [{ "match": "regex", "regex": "^a$" }] },
            "$.idd": { "matchers": [{ "match": "type" }] }
          }
        } } },
    { "description": "rpc", "type": "Synchronous/HTTP", "transport": "grpc", "request": {}, "response": { "status": 200 } }
  ],
  "metadata": { "pactSpecification": { "version": "4.0" } }
}"#;
    fs::write(directory.path().join("a.json"), text).unwrap();
    let check = |more: &[&str]| {
        let mut arguments = vec!["check", "a.json"];
        arguments.extend(more);
        contract(directory.path(), &arguments)
    };
    assert_snapshot!(check(&[]).shown(&[]), @r#"
    exit 1
    1 contract file, 3 problems found, 3 warnings
    error: a.json:5:5: interaction "a user": an earlier interaction with this description and these provider states has different content: give one of them another description [same-description]
    error: a.json:9:26: interaction "a user": the response's example does not match its own rules: $.id: Expected '1' to match '^a$' [example-breaks-rule]
    warning: a.json:12:22: interaction "a user": the rule for $.idd of the response is not used: it matches nothing in the body [unused-rule]
    warning: a.json:8:17: interaction "a user": the response's body holds "json_class" as data: the tool that wrote the contract does not support this matcher, and the provider would have to respond with it [matcher-as-data]
    error: a.json:15:5: interaction "rpc": it needs the transport "grpc", which this library does not have [not-verifiable]
    warning: a.json:1:1: none of the 3 interactions expects an error: test what the consumer does with a 404 or a 500 [no-error-case]
    "#);
    assert_eq!(check(&["--strict", "--level", "same-description=off"]).code, 1);
    let github = check(&["--output", "github"]).out;
    assert!(
        github.contains("::warning file=a.json,line=12,col=22,title=unused-rule::"),
        "{github}"
    );
    let json: serde_json::Value = serde_json::from_str(&check(&["-o", "json"]).out).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let unused = findings
        .iter()
        .find(|found| found["lint"] == "unused-rule")
        .unwrap();
    assert_eq!(unused["line"], 12);
    assert!(unused["page"].as_str().unwrap().ends_with("lints.md#unused-rule"));

    let unknown = check(&["--level", "unusd-rule=off"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("unused-rule"), "{}", unknown.err);
    let levels = "same-description = \"off\"\nexample-breaks-rule = \"off\"\nnot-verifiable = \"warning\"\n";
    fs::write(
        directory.path().join("contract.toml"),
        format!("[check.level]\n{levels}"),
    )
    .unwrap();
    assert_eq!(check(&[]).code, 0, "{}", check(&[]).err);
    fs::write(
        directory.path().join("contract.toml"),
        "[check.level]\nnot-verifiable = \"warning\"\nsame-descripton = \"off\"\n",
    )
    .unwrap();
    let unknown = check(&[]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.starts_with("contract.toml:3:1: invalid value:"),
        "{}",
        unknown.err
    );
    assert!(
        unknown.err.contains("did you mean \"same-description\"?"),
        "{}",
        unknown.err
    );
}

#[test]
fn a_test_that_was_ported_without_exactly_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let text = |rules: &str| {
        format!(
            r#"{{
  "consumer": {{ "name": "web" }}, "provider": {{ "name": "api" }},
  "interactions": [{{
    "description": "a user", "providerStates": [{{ "name": "user exists", "params": {{ "id": 1 }} }}],
    "request": {{ "method": "POST", "path": "/users", "body": {{ "kind": "guest" }} }},
    "response": {{ "status": 200, "body": {{ "id": 1, "role": "admin", "name": "Ada" }}, "matchingRules": {{ "body": {{ {rules} }} }} }}
  }}],
  "metadata": {{ "pactSpecification": {{ "version": "3.0.0" }} }}
}}"#
        )
    };
    fs::create_dir(directory.path().join("old")).unwrap();
    let rule = |path: &str| format!(r#""{path}": {{ "matchers": [{{ "match": "type" }}] }}"#);
    fs::write(directory.path().join("old/a.json"), text(&rule("$.id"))).unwrap();
    let rules = [rule("$.id"), rule("$.role")].join(", ");
    fs::write(directory.path().join("new.json"), text(&rules)).unwrap();

    let check = |more: &[&str]| contract(directory.path(), &[&["check", "new.json"], more].concat());
    assert_snapshot!(check(&["--against", "old", "--strict"]).shown(&[]), @r#"
    exit 1
    1 contract file, no problems found, 1 warning
    warning: new.json:6:17: interaction "a user": response body $.role was compared exactly and now by `type`: write exactly(…) if the value matters [loosened]
    "#);
    assert_eq!(check(&["--against", "new.json", "--strict"]).code, 0);
    assert_eq!(check(&["--against", "old", "--level", "loosened=error"]).code, 1);

    let renamed = text(&rules).replace("\"a user\"", "\"a request for a user\"");
    fs::write(directory.path().join("new.json"), renamed).unwrap();
    assert_snapshot!(check(&["--against", "old", "--strict"]).shown(&[]), @r#"
    exit 0
    1 contract file, no problems found
    warning: new.json: not compared with old, because not in it (not ported yet, or under another description or provider state): "a user"
    "#);

    let other = text("").replace("\"web\"", "\"app\"");
    fs::write(directory.path().join("other.json"), other).unwrap();
    let ran = check(&["--against", "other.json"]);
    assert!(
        ran.err
            .contains("new.json: not compared: other.json has no contract between web and api"),
        "{}",
        ran.err
    );
    fs::create_dir(directory.path().join("none")).unwrap();
    let ran = check(&["--against", "none"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("there is no contract file"), "{}", ran.err);
}

#[test]
fn every_lint_has_a_section_in_the_book() {
    let directory = tempfile::tempdir().unwrap();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/lints.md");
    let page = fs::read_to_string(page).unwrap();
    let explained = contract(directory.path(), &["check", "--explain", "all"]).out;
    let mut lints = 0;
    for line in explained.lines().filter(|line| !line.starts_with(' ')) {
        let id = line.split(' ').next().unwrap();
        assert!(page.contains(&format!("\n## {id}\n")), "no section about {id}");
        lints += 1;
    }
    assert!(lints > 8, "{explained}");
}

#[test]
fn files_are_written_in_one_order() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let format = |more: &[&str]| {
        let mut arguments = vec!["format", "a.json"];
        arguments.extend(more);
        let ran = contract(directory.path(), &arguments);
        (ran.code, ran.out)
    };
    assert_eq!(format(&["--check"]), (1, "a.json: would change\n".to_owned()));
    let (code, document) = format(&["--check", "--output", "json"]);
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(
        (code, document),
        (1, serde_json::json!({ "files": 1, "changed": ["a.json"] }))
    );
    assert_eq!(format(&[]), (0, "a.json: formatted\n".to_owned()));
    assert_eq!(format(&["--check"]), (0, "nothing to change\n".to_owned()));
    assert_eq!(
        format(&["--specification", "3"]),
        (0, "a.json: formatted\n".to_owned())
    );
    let text = fs::read_to_string(directory.path().join("a.json")).unwrap();
    assert!(text.contains("3.0.0"), "{text}");
    assert_eq!(contract(directory.path(), &["check", "a.json"]).code, 0);
}
