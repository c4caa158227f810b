//! A broker with a listener for metrics, which was used in every way that it counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{
    broker::publish_body,
    database::Database,
    process::{KEY, Process, command},
    running::{Receiver, client},
    webhooks::webhook,
};

/// The broker with a listener for metrics.
pub(crate) struct Monitored {
    pub(crate) process: Process,
    client: Client,
}

/// What one scrape has.
pub(crate) struct Scrape {
    pub(crate) text: String,
    /// By name: the type, the help, and the names of labels.
    pub(crate) metrics: BTreeMap<String, Metric>,
}

#[derive(Debug, Default)]
pub(crate) struct Metric {
    pub(crate) kind: String,
    pub(crate) help: String,
    /// The values of each label, without the bounds of buckets.
    pub(crate) labels: BTreeMap<String, BTreeSet<String>>,
}

impl Monitored {
    pub(crate) fn start(database: &Database) -> Self {
        let mut command = command(&database.url());
        command
            .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)
            .env("CONTRACT_BROKER_AUTH_USERNAME", "ci")
            .env("CONTRACT_BROKER_AUTH_PASSWORD", "swordfish")
            .env("CONTRACT_BROKER_AUTH_READ_ONLY_TOKENS", "reader");
        Self::spawn(command.args([
            "--metrics-bind=127.0.0.1:0",
            "--retention-enabled",
            "--retention-interval=1ms",
            "--webhook-schemes=http",
            "--webhook-allowed-hosts=127.0.0.1",
            "--webhook-retry-schedule=1ms",
            concat!(
                "--webhook-ca-file=",
                env!("CARGO_MANIFEST_DIR"),
                "/tests/tls/authority.pem"
            ),
        ]))
    }

    pub(crate) fn spawn(command: &mut Command) -> Self {
        Self {
            process: Process::spawn(command),
            client: client(),
        }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self
            .client
            .request(method, format!("{}{path}", self.process.address))
            .basic_auth("ci", Some("swordfish"))
            .header("accept", "application/hal+json");
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Uses the broker in every way that it counts.
    pub(crate) async fn use_it(&self) {
        let mut receiver = Receiver::start(3).await;
        let hook = webhook(&receiver.url, &["contract_published"]);
        assert_eq!(self.send(Method::POST, "/webhooks", hook).await.0, 201);
        for (content, expected) in [("a", 200), ("a", 200), ("b", 409)] {
            let body = publish_body("web", "1", Some("main"), "api", content);
            let (status, answer) = self.send(Method::POST, "/contracts/publish", body).await;
            assert_eq!(status, expected, "{answer}");
        }
        let (_, contract) = self
            .send(
                Method::GET,
                "/pacts/provider/api/consumer/web/latest",
                Value::Null,
            )
            .await;
        let link = contract["_links"]["pb:publish-verification-results"]["href"]
            .as_str()
            .unwrap();
        let path = link.strip_prefix(&self.process.address).unwrap();
        let result = json!({ "success": false, "providerApplicationVersion": "2" });
        assert_eq!(self.send(Method::POST, path, result).await.0, 201);
        let body = json!({ "name": "production", "production": true });
        let (_, environment) = self.send(Method::POST, "/environments", body).await;
        let uuid = environment["uuid"].as_str().unwrap();
        let path = format!("/pacticipants/api/versions/2/deployed-versions/environment/{uuid}");
        assert_eq!(self.send(Method::POST, &path, json!({})).await.0, 201);
        let path = "/can-i-deploy?pacticipant=web&version=1&environment=production";
        assert_eq!(
            self.send(Method::GET, path, Value::Null).await.1["summary"]["deployable"],
            false
        );
        for path in ["/pacticipants/web-%22%7B", "/nothing/at/all", "/healthz"] {
            self.send(Method::GET, path, Value::Null).await;
        }
        let brew = Method::from_bytes(b"BREW").unwrap();
        self.send(brew, "/pacticipants", Value::Null).await;
        // Somebody unknown, and somebody who may only read.
        for token in ["nobody", "reader"] {
            let url = format!("{}/pacticipants", self.process.address);
            let request = self
                .client
                .post(url)
                .bearer_auth(token)
                .json(&json!({ "name": "x" }));
            assert!(matches!(
                request.send().await.unwrap().status().as_u16(),
                401 | 403
            ));
        }
        // The first delivery fails twice, which is all, and the second once.
        for _ in 0..4 {
            receiver.next().await;
        }
    }

    /// What the listener answers at a path: the status and the text.
    pub(crate) async fn monitoring(&self, path: &str) -> (u16, String) {
        let metrics = self.process.metrics.as_ref().unwrap();
        let url = metrics.replace("/metrics", path);
        let answer = self.client.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// A scrape in which this is true. Scrapes until it is: the test's own time limit ends a wait for what never comes.
    pub(crate) async fn scrape_until(&self, wanted: impl Fn(&Scrape) -> bool) -> Scrape {
        loop {
            let scrape = Scrape::read(self.monitoring("/metrics").await.1);
            if wanted(&scrape) {
                return scrape;
            }
        }
    }

    /// A scrape with everything that [`Self::use_it`] and the jobs counted.
    pub(crate) async fn scrape(&self) -> Scrape {
        self.scrape_until(|scrape| {
            let has = |part: &str| scrape.text.contains(part);
            has("contract_broker_retention_last_run_timestamp_seconds ")
                && has("contract_broker_versions ")
                && has("deliveries_total{outcome=\"success\"} 1")
        })
        .await
    }
}

impl Scrape {
    pub(crate) fn read(text: String) -> Self {
        let mut metrics: BTreeMap<String, Metric> = BTreeMap::new();
        let mut current = String::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').unwrap();
                name.clone_into(&mut current);
                help.clone_into(&mut metrics.entry(current.clone()).or_default().help);
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').unwrap();
                kind.clone_into(&mut metrics.entry(name.to_owned()).or_default().kind);
            } else if let Some((_, rest)) = line.split_once('{') {
                let (labels, _) = rest.rsplit_once('}').unwrap();
                let metric = metrics.get_mut(&current).unwrap();
                for (name, value) in labels
                    .trim_end_matches('"')
                    .split("\",")
                    .filter_map(|one| one.split_once("=\""))
                {
                    if name != "le" {
                        metric
                            .labels
                            .entry(name.to_owned())
                            .or_default()
                            .insert(value.to_owned());
                    }
                }
            }
        }
        Self { text, metrics }
    }

    /// Whether there is a sample of that name.
    pub(crate) fn has_sample(&self, name: &str) -> bool {
        self.text
            .lines()
            .any(|line| line.split(['{', ' ']).next() == Some(name))
    }
}
