//! What a provider's test target lists, runs and publishes.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::broker::Broker;

pub(crate) const TESTS: [(&str, fn()); 8] = [
    (
        "every interaction is listed as a test",
        every_interaction_is_listed_as_a_test,
    ),
    (
        "one test is run by its exact name",
        one_test_is_run_by_its_exact_name,
    ),
    (
        "a failing interaction fails the target with its explanation",
        a_failing_interaction_fails_the_target,
    ),
    (
        "the broker is named by a variable, and its lack is said",
        the_lack_of_the_brokers_address_is_said,
    ),
    (
        "a pending interaction is shown as ignored",
        a_pending_interaction_is_shown_as_ignored,
    ),
    (
        "reports are written, by one process or by many",
        reports_are_written_by_one_process_or_by_many,
    ),
    (
        "a whole run publishes once and a part of it never",
        a_whole_run_publishes_once_and_a_part_never,
    ),
    (
        "a process per test publishes when the last one is done",
        a_process_per_test_publishes_with_the_last,
    ),
];

/// An interaction that asks for `asked` and expects `expected`.
fn interaction(description: &str, asked: u16, expected: u16) -> Value {
    json!({
        "type": "Synchronous/HTTP",
        "description": description,
        "request": { "method": "GET", "path": format!("/status/{asked}") },
        "response": { "status": expected },
    })
}

fn contract(interactions: &[Value]) -> Value {
    json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
}

