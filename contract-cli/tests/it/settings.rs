//! Where values of flags come from.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::run::{Ran, contract, contract_with};
use crate::stub::{Answers, broker, contract_text, nobody};

/// A directory with a contract, and a broker that takes it.
fn project() -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let published = r#"{"notices": [], "_links": {"pb:contracts": []}}"#;
    let broker = broker().with("POST /contracts/publish", 200, published).serve();
    (directory, broker)
}

fn publish(directory: &Path, variables: &[(&str, &str)], more: &[&str]) -> Ran {
    let mut arguments = vec!["publish", "a.json"];
    arguments.extend(more);
    contract_with(directory, variables, &arguments)
}

#[test]
fn a_ci_system_says_version_branch_and_build() {
    let (directory, broker) = project();
    let variables = [
        ("PACT_BROKER_BASE_URL", broker.as_str()),
        ("GITLAB_CI", "true"),
        ("CI_COMMIT_SHA", "5f2c1a9b"),
        ("CI_COMMIT_BRANCH", "main"),
        ("CI_JOB_URL", "https://gitlab.example.org/jobs/7"),
    ];
    assert_snapshot!(publish(directory.path(), &variables, &[]).shown(&[]), @"
    exit 0
    published web-app version 5f2c1a9b: user-api
    version: 5f2c1a9b (CI_COMMIT_SHA, GitLab CI)
    branch: main (CI_COMMIT_BRANCH, GitLab CI)
    build: https://gitlab.example.org/jobs/7 (CI_JOB_URL, GitLab CI)
    ");
    let given = [
        "--consumer-app-version",
        "1.4.0",
        "--branch",
        "release",
        "--build-url",
        "http://ci/1",
        "--quiet",
    ];
    assert_snapshot!(publish(directory.path(), &variables, &given).shown(&[]), @"
    exit 0
    published web-app version 1.4.0: user-api
    ");
}

#[test]
fn an_empty_value_is_refused_before_anything_is_asked() {
    let (directory, broker) = project();
    let ran = publish(directory.path(), &[], &["--version", "", "--broker-url", &broker]);
    assert_snapshot!(ran.shown(&[]), @"
    exit 2
    error: the value of --version is empty: give one, or omit the flag; if it is that of a variable, see why the variable is not set
    ");
    // In the environment an empty variable is one that is not set.
    let variables = [
        ("CONTRACT_BROKER_URL", broker.as_str()),
        ("CONTRACT_CONSUMER_BRANCH", ""),
    ];
    assert_eq!(publish(directory.path(), &variables, &["--version", "1"]).code, 0);
}

#[test]
fn header_fields_for_the_broker_come_from_flags_and_a_variable() {
    let (directory, broker) = project();
    let to_broker = ["--version", "1", "--broker-url", &broker];
    let variables = [(
        "CONTRACT_BROKER_HEADERS",
        "X-Access-Id: 7\nX-Access-Secret: s3cret\n",
    )];
    assert_eq!(publish(directory.path(), &variables, &to_broker).code, 0);
    for flag in ["--custom-header", "--broker-header"] {
        let given = [&to_broker[..], &[flag, "X-Access-Id: 7"]].concat();
        assert_eq!(publish(directory.path(), &[], &given).code, 0, "{flag}");
        let wrong = publish(
            directory.path(),
            &[],
            &[&to_broker[..], &[flag, "nonsense"]].concat(),
        );
        assert_eq!(wrong.code, 2, "{flag}");
        assert!(wrong.err.contains("write it as 'Name: value'"), "{}", wrong.err);
    }
}

#[test]
fn flag_goes_before_environment_before_file() {
    let (directory, broker) = project();
    let file = format!(
        "broker-url = \"{}\"\n\n[publish]\nversion = \"of-file\"\n",
        nobody()
    );
    fs::write(directory.path().join("contract.toml"), file).unwrap();
    let at_broker = ["--broker-url", broker.as_str()];
    let version = |variables: &[(&str, &str)], more: &[&str]| {
        let mut arguments = at_broker.to_vec();
        arguments.extend(more);
        publish(directory.path(), variables, &arguments).out
    };
    assert_eq!(version(&[], &[]), "published web-app version of-file: user-api\n");
    let environment = [("CONTRACT_CONSUMER_VERSION", "of-environment")];
    assert_eq!(
        version(&environment, &[]),
        "published web-app version of-environment: user-api\n"
    );
    assert_eq!(
        version(&environment, &["--version", "of-flag"]),
        "published web-app version of-flag: user-api\n"
    );
    // A variable that is set and empty is not set.
    assert_eq!(
        version(&[("CONTRACT_CONSUMER_VERSION", "")], &[]),
        "published web-app version of-file: user-api\n"
    );
}

#[test]
fn a_fault_of_the_file_is_named_with_its_place() {
    let (directory, _) = project();
    fs::write(
        directory.path().join("contract.toml"),
        "\nbrokr-url = \"http://b\"\n",
    )
    .unwrap();
    assert_snapshot!(contract(directory.path(), &["check", "a.json"]).shown(&[]), @r#"
    exit 2
    error: contract.toml:2:1: unknown key "brokr-url"; did you mean "broker-url"?
    "#);
    fs::write(
        directory.path().join("contract.toml"),
        "broker-attempts = \"many\"\n",
    )
    .unwrap();
    let ran = publish(
        directory.path(),
        &[],
        &["--version", "1", "--broker-url", "http://b"],
    );
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("contract.toml:1:1: "), "{}", ran.err);
    let ran = contract(directory.path(), &["check", "a.json", "--config", "nowhere.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nowhere.toml"), "{}", ran.err);
}

#[test]
fn the_file_names_the_application() {
    let directory = tempfile::tempdir().unwrap();
    let answer = r#"{"summary":{"deployable":true,"reason":"fine","unknown":0},"matrix":[]}"#;
    let broker = Answers::default().with("GET /matrix", 200, answer).serve();
    let file = format!(
        "pacticipant = \"web-app\"\nbroker-url = \"{broker}\"\n[can-i-deploy]\nto = \"production\"\n"
    );
    fs::write(directory.path().join("contract.toml"), file).unwrap();
    let said = |arguments: &[&str]| contract(directory.path(), arguments).out;
    assert_snapshot!(said(&["can-i-deploy", "--version", "1"]), @"
    safe to deploy: web-app to production

    fine
    ");
    assert!(
        said(&["can-i-deploy", "other", "--version", "1"]).starts_with("safe to deploy: other to production")
    );
}

#[test]
fn calls_to_the_broker_are_shown_on_demand() {
    let (directory, broker) = project();
    let ran = publish(
        directory.path(),
        &[
            ("CONTRACT_BROKER_URL", &broker),
            ("CONTRACT_BROKER_TOKEN", "s3cret"),
        ],
        &["--version", "1", "-v"],
    );
    assert!(
        ran.err
            .contains(&format!("POST {broker}/contracts/publish → 200 (")),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("s3cret"), "{}", ran.err);
}

#[test]
fn completions_and_manual_pages_are_made() {
    let directory = tempfile::tempdir().unwrap();
    let script = contract(directory.path(), &["completions", "bash"]);
    assert_eq!(script.code, 0);
    assert!(script.out.contains("can-i-deploy"), "{}", script.out);
    assert_eq!(contract(directory.path(), &["man", "man1"]).code, 0);
    let page = fs::read_to_string(directory.path().join("man1/contract-can-i-deploy.1")).unwrap();
    assert!(page.contains("retry\\-while\\-unknown"), "{page}");
}
