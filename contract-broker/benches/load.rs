//! How fast the broker is: seeds a database through the public API, then loads one question after the other, beside
//! two limits taken in the same run: bare axum answering as many bytes, and one durable insert per request.
//!
//! `cargo bench -p contract-broker --bench load`; settings: `LOAD_VERSIONS`, `LOAD_CONSUMERS`, `LOAD_PROVIDERS`,
//! `LOAD_SECONDS`, `LOAD_CONCURRENCY`, `LOAD_ONLY` for the questions whose name contains it, and `LOAD_DATABASE_URL`.
//! Without the last a new SQLite file is used. A database that is seeded already is loaded as it is.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement ends at the first thing that is wrong"
)]

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use base64::Engine as _;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use tokio_postgres::NoTls;

type HttpClient = Client<hyper_util::client::legacy::connect::HttpConnector, Full<bytes::Bytes>>;

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if std::env::var_os("LOAD_LIMITS").is_some() {
        runtime.block_on(limits());
    } else {
        runtime.block_on(measure());
    }
}

/// The process that the broker is compared with.
async fn limits() {
    let url = std::env::var("LOAD_LIMITS").unwrap();
    let table = "CREATE TABLE IF NOT EXISTS load_limit (body TEXT)";
    let insert = "INSERT INTO load_limit (body) VALUES ($1)";
    let insert = if let Some(path) = url.strip_prefix("sqlite:") {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
            .unwrap();
        connection.execute_batch(table).unwrap();
        let connection = Arc::new(Mutex::new(connection));
        axum::routing::post(move |body: String| {
            let connection = connection.clone();
            async move {
                let connection = connection.lock().unwrap();
                let mut statement = connection.prepare_cached(insert).unwrap();
                statement.execute([body]).unwrap();
                "{}"
            }
        })
    } else {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(table).await.unwrap();
        let statement = client.prepare(insert).await.unwrap();
        let client = Arc::new(tokio::sync::Mutex::new(client));
        axum::routing::post(move |body: String| {
            let (client, statement) = (client.clone(), statement.clone());
            async move {
                let client = client.lock().await;
                client.execute(&statement, &[&body]).await.unwrap();
                "{}"
            }
        })
    };
    let bytes = axum::routing::any(
        |axum::extract::Path(size): axum::extract::Path<usize>, _: bytes::Bytes| async move {
            ([(header::CONTENT_TYPE, "application/hal+json")], "x".repeat(size))
        },
    );
    let router = axum::Router::new()
        .route("/insert", insert)
        .route("/bytes/{size}", bytes);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("listening on http://{}", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}

/// What webhooks would send is encrypted with it.
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A process that says where it listens.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = loop {
            let line = lines.next().expect("the server says where it listens").unwrap();
            if let Some(at) = line.find("http://") {
                break line[at..].trim().to_owned();
            }
        };
        Self { child, url }
    }

    /// Resident memory in MiB, where the system tells.
    fn memory(&self) -> Option<usize> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace()
            .nth(1)?
            .parse::<usize>()
            .ok()
            .map(|kib| kib / 1024)
    }

    /// Processor time used so far in milliseconds (Linux counts in hundredths of a second).
    fn processor(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let (_, after_name) = stat.rsplit_once(')')?;
        let ticks: Vec<f64> = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse().ok())
            .collect();
        Some(ticks.iter().sum::<f64>() * 10.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request of a load; the number tells requests apart.
type Make = Arc<dyn Fn(usize) -> (Method, String, Option<String>) + Send + Sync>;

async fn call(
    client: &HttpClient,
    accept: &str,
    (method, url, body): (Method, String, Option<String>),
) -> (StatusCode, bytes::Bytes) {
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, accept)
        .body(Full::from(body.unwrap_or_default()))
        .unwrap();
    let response = client.request(request).await.unwrap();
    let status = response.status();
    (status, response.into_body().collect().await.unwrap().to_bytes())
}

