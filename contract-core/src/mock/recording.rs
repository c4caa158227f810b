//! Records the exchanges of a test with a `wiremock::MockServer` (features `wiremock` and `import`).

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::builder::ContractBuilder;
use super::record::Recorder;
use crate::contract::{Body, ProviderState, Response};
use crate::import::recorded::{self, Draft};
use crate::import::{Finding, Options};
use crate::wire::{BODY_LIMIT, receive};
use crate::{Error, ErrorKind};

/// Marks the response to a request that matches no mock; the client does not see it.
const UNMATCHED: &str = "x-contract-unmatched";

/// For tests that have a `wiremock::MockServer`.
impl ContractBuilder {
    /// Records the exchanges between a client and the mocks of a [`wiremock::MockServer`], as interactions
    /// with suggested patterns. Pass [`Recording::url`] to the client instead of the server's address.
    ///
    /// Requests are recorded as sent, without the header fields that HTTP clients add. For responses, the
    /// contract requires the status, the headers, and the types of the values. Secrets are replaced. Requests
    /// that match no mock are answered with 404, as by the server, and are not recorded. The mocks still
    /// count their requests (`expect`).
    ///
    /// ```
    /// use contract_core::prelude::*;
    /// use wiremock::{Mock, MockServer, ResponseTemplate, matchers};
    ///
    /// # fn get(url: &str) -> String {
    /// #     use std::io::{Read, Write};
    /// #     let address = url.strip_prefix("http://").unwrap();
    /// #     let (host, path) = address.split_once('/').unwrap();
    /// #     let mut stream = std::net::TcpStream::connect(host).unwrap();
    /// #     write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    /// #     let mut answer = String::new();
    /// #     stream.read_to_string(&mut answer).unwrap();
    /// #     answer
    /// # }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let directory = directory.path();
    /// let server = MockServer::start().await;
    /// Mock::given(matchers::path("/users/42"))
    ///     .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!({ "name": "Ada" })))
    ///     .mount(&server)
    ///     .await;
    /// let recording = Contract::between("web-app", "user-api").directory(directory).record(&server).await?;
    ///
    /// let url = recording.url(); // in place of server.uri()
    /// assert!(get(&format!("{url}/users/42")).contains("Ada"));
    ///
    /// recording.finish()?; // the contract is written
    /// # assert!(directory.join("web-app-user-api.json").exists());
    /// # Ok::<(), contract_core::Error>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// `Io` if no port of the loopback address can be opened.
    pub async fn record(self, server: &MockServer) -> Result<Recording, Error> {
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Io, format!("cannot listen on 127.0.0.1: {error}")).with_source(error)
        };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        Mock::given(wiremock::matchers::any())
            .respond_with(ResponseTemplate::new(404).insert_header(UNMATCHED, "true"))
            .with_priority(u8::MAX)
            .mount(server)
            .await;
        let shared = Arc::new(Shared {
            server: *server.address(),
            recorder: self.into_recorder(),
            heard: Mutex::default(),
        });
        let serving = Serving::start(listener, Arc::clone(&shared)).map_err(failed)?;
        Ok(Recording {
            url,
            shared,
            _serving: serving,
            is_finished: false,
        })
    }
}

/// A recording of the exchanges between a client and a [`wiremock::MockServer`]; created by
/// [`ContractBuilder::record`].
///
/// Dropping it has the same effect as [`finish`](Self::finish), but reports errors by a panic.
#[must_use = "the client has to use its URL"]
pub struct Recording {
    url: String,
    shared: Arc<Shared>,
    _serving: Serving,
    is_finished: bool,
}

/// The thread that serves the recording, separate from the test's runtime, because clients may block it.
struct Serving {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Serving {
    fn start(listener: std::net::TcpListener, shared: Arc<Shared>) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _entered = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("contract-recording".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = serve(listener, shared) => {}
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The panic hook has already reported a panic of the thread.
            let _ = thread.join();
        }
    }
}

struct Shared {
    server: std::net::SocketAddr,
    recorder: Recorder,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    states: Vec<ProviderState>,
    drafts: Vec<Draft>,
}

