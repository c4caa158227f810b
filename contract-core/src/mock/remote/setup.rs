//! A remote mock before it is started.

use std::path::{Path, PathBuf};

use super::server::RemoteMockServer;
use super::state::State;
use crate::Error;
use crate::contract::{Interaction, Specification};
use crate::mock::record::Recorder;
use crate::mock::socket::bind;
use crate::wire::BODY_LIMIT;

/// A mock provider in the making that tests of other languages direct over HTTP.
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
    address: Option<String>,
}

impl RemoteMock {
    /// A mock of the provider for tests of the consumer. The contract is written into the directory `contracts` unless
    /// [`directory`](Self::directory) says otherwise.
    pub fn between(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        Self {
            consumer: consumer.into(),
            provider: provider.into(),
            directory: PathBuf::from("contracts"),
            specification: Specification::default(),
            interactions: Vec::new(),
            address: None,
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

    /// Writes the contract as this version of the format; 4 unless set.
    pub fn specification(mut self, specification: Specification) -> Self {
        self.specification = specification;
        self
    }

    /// Listens at this address (`127.0.0.1:8080`) instead of a free port of the loopback interface.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Starts the mock.
    ///
    /// # Errors
    ///
    /// `Io` if the address cannot be listened at, `Conflict` or `Invalid` if an interaction cannot be expected.
    pub fn serve(self) -> Result<RemoteMockServer, Error> {
        let recorder = Recorder {
            consumer: self.consumer,
            provider: self.provider,
            directory: self.directory,
            specification: self.specification,
            test: None,
            minimize: None,
        };
        let socket = bind(self.address.as_deref(), "use port 0 for a free port")?;
        RemoteMockServer::start(State::new(recorder), self.interactions, socket, BODY_LIMIT)
    }
}
