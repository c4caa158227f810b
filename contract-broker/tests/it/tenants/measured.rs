//! What 100 tenants take beside one. Set `CONTRACT_MEASURE` to run it, with `--release` for figures that mean something.

use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{BARE, Tenant, settings};
use crate::{
    broker::publish_body,
    database::Database,
    process::{KEY, Process, command},
    running::client,
};

/// How many tenants there are, and how many services each has.
const TENANTS: usize = 100;
const SERVICES: usize = 30;
/// Questions that are asked of all tenants together.
const QUESTIONS: usize = 20_000;
/// The most memory of the broker, and the most that p99 may be of that of one tenant.
const MOST_KIB: u64 = 150 * 1024;
const MOST_OF_ONE: f64 = 1.3;

/// A broker with tenants in a process of its own.
struct Measured {
    process: Process,
    client: Client,
    tenants: Vec<Tenant>,
}

impl Measured {
    fn start(database: &Database) -> Self {
        let mut command = command(&settings(database).database_url);
        command
            .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)
            .env("CONTRACT_BROKER_TENANTS_HOST", format!("{{tenant}}.{BARE}"))
            .env("CONTRACT_BROKER_AUTH_TOKENS", "operator")
            .env("CONTRACT_BROKER_LOG_LEVEL", "warn")
            // As the image and the unit of systemd set it.
            .env("MALLOC_ARENA_MAX", "2");
        Self {
            process: Process::spawn(&mut command),
            client: client(),
            tenants: Vec::new(),
        }
    }

    async fn send(&self, host: &str, token: &str, method: Method, path: &str, body: Value) -> Value {
        let request = self
            .client
            .request(method, format!("{}{path}", self.process.address))
            .header("host", host)
            .header("accept", "application/hal+json")
            .bearer_auth(token);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
    }

    async fn of(&self, tenant: &Tenant, method: Method, path: &str, body: Value) -> Value {
        self.send(&tenant.host(), &tenant.token, method, path, body).await
    }

    /// Makes a tenant whose services call each other in a ring, verified and deployed.
    async fn add(&mut self) {
        let name = format!("team-{}", self.tenants.len());
        let body = json!({ "name": name, "administrator": { "email": "admin@example.org" } });
        let created = self
            .send(BARE, "operator", Method::POST, "/admin/tenants", body)
            .await;
        let tenant = Tenant {
            name,
            token: created["token"].as_str().unwrap().to_owned(),
        };
        let body = json!({ "name": "production", "production": true });
        let environment = self.of(&tenant, Method::POST, "/environments", body).await;
        let environment = environment["uuid"].as_str().unwrap().to_owned();
        for service in 0..SERVICES {
            let (consumer, provider) = (
                format!("service-{service}"),
                format!("service-{}", (service + 1) % SERVICES),
            );
            let body = publish_body(&consumer, "1", Some("main"), &provider, "orders");
            self.of(&tenant, Method::POST, "/contracts/publish", body).await;
            let path = format!("/pacts/provider/{provider}/consumer/{consumer}/latest");
            let contract = self.of(&tenant, Method::GET, &path, Value::Null).await;
            let path = super::seeded::link(&contract, "pb:publish-verification-results");
            let body = json!({ "success": true, "providerApplicationVersion": "1" });
            self.of(&tenant, Method::POST, &path, body).await;
        }
        for service in 0..SERVICES {
            let path = format!(
                "/pacticipants/service-{service}/versions/1/deployed-versions/environment/{environment}"
            );
            self.of(&tenant, Method::POST, &path, json!({})).await;
        }
        self.tenants.push(tenant);
    }

    /// How long each question took whether a service can be deployed, of all tenants in turn.
    async fn asked(&self) -> Vec<Duration> {
        let mut took = Vec::with_capacity(QUESTIONS);
        for number in 0..QUESTIONS + self.tenants.len() {
            let tenant = &self.tenants[number % self.tenants.len()];
            let service = number / self.tenants.len() % SERVICES;
            let path =
                format!("/can-i-deploy?pacticipant=service-{service}&version=1&environment=production");
            let started = Instant::now();
            let answer = self.of(tenant, Method::GET, &path, Value::Null).await;
            // The first question of each opens its store.
            if number >= self.tenants.len() {
                took.push(started.elapsed());
            }
            assert_eq!(answer["summary"]["deployable"], true, "{answer}");
        }
        took.sort_unstable();
        took
    }

    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

fn percentile(sorted: &[Duration], hundredths: usize) -> Duration {
    sorted[sorted.len() * hundredths / 100]
}

#[tokio::test]
async fn a_hundred_tenants_beside_one() {
    if std::env::var_os("CONTRACT_MEASURE").is_none() {
        println!("skipped: CONTRACT_MEASURE is not set");
        return;
    }
    let (one, many) = (Database::sqlite(), Database::sqlite());
    let (mut alone, mut crowded) = (Measured::start(&one), Measured::start(&many));
    alone.add().await;
    for _ in 0..TENANTS {
        crowded.add().await;
    }
    // Both take turns, so that what else the machine does counts for both.
    let (mut of_one, mut of_many) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        of_one.push(percentile(&alone.asked().await, 99));
        of_many.push(percentile(&crowded.asked().await, 99));
    }
    of_one.sort_unstable();
    of_many.sort_unstable();
    let (single, all) = (of_one[1], of_many[1]);
    let (small, large) = (alone.memory(), crowded.memory());
    let ratio = all.as_secs_f64() / single.as_secs_f64();
    println!(
        "{TENANTS} tenants with {SERVICES} services: {} MiB (one tenant: {} MiB); p99 of can-i-deploy {all:?}, one tenant {single:?}, ratio {ratio:.2}",
        large / 1024,
        small / 1024,
    );
    alone.process.stop();
    crowded.process.stop();
    if cfg!(debug_assertions) {
        println!("not judged: figures of a build without --release mean nothing");
        return;
    }
    assert!(large <= MOST_KIB, "{large} KiB");
    assert!(ratio <= MOST_OF_ONE, "{ratio}");
}
