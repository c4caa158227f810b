//! The alert rules and dashboards that come with the broker.

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{database::Database, monitored::Monitored};

/// The variable that turns skipping into failing.
const REQUIRED: &str = "CONTRACT_REQUIRE_PROMTOOL";

fn deploy(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(file)
}

/// Runs Prometheus' own tool, which must find nothing wrong. Without it the test is skipped, and says so.
pub(crate) fn promtool(args: &[&str], input: &str) {
    let started = Command::new("promtool")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => {
            assert!(
                std::env::var_os(REQUIRED).is_none(),
                "{REQUIRED} is set: promtool: {error}"
            );
            println!("skipped: promtool cannot be run ({error})");
            return;
        }
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "promtool {args:?}: {said}");
}

/// The names of metrics in an expression.
fn metrics(expression: &str) -> BTreeSet<String> {
    let ours = ["contract_broker_", "http_server_", "process_"];
    expression
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| ours.iter().any(|start| word.starts_with(start)))
        .map(str::to_owned)
        .collect()
}

/// Every expression of a dashboard.
fn expressions(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match (name.as_str(), value) {
                ("expr", Value::String(text)) => vec![text.clone()],
                _ => expressions(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(expressions).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn prometheus_reads_the_rules_and_their_cases_hold() {
    promtool(
        &[
            "check",
            "rules",
            deploy("prometheus/rules.yaml").to_str().unwrap(),
        ],
        "",
    );
    promtool(
        &[
            "test",
            "rules",
            deploy("prometheus/rules.test.yaml").to_str().unwrap(),
        ],
        "",
    );
}

#[tokio::test]
async fn whatever_rules_and_dashboards_ask_for_a_broker_has() {
    let database = Database::sqlite();
    let broker = Monitored::start(&database);
    broker.use_it().await;
    let scrape = broker.scrape().await;
    broker.process.stop();
    let rules = std::fs::read_to_string(deploy("prometheus/rules.yaml")).unwrap();
    let alerts = rules.lines().filter(|line| line.contains("- alert:")).count();
    // An expression may be a block: whatever else names a metric in the file names one that exists too.
    let mut asked: Vec<(String, String)> = metrics(&rules)
        .into_iter()
        .map(|name| ("rules.yaml".to_owned(), name))
        .collect();
    assert!(alerts >= 7 && asked.len() >= 7, "{alerts} alerts, {asked:?}");
    let mut uids = BTreeSet::new();
    for file in ["operator.json", "product.json"] {
        let text = std::fs::read_to_string(deploy("grafana").join(file)).unwrap();
        let dashboard: Value = serde_json::from_str(&text).unwrap();
        assert!(dashboard["schemaVersion"].as_u64().unwrap() >= 39, "{file}");
        assert!(
            uids.insert(dashboard["uid"].as_str().unwrap().to_owned()),
            "{file}"
        );
        let found = expressions(&dashboard);
        assert!(found.len() >= 8, "{file}: {found:?}");
        for expression in found {
            let names = metrics(&expression);
            assert!(!names.is_empty(), "{file}: {expression}");
            asked.extend(names.into_iter().map(|name| (file.to_owned(), name)));
        }
    }
    for (file, name) in asked {
        assert!(
            scrape.has_sample(&name),
            "{file} asks for {name}, which no broker has"
        );
    }
}
