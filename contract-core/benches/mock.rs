//! Requests a second that the mock provider answers with 1, 200 and 5,000 interactions, beside a bare axum server that
//! answers the same bytes; what an interaction costs in memory; and what memory a stub needs for many requests.
//!
//! `cargo bench -p contract-core --bench mock`. The load comes from a second process over keep-alive connections; servers
//! take turns in short rounds, so that what else the machine does hits all of them, and the median round counts.
//! `-- memory` measures what an interaction costs alone, `-- stub` the stub alone: its memory after 100,000 requests and after a
//! million. `-- ready` measures how long a thousand mock providers take until each is ready, while the others are there.
#![expect(
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops; its output is the result"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use contract_core::contract::Specification;
use contract_core::mock::Stub;
use contract_core::prelude::*;

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(1);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--load") {
        let address = arguments[at + 1].parse().unwrap();
        let interactions = arguments[at + 2].parse().unwrap();
        let load = load(address, interactions);
        println!("{} {}", load.requests, load.rate);
        return;
    }
    let only = |name: &str| arguments.iter().any(|argument| argument == name);
    if only("stub") {
        stub();
    } else if only("memory") {
        serve_all();
    } else if only("ready") {
        ready();
    } else {
        measure();
        ready();
        stub();
    }
}

/// How long it takes until a mock provider is ready, for a thousand that live beside each other. Needs 5,000 descriptors.
fn ready() {
    const PROVIDERS: usize = 1_000;
    let directory = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let (providers, mut milliseconds): (Vec<_>, Vec<f64>) = (0..PROVIDERS)
        .map(|_| {
            let started = Instant::now();
            let provider = Contract::between("bench", "mock")
                .directory(directory.path())
                .interactions(interactions(1))
                .serve_blocking()
                .unwrap();
            (provider, started.elapsed().as_secs_f64() * 1_000.0)
        })
        .unzip();
    let all = started.elapsed().as_secs_f64();
    let middle = median(&mut milliseconds);
    println!(
        "{PROVIDERS} mock providers at once in {all:.2} s: ready in {middle:.3} ms in the median, {:.3} ms for 99 of 100, {:.3} ms at most",
        milliseconds[PROVIDERS * 99 / 100],
        milliseconds[PROVIDERS - 1],
    );
    for provider in providers {
        // Nothing was asked, so nothing is written.
        provider.finish().unwrap_err();
    }
}

/// The memory of a stub that answers a million requests, known and unknown ones.
fn stub() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut contract = Contract::new("bench", "stub");
    contract.interactions = interactions(200).collect();
    let stub = Stub::new().contract(contract, "bench.json").serve();
    let stub = runtime.block_on(stub).unwrap();
    let mut answered = 0;
    for until in [100_000, 1_000_000] {
        while answered < until {
            answered += load_from_second_process(stub.address(), 200).requests;
        }
        println!("stub: {} MiB after {answered} requests", resident_kib() / 1_024);
    }
    // Unknown requests are explained, which takes longer, and not kept.
    let mut unknown = 0;
    while unknown < 20_000 {
        unknown += load_from_second_process(stub.address(), 0).requests;
    }
    println!(
        "stub: {} MiB after {unknown} unknown requests more",
        resident_kib() / 1_024
    );
}

/// The resident memory of this process; 0 where the system does not tell.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// A mock provider that lives as long as the process.
struct Served {
    interactions: usize,
    address: SocketAddr,
}

/// Starts mock providers with 1, 200 and 5,000 interactions, and prints how long each took and what it costs in memory.
fn serve_all() -> [Served; 3] {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let text = text_of_one();
    [1, 200, 5_000].map(|interactions| {
        let (started, before) = (Instant::now(), resident_kib());
        let provider = runtime.block_on(serve(interactions, directory.path()));
        let each = (resident_kib() - before) as f64 / interactions as f64;
        println!(
            "mock provider with {interactions} interactions ready in {:.1} ms, {each:.1} KiB each of {:.1} KiB of text: {:.2} ×",
            started.elapsed().as_secs_f64() * 1_000.0,
            text as f64 / 1_024.0,
            each * 1_024.0 / text as f64,
        );
        let address = provider.address();
        // What is asked is not the point here; nothing is to be written.
        std::mem::forget(provider);
        Served {
            interactions,
            address,
        }
    })
}

