//! What was acknowledged is there after the process was killed; many clients at once lose nothing.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};

use crate::{
    broker::{on_each_database, publish_body},
    database::Database,
};

/// The real binary.
struct Process {
    child: Child,
    address: String,
}

impl Process {
    fn start(database: &Database) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_contract-broker"))
            .args(["--bind", "127.0.0.1:0", "--database-url", &database.url()])
            .env_remove("CONTRACT_BROKER_DATABASE_URL")
            .current_dir(std::env::temp_dir())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the broker says where it listens").unwrap();
            if let Some(at) = line.find("http://") {
                break line[at..].trim().to_owned();
            }
        };
        Self { child, address }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

type HttpClient = Client<hyper_util::client::legacy::connect::HttpConnector, Full<bytes::Bytes>>;

async fn send(
    client: &HttpClient,
    method: Method,
    url: String,
    body: Option<Value>,
) -> Result<(StatusCode, Value), hyper_util::client::legacy::Error> {
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::from(body.map(|body| body.to_string()).unwrap_or_default()))
        .unwrap();
    let response = client.request(request).await?;
    let status = response.status();
    let Ok(body) = response.into_body().collect().await else {
        return Ok((status, Value::Null));
    };
    Ok((
        status,
        serde_json::from_slice(&body.to_bytes()).unwrap_or_default(),
    ))
}

on_each_database! {
    async fn everything_acknowledged_survives_a_kill(broker) {
        let client: HttpClient = Client::builder(TokioExecutor::new()).build_http();
        let mut acknowledged: Vec<String> = Vec::new();
        for round in 0..3 {
            let process = Process::start(&broker.database);
            let stop = Arc::new(AtomicBool::new(false));
            let count = Arc::new(AtomicUsize::new(0));
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    let (client, address) = (client.clone(), process.address.clone());
                    let (stop, count) = (stop.clone(), count.clone());
                    tokio::spawn(async move {
                        let mut done = Vec::new();
                        for number in 0.. {
                            if stop.load(Ordering::Relaxed) {
                                break;
                            }
                            let version = format!("{round}.{writer}.{number}");
                            let body = publish_body("web", &version, Some("main"), "api", &version);
                            let url = format!("{address}/contracts/publish");
                            let Ok((status, _)) = send(&client, Method::POST, url, Some(body)).await else { break };
                            assert_eq!(status, StatusCode::OK);
                            done.push(version);
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                        done
                    })
                })
                .collect();
            while count.load(Ordering::Relaxed) < 40 {
                tokio::task::yield_now().await;
            }
            process.kill();
            stop.store(true, Ordering::Relaxed);
            for writer in writers {
                acknowledged.extend(writer.await.unwrap());
            }
        }
        let process = Process::start(&broker.database);
        for version in &acknowledged {
            let url = format!("{}/pacts/provider/api/consumer/web/version/{version}", process.address);
            let (status, body) = send(&client, Method::GET, url, None).await.unwrap();
            assert_eq!(status, StatusCode::OK, "{version} was acknowledged and is gone");
            assert_eq!(body["interactions"][0]["description"], format!("a request for {version}"));
        }
        process.kill();
    }

    async fn many_clients_at_once_lose_nothing(broker) {
        let tasks: Vec<_> = (0..32)
            .map(|task| async move {
                // Every other client publishes versions of one shared pacticipant, all the same ones.
                let shared = task % 2 == 0;
                let consumer = if shared { "shared".to_owned() } else { format!("own-{task}") };
                for number in 0..6 {
                    let version = number.to_string();
                    let content = format!("{consumer}-{version}");
                    let body = publish_body(&consumer, &version, Some("main"), &format!("api-{}", number % 3), &content);
                    broker.post("/contracts/publish", body).await.expect(200);
                    let tag = format!("/pacticipants/{consumer}/versions/{version}/tags/t{}", task % 3);
                    assert!(broker.put(&tag, json!({})).await.status.is_success());
                }
            })
            .collect();
        futures_util::future::join_all(tasks).await;
        for consumer in ["shared", "own-1", "own-31"] {
            let versions = broker.get(&format!("/pacticipants/{consumer}/versions")).await.expect(200);
            let numbers: Vec<&str> = versions.json["_embedded"]["versions"].as_array().unwrap().iter()
                .map(|version| version["number"].as_str().unwrap()).collect();
            assert_eq!(numbers, ["5", "4", "3", "2", "1", "0"], "{consumer}");
            let head = broker.get(&format!("/pacticipants/{consumer}/branches/main/latest-version")).await.expect(200);
            assert_eq!(head.json["number"], "5", "{consumer}");
            let latest = broker.get(&format!("/pacts/provider/api-2/consumer/{consumer}/branch/main/latest")).await;
            assert_eq!(latest.expect(200).header("x-pact-consumer-version"), "5");
        }
        let metrics = broker.get("/metrics").await.json;
        assert_eq!(metrics["pactPublications"]["count"], 17 * 6);
        assert_eq!(metrics["integrations"]["count"], 17 * 3);
    }

    async fn several_nodes_start_at_once_and_migrate_once(broker) {
        let nodes: Vec<Process> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| Process::start(&broker.database))).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        let client: HttpClient = Client::builder(TokioExecutor::new()).build_http();
        for node in nodes {
            let (status, _) = send(&client, Method::GET, format!("{}/readyz", node.address), None).await.unwrap();
            assert_eq!(status, StatusCode::OK);
            node.kill();
        }
    }
}