/// How many requests, how many a second, and latencies in milliseconds: median and 99th percentile.
async fn load(
    client: &HttpClient,
    accept: &'static str,
    concurrency: usize,
    make: Make,
) -> (f64, f64, f64, f64) {
    let number = Arc::new(AtomicUsize::new(0));
    let end = Instant::now() + Duration::from_secs(setting("LOAD_SECONDS", 3) as u64);
    let start = Instant::now();
    let tasks: Vec<_> = (0..concurrency)
        .map(|_| {
            let (client, make, number) = (client.clone(), make.clone(), number.clone());
            tokio::spawn(async move {
                let mut took = Vec::new();
                while Instant::now() < end {
                    let begin = Instant::now();
                    let (status, body) =
                        call(&client, accept, make(number.fetch_add(1, Ordering::Relaxed))).await;
                    assert!(
                        status.is_success(),
                        "{status}: {}",
                        String::from_utf8_lossy(&body)
                    );
                    took.push(begin.elapsed());
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await.unwrap());
    }
    took.sort_unstable();
    let at = |part: usize| {
        took.get(took.len() * part / 100)
            .map_or(0.0, Duration::as_secs_f64)
            * 1000.0
    };
    let count = f64::from(u32::try_from(took.len()).unwrap_or(u32::MAX));
    (count, count / start.elapsed().as_secs_f64(), at(50), at(99))
}

/// The providers that a consumer has contracts with.
fn providers_of(consumer: usize, providers: usize) -> [usize; 3] {
    [
        consumer % providers,
        (consumer + 7) % providers,
        (consumer + 13) % providers,
    ]
}

/// How many publications of new content are written for each second.
const MOST_PUBLICATIONS: usize = 5000;

/// A contract of about 8.6 KB.
fn contract(consumer: usize, provider: usize, content: usize) -> Value {
    let interactions: Vec<Value> = (0..16)
        .map(|index| {
            json!({
                "description": format!("request {index} for content {content}"),
                "providerStates": [{ "name": "something exists", "params": { "id": index } }],
                "request": { "method": "GET", "path": format!("/things/{index}"), "headers": { "accept": ["application/json"] } },
                "response": {
                    "status": 200,
                    "body": { "content": { "id": index, "name": "a name", "tags": ["one", "two"], "content": content } },
                    "matchingRules": { "body": { "$.id": { "matchers": [{ "match": "type" }] }, "$.name": { "matchers": [{ "match": "type" }] } } },
                },
            })
        })
        .collect();
    json!({
        "consumer": { "name": format!("consumer-{consumer}") },
        "provider": { "name": format!("provider-{provider}") },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
}

fn publish(consumer: usize, version: &str, content: usize, providers: usize) -> String {
    let contracts: Vec<Value> = providers_of(consumer, providers)
        .into_iter()
        .map(|provider| {
            json!({
                "consumerName": format!("consumer-{consumer}"),
                "providerName": format!("provider-{provider}"),
                "content": base64::engine::general_purpose::STANDARD.encode(contract(consumer, provider, content).to_string()),
            })
        })
        .collect();
    json!({
        "pacticipantName": format!("consumer-{consumer}"),
        "pacticipantVersionNumber": version,
        "branch": "main",
        "contracts": contracts,
    })
    .to_string()
}

/// Contents change with every tenth version.
async fn seed(client: &HttpClient, url: &str, consumers: usize, providers: usize, versions: usize) {
    let json = "application/hal+json";
    let environment = json!({ "name": "production", "production": true }).to_string();
    call(
        client,
        json,
        (Method::POST, format!("{url}/environments"), Some(environment)),
    )
    .await;
    let step = (versions / 10).max(1);
    for version in 0..versions {
        let publishes = (0..consumers).map(|consumer| {
            let body = publish(consumer, &format!("v{version}"), version / step, providers);
            call(
                client,
                json,
                (Method::POST, format!("{url}/contracts/publish"), Some(body)),
            )
        });
        for (status, body) in futures_util::future::join_all(publishes).await {
            assert!(status.is_success(), "{}", String::from_utf8_lossy(&body));
        }
        let verify = (0..providers).map(|provider| async move {
            let branch = format!("{url}/pacticipants/provider-{provider}/branches/main/versions/p{version}");
            call(client, json, (Method::PUT, branch, Some("{}".into()))).await;
            for consumer in
                (0..consumers).filter(|consumer| providers_of(*consumer, providers).contains(&provider))
            {
                let contract =
                    format!("{url}/pacts/provider/provider-{provider}/consumer/consumer-{consumer}/latest");
                let (_, body) = call(client, json, (Method::GET, contract, None)).await;
                let body: Value = serde_json::from_slice(&body).unwrap();
                let link = body["_links"]["pb:publish-verification-results"]["href"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                let result = json!({ "success": true, "providerApplicationVersion": format!("p{version}") })
                    .to_string();
                call(client, json, (Method::POST, link, Some(result))).await;
            }
        });
        futures_util::future::join_all(verify).await;
    }
    let (_, list) = call(client, json, (Method::GET, format!("{url}/environments"), None)).await;
    let list: Value = serde_json::from_slice(&list).unwrap();
    let uuid = list["_embedded"]["environments"][0]["uuid"].as_str().unwrap();
    let last = versions - 1;
    let names = (0..consumers).map(|n| format!("consumer-{n}/versions/v{last}"));
    for name in names.chain((0..providers).map(|n| format!("provider-{n}/versions/p{last}"))) {
        let path = format!("{url}/pacticipants/{name}/deployed-versions/environment/{uuid}");
        call(client, json, (Method::POST, path, Some("{}".into()))).await;
    }
}

/// How large the file of an SQLite database is, in MiB, without its write-ahead log.
fn size_on_disk(url: &str) -> Option<u64> {
    let file = std::fs::metadata(url.strip_prefix("sqlite:")?).ok()?;
    Some(file.len() / 1024 / 1024)
}

async fn measure() {
    let (consumers, providers) = (setting("LOAD_CONSUMERS", 50), setting("LOAD_PROVIDERS", 20));
    let versions = setting("LOAD_VERSIONS", 100);
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("sqlite:{}", directory.path().join(name).display());
    let database = std::env::var("LOAD_DATABASE_URL").ok();
    let url_of_database = database.clone().unwrap_or_else(|| file("broker"));
    let broker = Server::start(
        Command::new(env!("CARGO_BIN_EXE_contract-broker"))
            .args(["--bind", "127.0.0.1:0", "--log-level", "error", "--database-url"])
            .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)
            .arg(&url_of_database)
            .current_dir(directory.path()),
    );
    let limits = Server::start(
        Command::new(std::env::current_exe().unwrap()).env(
            "LOAD_LIMITS",
            database
                .filter(|url| !url.starts_with("sqlite"))
                .unwrap_or_else(|| file("limits")),
        ),
    );
    let client: HttpClient = Client::builder(TokioExecutor::new()).build_http();
    let url = broker.url.clone();
    let start = Instant::now();
    let last_version = format!("{url}/pacticipants/consumer-0/versions/v{}", versions - 1);
    let (seeded, _) = call(&client, "application/hal+json", (Method::GET, last_version, None)).await;
    if !seeded.is_success() {
        seed(&client, &url, consumers, providers, versions).await;
    }
    println!(
        "{consumers} consumers, {providers} providers, {versions} versions each, seeded in {:.0} s; the broker took {:.1} s of \
         a processor and {} MiB of memory; database {}",
        start.elapsed().as_secs_f64(),
        broker.processor().unwrap_or_default() / 1000.0,
        broker.memory().unwrap_or_default(),
        size_on_disk(&url_of_database).map_or_else(|| "elsewhere".to_owned(), |mib| format!("{mib} MiB"))
    );
    let hal = "application/hal+json";
    let last = versions - 1;
    let of = |make: &dyn Fn(usize) -> (Method, String, Option<String>)| make(0);
    let run = std::process::id();
    let u = url.clone();
    let get = |path: String| -> Make {
        let url = u.clone();
        Arc::new(move |_| (Method::GET, format!("{url}{path}"), None))
    };
    let same = publish(0, &format!("v{last}"), last / (versions / 10).max(1), providers);
    let publish_url = format!("{url}/contracts/publish");
    let unchanged: Make = {
        let (url, same) = (publish_url.clone(), same.clone());
        Arc::new(move |_| (Method::POST, url.clone(), Some(same.clone())))
    };
    let new = move |number: usize| {
        let body = publish(
            number % consumers,
            &format!("new-{run}-{number}"),
            1_000_000 + number,
            providers,
        );
        (Method::POST, publish_url.clone(), Some(body))
    };
    let selectors = json!({
        "consumerVersionSelectors": [{ "mainBranch": true }, { "deployedOrReleased": true }],
        "providerVersionBranch": "main", "includePendingStatus": true,
    })
    .to_string();
    let for_verification: Make = {
        let url = url.clone();
        Arc::new(move |number| {
            let path = format!(
                "{url}/pacts/provider/provider-{}/for-verification",
                number % providers
            );
            (Method::POST, path, Some(selectors.clone()))
        })
    };
    let first = providers_of(0, providers)[0];
    let (_, body) = call(
        &client,
        hal,
        (
            Method::GET,
            format!("{url}/pacts/provider/provider-{first}/consumer/consumer-0/latest"),
            None,
        ),
    )
    .await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    let link = body["_links"]["pb:publish-verification-results"]["href"]
        .as_str()
        .unwrap()
        .to_owned();
    let results: Make = Arc::new(move |number| {
        let body =
            json!({ "success": true, "providerApplicationVersion": format!("r-{run}-{number}") }).to_string();
        (Method::POST, link.clone(), Some(body))
    });
    let deploy: Make = {
        let url = url.clone();
        Arc::new(move |number| {
            let consumer = number % consumers;
            let path = format!(
                "/can-i-deploy?pacticipant=consumer-{consumer}&version=v{last}&environment=production"
            );
            (Method::GET, format!("{url}{path}"), None)
        })
    };
    let loads: Vec<(&str, &'static str, Make)> = vec![
        ("index", hal, get("/".into())),
        (
            "one contract",
            hal,
            get(format!(
                "/pacts/provider/provider-{first}/consumer/consumer-0/version/v{last}"
            )),
        ),
        ("for-verification", hal, for_verification),
        ("can-i-deploy to environment", hal, deploy),
        (
            "matrix of a pair",
            hal,
            get(format!("/matrix/provider/provider-{first}/consumer/consumer-0")),
        ),
        ("HTML index", "text/html", get("/".into())),
        ("publish, unchanged", hal, unchanged),
        ("publish, new content", hal, Arc::new(new)),
        ("publish results", hal, results),
    ];
    println!(
        "{:<30} {:>5} {:>9} {:>8} {:>8} {:>9} {:>10} {:>7}",
        "", "conc.", "req/s", "p50 ms", "p99 ms", "CPU µs", "limit r/s", "share"
    );
    let only = std::env::var("LOAD_ONLY").unwrap_or_default();
    for (name, accept, make) in loads.into_iter().filter(|(name, ..)| name.contains(&only)) {
        let (_, body) = call(&client, accept, of(&*make)).await;
        let publishes = name.starts_with("publish");
        let limit: Make = if publishes {
            let (url, body) = (format!("{}/insert", limits.url), same.clone());
            Arc::new(move |_| (Method::POST, url.clone(), Some(body.clone())))
        } else {
            let (url, size) = (limits.url.clone(), body.len());
            Arc::new(move |_| (Method::GET, format!("{url}/bytes/{size}"), None))
        };
        for concurrency in [1, setting("LOAD_CONCURRENCY", 8)] {
            // Each run needs names of its own.
            let (make, offset) = (make.clone(), concurrency * 1_000_000);
            let make: Make = match name {
                // Written before, as the body of the limit is: what a client does for its request is not measured.
                "publish, new content" => {
                    let count = setting("LOAD_SECONDS", 3) * MOST_PUBLICATIONS;
                    let ready: Vec<_> = (0..count).map(|number| make(number + offset)).collect();
                    Arc::new(move |number| ready.get(number).expect("enough publications").clone())
                }
                "publish results" => Arc::new(move |number| make(number + offset)),
                _ => make,
            };
            let before = broker.processor().unwrap_or_default();
            let (count, rate, p50, p99) = load(&client, accept, concurrency, make).await;
            let processor = (broker.processor().unwrap_or_default() - before) * 1000.0 / count;
            let (_, bound, ..) = load(&client, accept, concurrency, limit.clone()).await;
            println!(
                "{name:<30} {concurrency:>5} {rate:>9.0} {p50:>8.2} {p99:>8.2} {processor:>9.0} {bound:>10.0} {:>6.1}%",
                rate / bound * 100.0
            );
        }
    }
    println!("memory at the end: {} MiB", broker.memory().unwrap_or_default());
}
