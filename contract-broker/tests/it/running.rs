//! A broker that runs for one test, and a receiver of webhooks.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode, http::Uri};
use contract_broker::{Broker, Config};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use crate::{database::Database, process::KEY};

/// Makes one test for each database of an async function that takes a [`Database`].
macro_rules! with_each_database {
    ($(async fn $name:ident($database:ident) $body:block)+) => {
        $(mod $name {
            use super::*;

            async fn check($database: &$crate::database::Database) $body

            #[tokio::test]
            async fn sqlite() {
                check(&$crate::database::Database::sqlite()).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(database) = $crate::database::Database::postgres() {
                    database.create().await;
                    check(&database).await;
                    database.remove().await;
                }
            }
        })+
    };
}
pub(crate) use with_each_database;

/// A broker that listens on a port and works on its queues.
pub(crate) struct Running {
    pub(crate) url: String,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn start(database: &Database, config: Config) -> Self {
        // PostgreSQL needs a key; SQLite makes a file for it.
        let key = matches!(database, Database::Postgres { .. }).then(|| KEY.into());
        Self::start_with(Config {
            database_url: database.url(),
            database_max_connections: 3,
            webhook_encryption_key: config.webhook_encryption_key.or(key),
            ..config
        })
        .await
    }

    /// As [`Running::start`], with every setting as it is given.
    pub(crate) async fn start_with(config: Config) -> Self {
        let broker = Broker::build(config).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}");
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            broker.serve(listener, stopped).await.unwrap();
        });
        Self {
            url,
            address,
            client: client(),
            stop: Some(stop),
            task,
        }
    }

    /// Stops it as an operator does, and waits until it has.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        self.task.await.unwrap();
    }

    /// A request to the broker.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// Sends JSON; gives the status and the body (null where it is none).
    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self
            .request(method, path)
            .header("accept", "application/hal+json");
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (
            status,
            serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default(),
        )
    }

    /// As [`Running::send`]; the status is the expected one.
    pub(crate) async fn expect(&self, expected: u16, method: Method, path: &str, body: Value) -> Value {
        let (status, body) = self.send(method, path, body).await;
        assert_eq!(status, expected, "{path}: {body}");
        body
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, Value::Null).await
    }
}

/// A client that follows no redirect. It never speaks TLS here, but its builder wants to know how it would.
pub(crate) fn client() -> Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// A request that a webhook made.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver of webhooks. It fails as often as it was told to, then answers 200.
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: mpsc::UnboundedReceiver<Received>,
}

#[derive(Clone)]
struct Inbox {
    sender: mpsc::UnboundedSender<Received>,
    failures: Arc<AtomicUsize>,
}

impl Receiver {
    pub(crate) async fn start(failures: usize) -> Self {
        let (sender, received) = mpsc::unbounded_channel();
        let inbox = Inbox {
            sender,
            failures: Arc::new(AtomicUsize::new(failures)),
        };
        let app = Router::new().fallback(receive).with_state(inbox);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            url: format!("http://{address}"),
            received,
        }
    }

    /// What has come and was not asked for yet.
    pub(crate) fn rest(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.received.try_recv().ok()).collect()
    }

    /// The next request. Waits for it: the test's own time limit ends a wait for one that never comes.
    pub(crate) async fn next(&mut self) -> Received {
        self.received.recv().await.unwrap()
    }
}

async fn receive(State(inbox): State<Inbox>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body = String::from_utf8(body.to_vec()).unwrap();
    let _ = inbox.sender.send(Received { uri, headers, body });
    let failed = inbox
        .failures
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    if failed.is_ok() {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::OK
    }
}