/// Runs the target on a directory of contracts.
fn target(contracts: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> (bool, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    for (name, _) in std::env::vars() {
        if name.starts_with("CONTRACT_") || name.starts_with("NEXTEST") {
            command.env_remove(name);
        }
    }
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .args(arguments)
        .env("HARNESS_CONTRACTS", contracts)
        .env("NO_COLOR", "1")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = [stdout, stderr].concat();
    (status.success(), String::from_utf8(text).unwrap())
}

fn directory(interactions: &[Value]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(
        directory.path().join("a.json"),
        contract(interactions).to_string(),
    )
    .unwrap();
    directory
}

fn every_interaction_is_listed_as_a_test() {
    let contracts = directory(&[interaction("one", 200, 200), interaction("two", 404, 404)]);
    let (fine, text) = target(contracts.path(), &["--list", "--format", "terse"], &[]);
    assert!(fine, "{text}");
    assert_eq!(
        text,
        "web-app → user-api: one: test\nweb-app → user-api: two: test\n"
    );
    let (fine, text) = target(
        contracts.path(),
        &["--list", "--format", "terse", "--ignored"],
        &[],
    );
    assert!(fine && text.is_empty(), "{text}");
}

fn one_test_is_run_by_its_exact_name() {
    let contracts = directory(&[interaction("one", 200, 200), interaction("one more", 404, 500)]);
    let (fine, text) = target(contracts.path(), &["--exact", "web-app → user-api: one"], &[]);
    assert!(fine, "{text}");
    assert!(text.contains("1 passed; 0 failed"), "{text}");
}

fn a_failing_interaction_fails_the_target() {
    let contracts = directory(&[interaction("one", 200, 200), interaction("two", 404, 500)]);
    let (fine, text) = target(contracts.path(), &[], &[]);
    assert!(!fine, "{text}");
    assert!(text.contains("✗ web-app → user-api: two"), "{text}");
    assert!(text.contains("1 passed; 1 failed"), "{text}");
    let empty = directory(&[]);
    let (fine, text) = target(empty.path(), &[], &[]);
    assert!(!fine && text.contains("nothing was verified"), "{text}");
}

fn the_lack_of_the_brokers_address_is_said() {
    // As the only source.
    let only_the_broker = Path::new("");
    for environment in [&[][..], &[("CONTRACT_BROKER_URL", "")]] {
        let (fine, text) = target(only_the_broker, &[], environment);
        assert!(!fine, "{text}");
        assert!(
            text.contains(
                "nothing was verified: CONTRACT_BROKER_URL is not set: the broker's contracts were not verified; there is no \
                 other source: set the variable to the broker's address, or add a source such as a directory"
            ),
            "{text}"
        );
    }
    // Beside another source.
    let contracts = directory(&[interaction("one", 200, 200)]);
    let (fine, text) = target(contracts.path(), &[], &[]);
    assert!(fine, "{text}");
    assert!(
        text.contains("CONTRACT_BROKER_URL is not set: the broker's contracts were not verified"),
        "{text}"
    );
    // With the variable nothing is said.
    let (broker, empty) = at_broker();
    let (_, text) = target(empty.path(), &[ONE], &[("CONTRACT_BROKER_URL", &broker.url)]);
    assert!(!text.contains("is not set"), "{text}");
}

fn a_pending_interaction_is_shown_as_ignored() {
    let mut pending = interaction("two", 404, 500);
    pending["pending"] = json!(true);
    let contracts = directory(&[interaction("one", 200, 200), pending]);
    let (fine, text) = target(contracts.path(), &[], &[]);
    assert!(fine, "{text}");
    assert!(
        text.contains("pending: its failure does not fail the run"),
        "{text}"
    );
    assert!(text.contains("1 passed; 0 failed; 1 ignored"), "{text}");
    // A runner that hides what tests say shows the name; one that lists names first may find the state changed.
    let (_, listed) = target(contracts.path(), &["--list", "--format", "terse"], &[]);
    assert!(
        listed.contains("web-app → user-api: two (pending): test"),
        "{listed}"
    );
    for name in ["web-app → user-api: two", "web-app → user-api: one (pending)"] {
        let (fine, text) = target(contracts.path(), &["--exact", name], &[]);
        assert!(fine && text.contains("running 1 test"), "{name}: {text}");
    }
}

fn reports_are_written_by_one_process_or_by_many() {
    let contracts = directory(&[interaction("one", 200, 200), interaction("two", 404, 500)]);
    let reports = tempfile::tempdir().unwrap();
    let read = |directory: &Path| -> Value {
        let text = std::fs::read_to_string(directory.join("user-api.verification.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let whole = reports.path().join("whole");
    let environment = [("CONTRACT_REPORT_DIR", whole.to_str().unwrap())];
    let (fine, text) = target(contracts.path(), &[], &environment);
    assert!(!fine, "{text}");
    assert!(
        text.contains("1 contract, 2 interactions · 1 passed · 1 failed"),
        "{text}"
    );
    let document = read(&whole);
    assert_eq!(
        (&document["counts"]["passed"], &document["counts"]["failed"]),
        (&json!(1), &json!(1))
    );

    let parts = reports.path().join("parts");
    let run = format!("reports-{}", std::process::id());
    for name in [TWO, ONE] {
        let environment = [
            ("CONTRACT_REPORT_DIR", parts.to_str().unwrap()),
            ("NEXTEST_RUN_ID", &run),
            ("TMPDIR", reports.path().to_str().unwrap()),
        ];
        target(contracts.path(), &["--exact", name], &environment);
    }
    let merged = read(&parts);
    assert_eq!(merged["counts"], document["counts"]);
    assert_eq!(merged["decision"], document["decision"]);
}

/// The names of the tests of a contract at the broker, as the target lists them.
const ONE: &str = "web-app → user-api: one";
const TWO: &str = "web-app → user-api: two";

fn at_broker() -> (Broker, tempfile::TempDir) {
    let mut interactions = [interaction("one", 200, 200), interaction("two", 404, 500)];
    interactions[0]["_id"] = json!("a");
    interactions[1]["_id"] = json!("b");
    (
        Broker::serve(contract(&interactions)),
        tempfile::tempdir().unwrap(),
    )
}

fn publishing(broker: &Broker) -> [(&str, &str); 3] {
    [
        ("CONTRACT_BROKER_URL", &broker.url),
        ("CONTRACT_PUBLISH", "true"),
        ("CONTRACT_PROVIDER_VERSION", "abc"),
    ]
}

fn a_whole_run_publishes_once_and_a_part_never() {
    let (broker, empty) = at_broker();
    let (fine, text) = target(empty.path(), &[ONE], &publishing(&broker));
    assert!(fine, "{text}");
    assert!(text.contains("only a part of it was verified"), "{text}");
    assert_eq!(broker.results(), Vec::<Value>::new());

    let (fine, text) = target(empty.path(), &[], &publishing(&broker));
    assert!(!fine, "{text}");
    let results = broker.results();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0]["success"], false);
    let ids: Vec<_> = results[0]["testResults"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&ids[0]["interactionId"], &ids[1]["interactionId"]),
        (&json!("a"), &json!("b"))
    );
}

fn a_process_per_test_publishes_with_the_last() {
    let (broker, empty) = at_broker();
    let run = format!("harness-{}", std::process::id());
    let mut environment = publishing(&broker).to_vec();
    environment.push(("NEXTEST_RUN_ID", &run));
    let temporary = tempfile::tempdir().unwrap();
    environment.push(("TMPDIR", temporary.path().to_str().unwrap()));

    let (fine, text) = target(empty.path(), &["--exact", ONE], &environment);
    assert!(fine, "{text}");
    assert_eq!(broker.results(), Vec::<Value>::new());
    let (fine, text) = target(empty.path(), &["--exact", TWO], &environment);
    assert!(!fine, "{text}");
    let results = broker.results();
    assert_eq!(results.len(), 1, "{text}");
    assert_eq!(results[0]["success"], false);
    assert_eq!(results[0]["testResults"].as_array().unwrap().len(), 2);
}
