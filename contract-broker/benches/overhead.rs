//! What a broker that knows who asks costs: two brokers of the same program are asked in turn, so that whatever else the
//! machine does hits both alike. One has authentication by a token of a system account, its permissions, the audit log and
//! metrics; the other is open to everyone, and has none of them. A third has the metrics alone. Last, how long a scrape takes.
//!
//! `cargo bench -p contract-broker --bench overhead`; settings: `OVERHEAD_ROUNDS`, `OVERHEAD_SECONDS` of each turn,
//! `OVERHEAD_CONCURRENCY`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement ends at the first thing that is wrong"
)]

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use base64::Engine as _;
use http::{Method, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};

type HttpClient = Client<hyper_util::client::legacy::connect::HttpConnector, Full<bytes::Bytes>>;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn setting(name: &str, default: usize) -> usize {
    let set = std::env::var(name).ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(default)
}

struct Broker {
    child: Child,
    /// Kept open: a broker whose standard output is closed cannot say anything.
    output: Option<BufReader<ChildStdout>>,
    url: String,
    metrics: Option<String>,
    /// What requests bring as a bearer's token.
    token: Option<String>,
}

impl Broker {
    fn start(directory: &Path, name: &str, flags: &[&str]) -> Self {
        let database = format!("sqlite:{}", directory.join(name).display());
        let child = Command::new(env!("CARGO_BIN_EXE_contract-broker"))
            .args([
                "--bind=127.0.0.1:0",
                "--log-level=error",
                "--database-url",
                &database,
            ])
            .args(flags)
            .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)
            .current_dir(directory)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut broker = Self {
            child,
            output: None,
            url: String::new(),
            metrics: None,
            token: None,
        };
        let mut output = BufReader::new(broker.child.stdout.take().unwrap());
        while broker.url.is_empty() {
            let mut line = String::new();
            let read = output.read_line(&mut line).unwrap();
            assert!(read > 0, "the broker says where it listens");
            if let Some(url) = line.strip_prefix("metrics on ") {
                broker.metrics = Some(url.trim().to_owned());
            } else if let Some(url) = line.strip_prefix("listening on ") {
                url.trim().clone_into(&mut broker.url);
            }
        }
        broker.output = Some(output);
        broker
    }
}

/// The role *CI/CD*, which is there from the start.
const CI: &str = "c1878b8e-d09e-11ea-8fde-af02c4677eb7";

impl Broker {
    /// Makes a system account with the permissions that builds have, and asks with its token from now on.
    async fn ask_as_a_build(&mut self, client: &HttpClient, administrator: &str) {
        self.token = Some(administrator.to_owned());
        let account = self
            .json(
                client,
                Method::POST,
                "/admin/system-accounts",
                json!({ "name": "ci" }),
            )
            .await;
        let account = account["uuid"].as_str().unwrap();
        let path = format!("/admin/users/{account}/roles");
        self.json(client, Method::PUT, &path, json!({ "roles": [CI] }))
            .await;
        let path = format!("/admin/system-accounts/{account}/tokens");
        let issued = self
            .json(client, Method::POST, &path, json!({ "description": "ci" }))
            .await;
        self.token = Some(issued["value"].as_str().unwrap().to_owned());
    }

    async fn json(&self, client: &HttpClient, method: Method, path: &str, body: Value) -> Value {
        let answer = self.target().call(client, method, path, body.to_string()).await;
        serde_json::from_slice(&answer).unwrap_or_default()
    }

