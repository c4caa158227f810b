//! Requests a second that the mock provider answers with 1, 200 and 2,000 interactions, beside a bare axum server that
//! answers the same bytes.
//!
//! `cargo bench -p contract-core --bench mock`. The load comes from a second process over keep-alive connections; servers
//! take turns in short rounds, so that what else the machine does hits all of them, and the median round counts.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops; its output is the result"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use contract_core::prelude::*;

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(1);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--load") {
        let address = arguments[at + 1].parse().unwrap();
        let interactions = arguments[at + 2].parse().unwrap();
        println!("{}", load(address, interactions));
        return;
    }
    measure();
}

fn measure() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let body = serde_json::to_vec(&document().expand().example).unwrap();
    let size = body.len();
    let axum = bare_axum(body);
    let mut servers = vec![("bare axum".to_owned(), axum, 1)];
    let mut providers = Vec::new();
    for count in [1, 200, 2_000] {
        let started = Instant::now();
        let provider = runtime.block_on(serve(count, directory.path()));
        println!(
            "mock provider with {count} interactions ready in {:.1} ms",
            started.elapsed().as_secs_f64() * 1_000.0
        );
        servers.push((format!("mock provider, {count}"), provider.address(), count));
        providers.push(provider);
    }

    println!("{CONNECTIONS} connections, {size} bytes of body, {ROUNDS} rounds of {ROUND:?} each");
    let mut rates = vec![Vec::new(); servers.len()];
    for _ in 0..ROUNDS {
        for ((_, address, interactions), rates) in servers.iter().zip(&mut rates) {
            rates.push(load_from_second_process(*address, *interactions));
        }
    }
    let medians: Vec<f64> = rates.iter_mut().map(|rates| median(rates)).collect();
    for ((name, ..), rate) in servers.iter().zip(&medians) {
        println!("{name:>20}: {rate:>8.0} requests/s");
    }
    println!(
        "1 interaction / bare axum:        {:.2} (target 0.33)",
        medians[1] / medians[0]
    );
    println!(
        "200 interactions / 1 interaction:  {:.2}",
        medians[2] / medians[1]
    );
    println!(
        "2,000 interactions / 1 interaction: {:.2} (target 0.80)",
        medians[3] / medians[1]
    );
    // What was asked is not the point here; nothing is to be written.
    std::mem::forget(providers);
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

async fn serve(count: usize, directory: &std::path::Path) -> MockProvider {
    let interactions = (0..count).map(|number| {
        Interaction::http(format!("a request for item {number}"))
            .request(
                Request::get(format!("/items/{number}"))
                    .query("page", regex(r"\d+", "1"))
                    .header("accept", "application/json"),
            )
            .response(Response::ok().json(document()))
    });
    Contract::between("bench", "mock")
        .directory(directory)
        .interactions(interactions)
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

fn load_from_second_process(address: SocketAddr, interactions: usize) -> f64 {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--load", &address.to_string(), &interactions.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// Asks over all connections at once for one round; gives requests a second.
fn load(address: SocketAddr, interactions: usize) -> f64 {
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
                    number = (number + 7_919) % interactions;
                    ask(&mut stream, number);
                    read_answer(&mut reader, &mut body);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(ROUND);
        stop.store(true, Ordering::Relaxed);
    });
    #[expect(clippy::cast_precision_loss, reason = "counts of one second are small")]
    let answered = answered.into_inner() as f64;
    answered / started.elapsed().as_secs_f64()
}

fn ask(stream: &mut TcpStream, number: usize) {
    let request = format!(
        "GET /items/{number}?page=3 HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\nuser-agent: bench\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
}

fn read_answer(reader: &mut BufReader<TcpStream>, body: &mut Vec<u8>) {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 200"), "{line}");
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
