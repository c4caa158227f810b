//! Verifying 100, 1,000 and 5,000 interactions, in process and over HTTP, beside a bare loop that sends the same requests
//! and reads the answers: the time for each interaction must not grow, and must stay near the loop's. Then the memory
//! that a verification takes, and the time of the Pact project's own verifier if it is installed.
//!
//! `cargo bench -p contract-core --features provider --bench verification`. What is compared takes turns in rounds, and
//! the fastest round of each counts: what else the machine does can only add to it. Reading the contract has a column of
//! its own; *from the file* is all of it, as a user waits for it. `CONTRACT_PACT_PROGRAM` names the program `pact`, if it
//! is not on the search path; it is stopped after five minutes. `-- memory`, `-- times` or `-- pact-verifier` measures a part.
#![expect(
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops; its output is the result"
)]

mod contract;
mod memory;
mod pact_verifier;

use std::hint::black_box;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract_core::contract::Contract;
use contract_core::verify::{Contracts, Verifier};
use futures_util::{StreamExt as _, stream};
use tokio::runtime::Runtime;

const ROUNDS: usize = 9;
/// How many interactions the verifier runs at once by itself.
const AT_ONCE: usize = 4;

/// What is measured, in this order.
const PARTS: [&str; 3] = ["times", "memory", "pact-verifier"];

fn main() {
    // A client of reqwest needs one, though only HTTP is spoken here.
    #[cfg(feature = "tls-ring")]
    rustls::crypto::ring::default_provider()
        .install_default()
        .unwrap();
    if memory::is_measured_process() {
        return;
    }
    let runtime = Runtime::new().unwrap();
    let provider = provider();
    let directory = tempfile::tempdir().unwrap();
    let files: Vec<File> = [100, 1_000, 5_000]
        .map(|interactions| File::write(directory.path(), interactions))
        .into();
    // Each part can be asked for alone, by its name.
    let only: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| PARTS.contains(&name.as_str()))
        .collect();
    for part in PARTS {
        match part {
            _ if !only.is_empty() && !only.iter().any(|name| name == part) => {}
            "times" => times(&runtime, provider, &files),
            "memory" => memory(provider, &files),
            _ => pact_verifier_beside(provider, &files),
        }
    }
}

/// A contract file.
struct File {
    path: PathBuf,
    interactions: usize,
    /// In bytes.
    size: usize,
}

impl File {
    fn write(directory: &Path, interactions: usize) -> Self {
        let path = directory.join(format!("{interactions}.json"));
        Self {
            size: contract::write(&path, interactions),
            interactions,
            path,
        }
    }
}

fn times(runtime: &Runtime, provider: SocketAddr, files: &[File]) {
    println!(
        "{:>12} {:>12} {:>12} {:>12} {:>12} {:>8} {:>14}",
        "interactions", "reading", "in process", "over HTTP", "bare loop", "ratio", "from the file"
    );
    for file in files {
        times_of(runtime, provider, file);
    }
    println!("target of the ratio: 1.50");
}

/// Prints by how much a process grows that verifies a contract.
fn memory(provider: SocketAddr, files: &[File]) {
    for file in &files[1..] {
        let grown = memory::of_verification(&url(provider), &files[0].path, &file.path);
        println!(
            "{} interactions: {:.1} MiB for a file of {:.1} MiB, {:.2} × (target: < 3)",
            file.interactions,
            mebibytes(grown),
            mebibytes(file.size),
            grown as f64 / file.size as f64,
        );
    }
}

/// Prints how long a contract takes in each way.
fn times_of(runtime: &Runtime, provider: SocketAddr, file: &File) {
    let url = url(provider);
    let started = Instant::now();
    let contract = Arc::new(Contract::read_file(&file.path).unwrap());
    let reading = started.elapsed();
    let value = || Contracts::value(Arc::clone(&contract));
    let (mut in_process, mut over_http, mut bare, mut whole) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let to_service = |verifier: Verifier| verifier.service(|| async { contract::app() });
        let to_url = |verifier: Verifier| verifier.base_url(url.clone());
        in_process.push(verify(runtime, value(), to_service));
        over_http.push(verify(runtime, value(), to_url));
        bare.push(runtime.block_on(bare_loop(&url, file.interactions)));
        whole.push(verify(runtime, Contracts::file(&file.path), to_url));
    }
    let [in_process, over_http, bare, whole] = [in_process, over_http, bare, whole].map(fastest);
    println!(
        "{:>12} {:>9.1} ms {:>9.1} ms {:>9.1} ms {:>9.1} ms {:>8.2} {:>11.1} ms",
        file.interactions,
        milliseconds(reading),
        milliseconds(in_process),
        milliseconds(over_http),
        milliseconds(bare),
        over_http.as_secs_f64() / bare.as_secs_f64(),
        milliseconds(whole),
    );
}

/// Prints how long `pact verifier` takes: its start and reading the file are included.
fn pact_verifier_beside(provider: SocketAddr, files: &[File]) {
    let Some(program) = pact_verifier::program() else {
        println!(
            "pact verifier was left out: `pact` is not on the search path, and {} does not name it",
            pact_verifier::VARIABLE
        );
        return;
    };
    for file in files {
        let took = match pact_verifier::verify(&program, &file.path, provider.port()) {
            Some(took) => format!("{:.2} s", took.as_secs_f64()),
            None => format!("stopped after {:?}", pact_verifier::LIMIT),
        };
        println!("{} interactions with pact verifier: {took}", file.interactions);
    }
}

/// The provider, on a thread of its own.
fn provider() -> SocketAddr {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, contract::app()).await.unwrap();
        });
    });
    receive.recv().unwrap()
}

fn url(provider: SocketAddr) -> String {
    format!("http://{provider}")
}

fn verify(runtime: &Runtime, contracts: Contracts, target: impl FnOnce(Verifier) -> Verifier) -> Duration {
    let verifier = target(Verifier::new("user-api").contracts(contracts));
    let started = Instant::now();
    let report = runtime.block_on(verifier.run()).unwrap();
    let took = started.elapsed();
    assert!(report.is_success());
    black_box(report);
    took
}

/// What any client must do: send the requests and read the answers, as many at once as the verifier does for interactions
/// without states.
async fn bare_loop(url: &str, requests: usize) -> Duration {
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

fn mebibytes(bytes: usize) -> f64 {
    bytes as f64 / (1_024.0 * 1_024.0)
}
