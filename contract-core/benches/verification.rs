//! Verifying 100, 1,000 and 5,000 interactions, in process and over HTTP, beside a bare loop that sends the same requests
//! and reads the answers: the time for each interaction must not grow, and must stay near the loop's.
//!
//! `cargo bench -p contract-core --features provider --bench verification`. What is compared takes turns in rounds, and
//! the fastest round of each counts: what else the machine does can only add to it. Reading the contract has a column of its own.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops; its output is the result"
)]

use std::hint::black_box;
use std::pin::pin;
use std::time::{Duration, Instant};

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use contract_core::contract::Contract;
use contract_core::verify::{Contracts, Verifier};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

const ROUNDS: usize = 9;
/// How many interactions the verifier runs at once by itself.
const AT_ONCE: usize = 4;

fn main() {
    // A client of reqwest needs one, though only HTTP is spoken here.
    #[cfg(feature = "tls-ring")]
    rustls::crypto::ring::default_provider()
        .install_default()
        .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = provider();
    println!(
        "{:>12} {:>12} {:>12} {:>12} {:>12} {:>8}",
        "interactions", "reading", "in process", "over HTTP", "bare loop", "ratio"
    );
    for interactions in [100, 1_000, 5_000] {
        let text = text(interactions);
        let started = Instant::now();
        let contract = Contract::read_str(&text, "bench.json").unwrap();
        let reading = started.elapsed();
        let (mut in_process, mut over_http, mut bare) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            in_process.push(verify(&runtime, &contract, |verifier| {
                verifier.service(|| async { app() })
            }));
            over_http.push(verify(&runtime, &contract, |verifier| {
                verifier.base_url(url.clone())
            }));
            bare.push(runtime.block_on(bare_loop(&url, interactions)));
        }
        let (in_process, over_http, bare) = (fastest(in_process), fastest(over_http), fastest(bare));
        println!(
            "{interactions:>12} {:>9.1} ms {:>9.1} ms {:>9.1} ms {:>9.1} ms {:>8.2}",
            milliseconds(reading),
            milliseconds(in_process),
            milliseconds(over_http),
            milliseconds(bare),
            over_http.as_secs_f64() / bare.as_secs_f64(),
        );
    }
    println!("target of the ratio: 1.50");
}

/// The provider, on a thread of its own.
fn provider() -> String {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            send.send(format!("http://{}", listener.local_addr().unwrap()))
                .unwrap();
            axum::serve(listener, app()).await.unwrap();
        });
    });
    receive.recv().unwrap()
}

fn app() -> Router {
    async fn user(Path(id): Path<u64>) -> Json<Value> {
        Json(user_of(id))
    }
    Router::new().route("/users/{id}", get(user))
}

fn user_of(id: u64) -> Value {
    json!({ "id": id, "name": "Ada Lovelace", "email": "ada@example.com", "roles": [{ "id": 1 }, { "id": 2 }] })
}

fn text(interactions: u64) -> String {
    let interactions: Vec<Value> = (0..interactions)
        .map(|id| {
            json!({
                "type": "Synchronous/HTTP",
                "description": format!("a request for user {id}"),
                "request": { "method": "GET", "path": format!("/users/{id}") },
                "response": {
                    "status": 200,
                    "headers": { "content-type": ["application/json"] },
                    "body": { "content": user_of(id), "contentType": "application/json", "encoded": false },
                    "matchingRules": { "body": {
                        "$.name": { "combine": "AND", "matchers": [{ "match": "type" }] },
                        "$.email": { "combine": "AND", "matchers": [{ "match": "regex", "regex": "\\S+@\\S+" }] },
                        "$.roles": { "combine": "AND", "matchers": [{ "match": "type", "min": 1 }] },
                    }},
                },
            })
        })
        .collect();
    let contract = json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } },
    });
    contract.to_string()
}

fn verify(
    runtime: &tokio::runtime::Runtime,
    contract: &Contract,
    target: impl FnOnce(Verifier) -> Verifier,
) -> Duration {
    let verifier = target(Verifier::new("user-api").contracts(Contracts::value(contract.clone())));
    let started = Instant::now();
    let report = runtime.block_on(verifier.run()).unwrap();
    let took = started.elapsed();
    assert!(report.is_success());
    black_box(report);
    took
}

/// What any client must do: send the requests and read the answers, as many at once as the verifier does for interactions
/// without states.
async fn bare_loop(url: &str, requests: u64) -> Duration {
    let client = reqwest::Client::new();
    let started = Instant::now();
    let answers = stream::iter(0..requests).map(|id| {
        let request = client.get(format!("{url}/users/{id}"));
        async move {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 200);
            response.bytes().await.unwrap()
        }
    });
    let mut answers = pin!(answers.buffered(AT_ONCE));
    while let Some(answer) = answers.next().await {
        black_box(answer);
    }
    started.elapsed()
}

fn fastest(values: Vec<Duration>) -> Duration {
    values.into_iter().min().unwrap()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