fn measure() {
    let body = serde_json::to_vec(&document().expand().example).unwrap();
    let size = body.len();
    let axum = bare_axum(body);
    let mut servers = vec![("bare axum".to_owned(), axum, 1)];
    servers.extend(serve_all().map(|served| {
        let Served {
            interactions,
            address,
        } = served;
        (format!("mock provider, {interactions}"), address, interactions)
    }));

    println!("{CONNECTIONS} connections, {size} bytes of body, {ROUNDS} rounds of {ROUND:?} each");
    let mut rates = vec![Vec::new(); servers.len()];
    for _ in 0..ROUNDS {
        for ((_, address, interactions), rates) in servers.iter().zip(&mut rates) {
            rates.push(load_from_second_process(*address, *interactions).rate);
        }
    }
    let medians: Vec<f64> = rates.iter_mut().map(|rates| median(rates)).collect();
    for ((name, ..), rate) in servers.iter().zip(&medians) {
        println!("{name:>20}: {rate:>8.0} requests/s");
    }
    println!(
        "1 interaction / bare axum:         {:.2} (target 0.50)",
        medians[1] / medians[0]
    );
    println!(
        "200 interactions / 1 interaction:   {:.2} (target 0.80)",
        medians[2] / medians[1]
    );
    println!(
        "5,000 interactions / 1 interaction: {:.2} (target 0.80)",
        medians[3] / medians[1]
    );
}

/// About 2 KiB under some twenty rules.
fn document() -> Pattern {
    json_like!({
        "id": integer(42),
        "name": "Ada Lovelace",
        "email": regex(r"^\S+@\S+$", "ada@example.com"),
        "status": any_of(["active", "locked"]),
        "created": datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-01-01T00:00:00Z"),
        "address": { "street": "Main Street", "number": integer(12), "city": "London", "zip": regex(r"\w+", "N1") },
        "orders": each_like({
            "id": integer(1),
            "total": decimal(17.9),
            "note": "x".repeat(1_600),
            "lines": each_like({ "sku": "TEA-250", "quantity": integer(2), "price": decimal(8.95) }),
        }),
    })
}

fn interactions(count: usize) -> impl Iterator<Item = Interaction> {
    (0..count).map(|number| {
        Interaction::http(format!("a request for item {number}"))
            .request(
                Request::get(format!("/items/{number}"))
                    .query("page", regex(r"\d+", "1"))
                    .header("accept", "application/json"),
            )
            .response(Response::ok().json(document()))
            .into()
    })
}

/// Bytes of text that one of the interactions has in a contract file.
fn text_of_one() -> usize {
    let text = |count| {
        let mut contract = Contract::new("bench", "mock");
        contract.interactions = interactions(count).collect();
        contract.to_text(Specification::V4).unwrap().len()
    };
    text(2) - text(1)
}

async fn serve(count: usize, directory: &std::path::Path) -> MockProvider {
    Contract::between("bench", "mock")
        .directory(directory)
        .interactions(interactions(count))
        .serve()
        .await
        .unwrap()
}

/// An axum server on a thread of its own, as the mock provider has one.
fn bare_axum(body: Vec<u8>) -> SocketAddr {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let body = bytes::Bytes::from(body);
            let app = axum::Router::new().fallback(move || {
                let body = body.clone();
                async move { ([("content-type", "application/json")], body) }
            });
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    receive.recv().unwrap()
}

/// What one round of load was answered.
struct Load {
    requests: u64,
    /// Requests a second.
    rate: f64,
}

/// Asks for all of so many interactions, or, with 0, for what does not exist.
fn load_from_second_process(address: SocketAddr, interactions: usize) -> Load {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--load", &address.to_string(), &interactions.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let (requests, rate) = output.trim().split_once(' ').unwrap();
    Load {
        requests: requests.parse().unwrap(),
        rate: rate.parse().unwrap(),
    }
}

/// Asks over all connections at once for one round.
fn load(address: SocketAddr, interactions: usize) -> Load {
    let answered = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let (answered, stop) = (&answered, &stop);
            scope.spawn(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.set_nodelay(true).unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut number = connection;
                let mut body = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    // A prime step visits all of them in an order without a pattern.
                    number = (number + 7_919) % interactions.max(1);
                    if interactions == 0 {
                        ask(&mut stream, "unknown", number);
                    } else {
                        ask(&mut stream, "items", number);
                    }
                    read_answer(&mut reader, &mut body);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(ROUND);
        stop.store(true, Ordering::Relaxed);
    });
    let requests = answered.into_inner();
    Load {
        requests,
        rate: requests as f64 / started.elapsed().as_secs_f64(),
    }
}

fn ask(stream: &mut TcpStream, folder: &str, number: usize) {
    let request = format!(
        "GET /{folder}/{number}?page=3 HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\nuser-agent: bench\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
}

fn read_answer(reader: &mut BufReader<TcpStream>, body: &mut Vec<u8>) {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let is_known = ["HTTP/1.1 200", "HTTP/1.1 404"]
        .iter()
        .any(|status| line.starts_with(status));
    assert!(is_known, "{line}");
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        if line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
    }
    body.resize(length, 0);
    reader.read_exact(body).unwrap();
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