    fn target(&self) -> Target {
        Target {
            url: self.url.clone(),
            token: self.token.clone(),
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where requests go, and what they bring.
#[derive(Clone)]
struct Target {
    url: String,
    token: Option<String>,
}

impl Target {
    async fn call(&self, client: &HttpClient, method: Method, path: &str, body: String) -> bytes::Bytes {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/hal+json");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let answer = client
            .request(request.body(Full::from(body)).unwrap())
            .await
            .unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(
            status.is_success(),
            "{status}: {}",
            String::from_utf8_lossy(&body)
        );
        body
    }

    /// Asks one of the questions that are measured.
    async fn ask(&self, client: &HttpClient, question: &str, number: usize) {
        if question == "publish" {
            let body = publication(number);
            self.call(client, Method::POST, "/contracts/publish", body).await;
        } else {
            let path = "/can-i-deploy?pacticipant=consumer-1&version=v1&to=main";
            self.call(client, Method::GET, path, String::new()).await;
        }
    }
}

fn publication(number: usize) -> String {
    let consumer = format!("consumer-{}", number % 20);
    let interactions: Vec<_> = (0..10)
        .map(|at| {
            json!({
                "description": format!("request {at} of {number}"),
                "request": { "method": "GET", "path": format!("/items/{at}") },
                "response": { "status": 200, "body": { "id": at, "of": number } },
            })
        })
        .collect();
    let contract = json!({
        "consumer": { "name": consumer }, "provider": { "name": "provider" }, "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    json!({
        "pacticipantName": consumer, "pacticipantVersionNumber": format!("v{number}"), "branch": "main",
        "contracts": [{
            "consumerName": consumer, "providerName": "provider", "specification": "pact",
            "contentType": "application/json",
            "content": base64::engine::general_purpose::STANDARD.encode(contract.to_string()),
        }],
    })
    .to_string()
}

/// How many requests a second are answered.
async fn turn(client: &HttpClient, target: Target, question: &'static str, next: &Arc<AtomicUsize>) -> f64 {
    let start = Instant::now();
    let end = start + Duration::from_secs(setting("OVERHEAD_SECONDS", 2) as u64);
    let tasks: Vec<_> = (0..setting("OVERHEAD_CONCURRENCY", 4))
        .map(|_| {
            let (client, target, next) = (client.clone(), target.clone(), next.clone());
            tokio::spawn(async move {
                let mut count = 0_u32;
                while Instant::now() < end {
                    target
                        .ask(&client, question, next.fetch_add(1, Ordering::Relaxed))
                        .await;
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut count = 0.0;
    for task in tasks {
        count += f64::from(task.await.unwrap());
    }
    count / start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A broker under load, and the number of its next request.
struct Candidate {
    name: &'static str,
    broker: Broker,
    next: Arc<AtomicUsize>,
}

impl Candidate {
    async fn seeded(name: &'static str, broker: Broker, client: &HttpClient) -> Self {
        let next = Arc::new(AtomicUsize::new(0));
        for _ in 0..40 {
            let number = next.fetch_add(1, Ordering::Relaxed);
            broker.target().ask(client, "publish", number).await;
        }
        Self { name, broker, next }
    }
}

/// Asks the candidates in turn, and prints how many requests a second each answers, as a part of the first one's.
async fn compare(client: &HttpClient, question: &'static str, candidates: &[Candidate]) {
    let mut rates = vec![Vec::new(); candidates.len()];
    for _ in 0..setting("OVERHEAD_ROUNDS", 7) {
        for (candidate, rates) in candidates.iter().zip(&mut rates) {
            rates.push(turn(client, candidate.broker.target(), question, &candidate.next).await);
        }
    }
    let rates: Vec<f64> = rates.into_iter().map(median).collect();
    for (candidate, rate) in candidates.iter().zip(&rates) {
        println!(
            "{question:<14} {:<10} {rate:>10.0} {:>8.3}",
            candidate.name,
            rate / rates[0]
        );
    }
}

#[tokio::main]
async fn main() {
    let directory = tempfile::tempdir().unwrap();
    let client: HttpClient = Client::builder(TokioExecutor::new()).build_http();
    let metrics = "--metrics-bind=127.0.0.1:0";
    let off = Broker::start(directory.path(), "off", &["--audit-data=false"]);
    let counted = Broker::start(directory.path(), "metrics", &["--audit-data=false", metrics]);
    let administrator = directory.path().join("administrator");
    std::fs::write(&administrator, "administrator").unwrap();
    let tokens = format!("--auth-tokens-file={}", administrator.display());
    let mut on = Broker::start(directory.path(), "on", &[metrics, &tokens]);
    on.ask_as_a_build(&client, "administrator").await;
    let candidates = [
        Candidate::seeded("all off", off, &client).await,
        Candidate::seeded("metrics", counted, &client).await,
        Candidate::seeded("all on", on, &client).await,
    ];
    println!("{:<14} {:<10} {:>10} {:>8}", "", "", "req/s", "of off");
    for question in ["can-i-deploy", "publish"] {
        compare(&client, question, &candidates).await;
    }
    let scrape = Target {
        url: candidates[2].broker.metrics.clone().unwrap(),
        token: None,
    };
    let mut took = Vec::new();
    let mut size = 0;
    for _ in 0..50 {
        let start = Instant::now();
        size = scrape.call(&client, Method::GET, "", String::new()).await.len();
        took.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    println!(
        "a scrape of {size} bytes: {:.2} ms (median of {}), at most {:.2} ms",
        median(took.clone()),
        took.len(),
        took.iter().copied().fold(0.0, f64::max)
    );
}
