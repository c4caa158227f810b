//! A remote mock before it is started.

use std::path::{Path, PathBuf};

use super::server::RemoteMockServer;
use crate::Error;
use crate::contract::{Interaction, Specification};
use crate::mock::record::Recorder;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
use crate::mock::server::{Protection, ServerTls};
use crate::mock::serving::Serving;

/// A builder of a mock provider that tests of other languages control over HTTP.
///
/// ```
/// use contract_core::mock::RemoteMock;
///
/// # fn send(url: &str, head: &str, body: &str) -> String {
/// #     use std::io::{Read, Write};
/// #     let host = url.strip_prefix("http://").unwrap();
/// #     let mut stream = std::net::TcpStream::connect(host).unwrap();
/// #     write!(stream, "{head}\r\nhost: {host}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).unwrap();
/// #     let mut answer = String::new();
/// #     stream.read_to_string(&mut answer).unwrap();
/// #     answer
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// # let directory = tempfile::tempdir().unwrap();
/// let mock = RemoteMock::between("web", "api").directory(directory.path()).serve()?;
///
/// let interaction = r#"{"description": "a user", "request": {"method": "GET", "path": "/users/1"}, "response": {"status": 200}}"#;
/// let registered = send(mock.url(), "POST /interactions HTTP/1.1\r\nx-pact-mock-service: true", interaction);
/// assert!(registered.starts_with("HTTP/1.1 200"));
/// assert!(send(mock.url(), "GET /users/1 HTTP/1.1", "").starts_with("HTTP/1.1 200"));
///
/// assert_eq!(mock.finish().await?, 1);
/// assert!(directory.path().join("web-api.json").is_file());
/// # Ok::<(), contract_core::Error>(()) }).unwrap();
/// ```
#[must_use = "nothing is served until `serve` is called"]
#[derive(Debug)]
pub struct RemoteMock {
    consumer: String,
    provider: String,
    directory: PathBuf,
    specification: Specification,
    interactions: Vec<Interaction>,
    serving: Serving,
}

impl RemoteMock {
    /// Returns a mock of the provider for tests of the consumer. The contract is written into the directory `contracts` unless
    /// [`directory`](Self::directory) says otherwise.
    pub fn between(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        Self {
            consumer: consumer.into(),
            provider: provider.into(),
            directory: PathBuf::from("contracts"),
            specification: Specification::default(),
            interactions: Vec::new(),
            serving: Serving::default(),
        }
    }

    /// Expects these interactions from the start.
    pub fn interactions(mut self, interactions: impl IntoIterator<Item = Interaction>) -> Self {
        self.interactions.extend(interactions);
        self
    }

    /// Writes the contract into this directory.
    pub fn directory(mut self, directory: impl AsRef<Path>) -> Self {
        self.directory = directory.as_ref().to_path_buf();
        self
    }

    /// Writes the contract as this version of the format; 4 by default.
    pub fn specification(mut self, specification: Specification) -> Self {
        self.specification = specification;
        self
    }

    /// Listens on this address (`127.0.0.1:8080`) instead of a free port of the loopback interface.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.serving.address = Some(address.into());
        self
    }

    /// Lets pages of other origins use the mock, and direct it.
    ///
    /// Preflight requests that match no interaction are answered with status 204 and what the browser asks for. All other
    /// answers get `Access-Control-Allow-Origin` and what belongs to it, unless the interaction's response has that field
    /// itself. Any origin is allowed, with credentials. Nothing of it is written into the contract.
    pub fn cors(mut self) -> Self {
        self.serving.cors = true;
        self
    }

    /// Speaks TLS with this certificate, and nothing else: the mock's address begins with `https`.
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
    pub fn tls(mut self, tls: ServerTls) -> Self {
        self.serving.protection = Protection::Tls(tls);
        self
    }

    /// Starts the mock.
    ///
    /// # Errors
    ///
    /// `Io` if the address cannot be listened on, `Conflict` or `Invalid` if an interaction cannot be expected.
    pub fn serve(self) -> Result<RemoteMockServer, Error> {
        let recorder = Recorder {
            consumer: self.consumer,
            provider: self.provider,
            directory: self.directory,
            specification: self.specification,
            test: None,
            minimize: None,
        };
        RemoteMockServer::start(recorder, self.interactions, &self.serving)
    }
}
