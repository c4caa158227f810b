//! Spans as a collector receives them (the Cargo feature `otel`).

use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use reqwest::Method;
use serde_json::Value;
use tokio::{net::TcpListener, sync::mpsc};

use crate::{
    broker::publish_body,
    database::Database,
    monitored::Monitored,
    process::{KEY, command},
    running::{Receiver, client},
    webhooks::webhook,
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

/// A field of a message in the wire format of protobuf: its number, and its bytes or its number.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message (<https://protobuf.dev/programming-guides/encoding/>).
fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = bytes[0];
            *bytes = &bytes[1..];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return value;
            }
            shift += 7;
        }
    }
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let length = match key & 7 {
            0 => {
                found.push((key >> 3, Field::Number(varint(&mut bytes))));
                continue;
            }
            1 => 8,
            2 => usize::try_from(varint(&mut bytes)).unwrap(),
            5 => 4,
            other => panic!("wire type {other}"),
        };
        found.push((key >> 3, Field::Bytes(&bytes[..length])));
        bytes = &bytes[length..];
    }
    found
}

fn all(bytes: &[u8], number: u64) -> Vec<&[u8]> {
    let of = |(found, field)| match field {
        Field::Bytes(bytes) if found == number => Some(bytes),
        _ => None,
    };
    fields(bytes).into_iter().filter_map(of).collect()
}

fn text(bytes: &[u8], number: u64) -> String {
    let found = all(bytes, number).into_iter().next().unwrap_or_default();
    String::from_utf8(found.to_vec()).unwrap()
}

