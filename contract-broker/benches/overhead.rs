//! What counting costs: two brokers of the same program, one with a listener for metrics and one without, are asked in turn,
//! so that whatever else the machine does hits both alike. Last, how long a scrape takes.
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
use serde_json::json;

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

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn call(client: &HttpClient, method: Method, url: String, body: String) -> bytes::Bytes {
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/hal+json")
        .body(Full::from(body))
        .unwrap();
    let answer = client.request(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(
        status.is_success(),
        "{status}: {}",
        String::from_utf8_lossy(&body)
    );
    body
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
async fn turn(client: &HttpClient, url: &str, question: &str, next: &Arc<AtomicUsize>) -> f64 {
    let start = Instant::now();
    let end = start + Duration::from_secs(setting("OVERHEAD_SECONDS", 2) as u64);
    let tasks: Vec<_> = (0..setting("OVERHEAD_CONCURRENCY", 4))
        .map(|_| {
            let (client, url, question, next) =
                (client.clone(), url.to_owned(), question.to_owned(), next.clone());
            tokio::spawn(async move {
                let mut count = 0_u32;
                while Instant::now() < end {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if question == "publish" {
                        call(
                            &client,
                            Method::POST,
                            format!("{url}/contracts/publish"),
                            publication(number),
                        )
                        .await;
                    } else {
                        let path = "/can-i-deploy?pacticipant=consumer-1&version=v1&to=main";
                        call(&client, Method::GET, format!("{url}{path}"), String::new()).await;
                    }
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

#[tokio::main]
async fn main() {
    let directory = tempfile::tempdir().unwrap();
    let off = Broker::start(directory.path(), "off", &[]);
    let on = Broker::start(directory.path(), "on", &["--metrics-bind=127.0.0.1:0"]);
    let client: HttpClient = Client::builder(TokioExecutor::new()).build_http();
    let next = [Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0))];
    for (broker, next) in [&off, &on].into_iter().zip(&next) {
        for _ in 0..40 {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let url = format!("{}/contracts/publish", broker.url);
            call(&client, Method::POST, url, publication(number)).await;
        }
    }
    println!(
        "{:<14} {:>12} {:>12} {:>10}",
        "", "off, req/s", "on, req/s", "on / off"
    );
    for question in ["can-i-deploy", "publish"] {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..setting("OVERHEAD_ROUNDS", 5) {
            without.push(turn(&client, &off.url, question, &next[0]).await);
            with.push(turn(&client, &on.url, question, &next[1]).await);
        }
        let (without, with) = (median(without), median(with));
        println!(
            "{question:<14} {without:>12.0} {with:>12.0} {:>10.3}",
            with / without
        );
    }
    let metrics = on.metrics.clone().unwrap();
    let mut took = Vec::new();
    let mut size = 0;
    for _ in 0..50 {
        let start = Instant::now();
        size = call(&client, Method::GET, metrics.clone(), String::new())
            .await
            .len();
        took.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    println!(
        "a scrape of {size} bytes: {:.2} ms (median of {})",
        median(took.clone()),
        took.len()
    );
}