impl Recording {
    /// Returns the URL for the client, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sets the provider state of all further exchanges, replacing an earlier one. Tests that expect
    /// different responses to the same request need different states.
    pub fn given(&self, state: impl Into<ProviderState>) {
        self.shared.heard().states = vec![state.into()];
    }

    /// Writes the exchanges to the contract. Returns what it cannot represent, and which secrets were
    /// replaced.
    ///
    /// # Errors
    ///
    /// `Unmet` if there was no exchange; `Io`, `Malformed` and `Conflict` if the contract cannot be written.
    pub fn finish(mut self) -> Result<Vec<Finding>, Error> {
        self.is_finished = true;
        self.write()
    }

    fn write(&self) -> Result<Vec<Finding>, Error> {
        let drafts = std::mem::take(&mut self.shared.heard().drafts);
        let recorder = &self.shared.recorder;
        if drafts.is_empty() {
            return Err(Error::new(
                ErrorKind::Unmet,
                format!(
                    "nothing was recorded between {} and {}: no mock answered a request to {}; does the client use this URL?",
                    recorder.consumer, recorder.provider, self.url
                ),
            ));
        }
        let file = recorder.test.as_deref().unwrap_or("recording");
        let recorded = recorded::interactions_of(drafts, file, &Options::default());
        let mut interactions = recorded.interactions;
        for interaction in &mut interactions {
            if let Some(test) = &recorder.test {
                let comments = &mut interaction.comments;
                comments.insert("testname".to_owned(), test.as_str().into());
            }
        }
        recorder.write(interactions)?;
        Ok(recorded.findings)
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        if std::thread::panicking() {
            self.shared.recorder.failed();
        } else if let Err(error) = self.write() {
            panic!("{error}\n(`recording.finish()` returns this as an error instead of a panic)");
        }
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forwards a request to the server and returns its response, and records both.
    async fn exchange(
        &self,
        request: hyper::Request<Incoming>,
    ) -> Result<hyper::Response<Full<Bytes>>, String> {
        let (mut head, body) = request.into_parts();
        let body = collected(body).await?;
        let asked = receive::request(
            head.method.as_str(),
            head.uri.path(),
            head.uri.query(),
            &head.headers,
            body.clone(),
            BODY_LIMIT,
        );
        // The body is sent as a whole, on a separate connection.
        head.headers.remove(http::header::TRANSFER_ENCODING);
        head.headers.remove(http::header::CONNECTION);
        let stream = TcpStream::connect(self.server)
            .await
            .map_err(|error| error.to_string())?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        let connection = tokio::spawn(connection);
        let sent = hyper::Request::from_parts(head, Full::new(body));
        let answer = sender
            .send_request(sent)
            .await
            .map_err(|error| error.to_string())?;
        let (mut head, body) = answer.into_parts();
        let body = collected(body).await?;
        connection.abort();
        head.headers.remove(http::header::TRANSFER_ENCODING);
        if head.headers.remove(UNMATCHED).is_none() {
            let headers = receive::headers(&head.headers);
            let content_type = headers.first("content-type").and_then(|text| text.parse().ok());
            let response = Response {
                status: Some(head.status.as_u16()),
                body: Body::from_wire(body.clone(), content_type),
                headers,
                ..Response::default()
            };
            let mut heard = self.heard();
            let number = heard.drafts.len() + 1;
            let draft = recorded::draft(number, heard.states.clone(), asked, response);
            heard.drafts.push(draft);
        }
        Ok(hyper::Response::from_parts(head, Full::new(body)))
    }
}

async fn collected(body: Incoming) -> Result<Bytes, String> {
    let collected = Limited::new(body, BODY_LIMIT).collect().await;
    collected
        .map(http_body_util::Collected::to_bytes)
        .map_err(|error| error.to_string())
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| {
            let shared = Arc::clone(&shared);
            async move {
                let answer = shared.exchange(request).await.unwrap_or_else(|problem| {
                    let text = format!("the exchange could not be recorded: {problem}");
                    let mut answer = hyper::Response::new(Full::new(Bytes::from(text)));
                    *answer.status_mut() = http::StatusCode::BAD_GATEWAY;
                    answer
                });
                Ok::<_, Infallible>(answer)
            }
        });
        connections.spawn(async move {
            // A client that disconnects ends only its own connection.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
        while connections.try_join_next().is_some() {}
    }
}
