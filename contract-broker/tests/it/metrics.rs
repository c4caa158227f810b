//! What the listener for metrics says.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use crate::{
    database::Database,
    monitored::{Monitored, Scrape},
    monitoring_rules::promtool,
    process::{command, ended},
};

/// The rows of the table in the book, by what is scraped.
fn rows(scrape: &Scrape) -> Vec<String> {
    let row = |name: &String, metric: &crate::monitored::Metric| {
        let labels: Vec<String> = metric.labels.keys().map(|label| format!("`{label}`")).collect();
        let (kind, help) = (&metric.kind, metric.help.trim_end_matches('.'));
        format!("| `{name}` | {kind} | {} | {help} |", labels.join(", "))
    };
    scrape
        .metrics
        .iter()
        .map(|(name, metric)| row(name, metric))
        .collect()
}

/// The rows of the table of metrics in the book.
fn rows_of_the_book() -> Vec<String> {
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/observability.md");
    let book = std::fs::read_to_string(book).unwrap();
    let is_row = |line: &&str| {
        ["| `contract_broker_", "| `http_", "| `process_"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    book.lines().filter(is_row).map(str::to_owned).collect()
}

#[tokio::test]
async fn everything_that_is_counted_is_in_the_book_and_nothing_else() {
    let database = Database::sqlite();
    let broker = Monitored::start(&database);
    broker.use_it().await;
    let scrape = broker.scrape().await;
    let (found, expected) = (rows(&scrape), rows_of_the_book());
    assert_eq!(found, expected, "the book should have:\n{}\n", found.join("\n"));
    for sample in [
        "contract_broker_publications_total{outcome=\"new\"} 1",
        "contract_broker_publications_total{outcome=\"unchanged\"} 1",
        "contract_broker_publications_total{outcome=\"overwritten\"} 0",
        "contract_broker_publications_total{outcome=\"refused\"} 1",
        "contract_broker_verifications_total{success=\"false\",pending=\"false\",wip=\"false\"} 1",
        "contract_broker_can_i_deploy_total{verdict=\"no\"} 1",
        "contract_broker_deployments_recorded_total{kind=\"deployed\",production=\"true\"} 1",
        "contract_broker_webhook_deliveries_total{outcome=\"retry\"} 2",
        "contract_broker_webhook_deliveries_total{outcome=\"dead\"} 1",
        "contract_broker_auth_failures_total{reason=\"unknown\"} 1",
        "contract_broker_auth_failures_total{reason=\"forbidden\"} 1",
        "http_server_request_duration_seconds_count{method=\"POST\",route=\"/contracts/publish\",status=\"200\"} 2",
        "http_server_request_duration_seconds_count{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "http_server_active_requests{method=\"POST\"} 0",
        "contract_broker_job_lease{job=\"counts\"} 1",
    ] {
        assert!(
            scrape.text.lines().any(|line| line == sample),
            "{sample}: {}",
            scrape.text
        );
    }
    broker.process.stop();
    // What is stored is counted when a broker starts, and then once a minute.
    let again = Monitored::start(&database);
    let scrape = again
        .scrape_until(|scrape| scrape.has_sample("contract_broker_versions"))
        .await;
    for sample in [
        "contract_broker_pacticipants 2",
        "contract_broker_versions 2",
        "contract_broker_contents 1",
        "contract_broker_integrations 1",
        "contract_broker_failing_integrations 1",
        "contract_broker_webhook_queue{state=\"dead\"} 1",
        "contract_broker_outbox_events 0",
        "contract_broker_tokens_expiring{within=\"7d\"} 0",
    ] {
        assert!(
            scrape.text.lines().any(|line| line == sample),
            "{sample}: {}",
            scrape.text
        );
    }
    again.process.stop();
}

#[tokio::test]
async fn every_label_has_few_values_that_nobody_outside_chooses() {
    let database = Database::sqlite();
    let broker = Monitored::start(&database);
    broker.use_it().await;
    let (_, description) = broker.send(Method::GET, "/openapi.json", Value::Null).await;
    let mut routes: BTreeSet<String> = description["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    routes.extend(
        [
            "none",
            "/openapi.json",
            "/openapi",
            "/assets/{name}",
            "/hal-browser/browser.html",
        ]
        .map(str::to_owned),
    );
    let scrape = broker.scrape().await;
    let mut seen = BTreeSet::new();
    for (name, metric) in &scrape.metrics {
        for (label, values) in &metric.labels {
            let is_allowed = |value: &String| match label.as_str() {
                "route" => routes.contains(value),
                "method" => {
                    value == "other" || Method::from_bytes(value.as_bytes()).is_ok_and(|m| m != "BREW")
                }
                "status" => value.len() == 3 && value.parse::<u16>().is_ok(),
                "success" | "pending" | "wip" | "production" => value == "true" || value == "false",
                "version" => value == env!("CARGO_PKG_VERSION"),
                "commit" => !value.is_empty(),
                "database" => value == "SQLite",
                "within" => value == "7d",
                // A file that the settings name.
                "file" => value.ends_with("/tests/tls/authority.pem"),
                "state" | "role" | "operation" | "kind" | "outcome" | "verdict" | "job" | "reason" => value
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
                _ => false,
            };
            assert!(values.iter().all(is_allowed), "{name}: {label}: {values:?}");
            assert!(values.len() <= routes.len(), "{name}: {label}");
            seen.insert(label.clone());
        }
    }
    assert!(seen.contains("route") && seen.contains("method"), "{seen:?}");
    assert!(!scrape.text.contains("\"web"), "{}", scrape.text);
    broker.process.stop();
}

#[tokio::test]
async fn postgresql_counts_the_same_by_one_node_alone() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.create().await;
    let (first, second) = (Monitored::start(&database), Monitored::start(&database));
    first.use_it().await;
    let counts = |scrape: &Scrape| scrape.has_sample("contract_broker_versions");
    let leader = first.scrape_until(|_| true).await;
    let other = second.scrape_until(|_| true).await;
    let (with, without) = if counts(&leader) {
        (&first, other)
    } else {
        (&second, leader)
    };
    let with = with.scrape_until(counts).await;
    assert!(!counts(&without), "{}", without.text);
    assert!(with.text.contains("contract_broker_job_lease{job=\"counts\"} 1"));
    assert!(
        without
            .text
            .contains("contract_broker_job_lease{job=\"counts\"} 0")
    );
    assert!(
        without.text.contains("database=\"PostgreSQL\""),
        "{}",
        without.text
    );
    let known: BTreeSet<String> = rows_of_the_book().into_iter().collect();
    let names: BTreeSet<&str> = known.iter().filter_map(|row| row.split('`').nth(1)).collect();
    for name in with.metrics.keys() {
        assert!(names.contains(name.as_str()), "{name} is not in the book");
    }
    first.process.stop();
    second.process.stop();
    database.remove().await;
}

#[tokio::test]
async fn prometheus_finds_nothing_to_complain_about() {
    let database = Database::sqlite();
    let broker = Monitored::start(&database);
    broker.use_it().await;
    let scrape = broker.scrape().await;
    broker.process.stop();
    promtool(&["check", "metrics"], &scrape.text);
}

#[tokio::test]
async fn openmetrics_has_the_trace_of_a_request_in_each_bucket() {
    let database = Database::sqlite();
    let broker = Monitored::start(&database);
    broker.send(Method::GET, "/pacticipants", Value::Null).await;
    let answer = crate::running::client()
        .get(broker.process.metrics.as_ref().unwrap())
        .header(
            "accept",
            "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
        )
        .send()
        .await
        .unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = answer.text().await.unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert!(
        text.lines()
            .any(|line| line.contains("_bucket{") && line.contains("# {trace_id=\"")),
        "{text}"
    );
    broker.process.stop();
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_flag() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let database = Database::sqlite();
    let bind = format!("--metrics-bind={}", taken.local_addr().unwrap());
    let (code, said, errors) = ended(command(&database.url()).arg(&bind));
    assert_eq!((code, &*said), (Some(1), ""));
    assert!(
        errors.contains("choose another address with --metrics-bind"),
        "{errors}"
    );
}