fn hex(bytes: &[u8], number: u64) -> String {
    let found = all(bytes, number).into_iter().next().unwrap_or_default();
    let mut text = String::new();
    for byte in found {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

/// Attributes by name; texts and numbers.
fn attributes(bytes: &[u8], number: u64) -> BTreeMap<String, String> {
    let read = |pair: &[u8]| {
        let value = all(pair, 2).into_iter().next().unwrap_or_default();
        let shown = fields(value).into_iter().next().map(|(_, field)| match field {
            Field::Number(number) => number.to_string(),
            Field::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        });
        (text(pair, 1), shown.unwrap_or_default())
    };
    all(bytes, number).into_iter().map(read).collect()
}

/// A span (opentelemetry/proto/trace/v1/trace.proto).
#[derive(Debug, Clone)]
struct Span {
    trace: String,
    id: String,
    parent: String,
    name: String,
    attributes: BTreeMap<String, String>,
    /// Trace and span of each link.
    links: Vec<(String, String)>,
    service: String,
}

fn spans(request: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    for of_resource in all(request, 1) {
        let resource = all(of_resource, 1).into_iter().next().unwrap_or_default();
        let service = attributes(resource, 1).remove("service.name").unwrap_or_default();
        for span in all(of_resource, 2).into_iter().flat_map(|scope| all(scope, 2)) {
            found.push(Span {
                trace: hex(span, 1),
                id: hex(span, 2),
                parent: hex(span, 4),
                name: text(span, 5),
                attributes: attributes(span, 9),
                links: all(span, 13)
                    .into_iter()
                    .map(|link| (hex(link, 1), hex(link, 2)))
                    .collect(),
                service: service.clone(),
            });
        }
    }
    found
}

/// A collector, and the header by which it knows its clients.
struct Collector {
    url: String,
    received: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
}

impl Collector {
    async fn start() -> Self {
        let (sender, received) = mpsc::unbounded_channel();
        let take = async |State(sender): State<mpsc::UnboundedSender<_>>, headers: HeaderMap, body: Bytes| {
            let _ = sender.send((headers, body));
        };
        let app = Router::new().route("/v1/traces", post(take)).with_state(sender);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let url = format!("http://{address}");
        Self { url, received }
    }

    /// Everything that came.
    fn spans(&mut self) -> (Vec<Span>, Vec<u8>) {
        let (mut found, mut bytes) = (Vec::new(), Vec::new());
        while let Ok((headers, body)) = self.received.try_recv() {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            assert_eq!(headers["x-tenant"], "team");
            found.extend(spans(&body));
            bytes.extend_from_slice(&body);
        }
        (found, bytes)
    }
}

fn broker(database: &Database, collector: &str) -> Monitored {
    let mut command = command(&database.url());
    command
        .args([
            "--log-format=json",
            "--log-level=warn",
            "--metrics-bind=127.0.0.1:0",
            "--webhook-schemes=http",
            "--webhook-allowed-hosts=127.0.0.1",
            "--webhook-retry-schedule=1ms",
        ])
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
        .env("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=team");
    Monitored::spawn(&mut command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_gets_requests_statements_and_deliveries_of_one_trace() {
    let (database, mut receiver) = (Database::sqlite(), Receiver::start(1).await);
    let mut collector = Collector::start().await;
    let broker = broker(&database, &collector.url);
    let mut hook = webhook(&receiver.url, &["contract_published"]);
    hook["request"]["body"] = "swordfish".into();
    assert_eq!(broker.send(Method::POST, "/webhooks", hook).await.0, 201);
    let publish = client()
        .post(format!(
            "{}/contracts/publish?token=swordfish",
            broker.process.address
        ))
        .header("traceparent", format!("00-{TRACE}-{SPAN}-01"))
        .header("cookie", "session=swordfish")
        .bearer_auth("swordfish")
        .json(&publish_body("web", "1", None, "api", "a"));
    assert_eq!(publish.send().await.unwrap().status(), 200);
    let mut sent = Vec::new();
    for _ in 0..2 {
        let received = receiver.next().await;
        sent.push(received.headers["traceparent"].to_str().unwrap().to_owned());
    }
    broker
        .send(Method::GET, "/pacticipants/nobody", Value::Null)
        .await;
    broker.send(Method::GET, "/test/error", Value::Null).await;
    // What is not sent yet is sent when the process stops.
    broker.process.stop();
    let (found, bytes) = collector.spans();
    assert!(
        found.iter().all(|span| span.service == "contract-broker"),
        "{found:#?}"
    );
    let secret = b"swordfish";
    assert!(!bytes.windows(secret.len()).any(|part| part == secret));

    let named = |name: &str| {
        found
            .iter()
            .filter(|span| span.name == name)
            .cloned()
            .collect::<Vec<_>>()
    };
    let request = named("POST /contracts/publish").remove(0);
    assert_eq!((request.trace.as_str(), request.parent.as_str()), (TRACE, SPAN));
    for (name, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/contracts/publish"),
        ("http.response.status_code", "200"),
    ] {
        assert_eq!(request.attributes[name], value, "{name}");
    }
    let statements: Vec<&Span> = found
        .iter()
        .filter(|span| span.parent == request.id && span.name != "POST webhook")
        .collect();
    assert!(!statements.is_empty());
    for statement in &statements {
        assert_eq!(statement.attributes["db.system.name"], "sqlite");
        assert_eq!(statement.attributes["db.operation.name"], statement.name);
    }
    let deliveries = named("POST webhook");
    assert_eq!(deliveries.len(), 2, "{found:#?}");
    for delivery in &deliveries {
        assert_eq!(delivery.trace, TRACE);
        assert_eq!(delivery.links, [(TRACE.to_owned(), request.id.clone())]);
        assert!(
            sent.contains(&format!("00-{TRACE}-{}-01", delivery.id)),
            "{sent:?}"
        );
    }
    assert!(
        deliveries
            .iter()
            .any(|span| span.attributes["http.response.status_code"] == "500")
    );
    let missing = named("GET /pacticipants/{pacticipant}").remove(0);
    assert!(missing.parent.is_empty() && missing.trace != TRACE);
    assert_eq!(named("GET /test/error").remove(0).attributes["error.type"], "500");
    assert!(
        found
            .iter()
            .all(|span| !span.trace.is_empty() && span.trace.len() == 32)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_hangs_delays_no_request() {
    let database = Database::sqlite();
    // It accepts connections, and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut command = command(&database.url());
    command
        .args(["--metrics-bind=127.0.0.1:0"])
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        .env("OTEL_BSP_MAX_QUEUE_SIZE", "16")
        .env("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "8")
        .env("OTEL_BSP_SCHEDULE_DELAY", "10");
    let broker = Monitored::spawn(&mut command);
    for number in 0..200 {
        let asked = broker.send(Method::GET, "/pacticipants", Value::Null);
        let answered = tokio::time::timeout(std::time::Duration::from_secs(5), asked).await;
        assert_eq!(answered.unwrap().0, 200, "request {number}");
    }
    broker.process.stop();
}
