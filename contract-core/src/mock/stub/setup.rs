//! A stub before it is started.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::interactions::Interactions;
use super::server::{Log, Options, StubAnswer, StubServer};
use crate::contract::Contract;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
use crate::mock::server::{Protection, ServerTls};
use crate::mock::serving::Serving;
use crate::{Error, ErrorKind};

/// A builder of a stub: contracts with their origins, and how to serve them.
///
/// ```
/// use contract_core::contract::Contract;
/// use contract_core::mock::Stub;
///
/// # fn get(url: &str, target: &str) -> String {
/// #     use std::io::{Read, Write};
/// #     let host = url.strip_prefix("http://").unwrap();
/// #     let mut stream = std::net::TcpStream::connect(host).unwrap();
/// #     write!(stream, "GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
/// #     let mut answer = String::new();
/// #     stream.read_to_string(&mut answer).unwrap();
/// #     answer
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let contract = Contract::from_json(serde_json::json!({
///     "consumer": { "name": "shop" },
///     "provider": { "name": "stock" },
///     "interactions": [{
///         "description": "a request for item 1",
///         "request": { "method": "GET", "path": "/items/1" },
///         "response": { "status": 200, "body": "tea" },
///     }],
///     "metadata": { "pactSpecification": { "version": "3.0.0" } },
/// }))?;
///
/// let stub = Stub::new().contract(contract, "contracts/shop-stock.json").serve().await?;
/// assert!(get(stub.url(), "/items/1").ends_with("tea"));
///
/// let unknown = get(stub.url(), "/items/2");
/// assert!(unknown.starts_with("HTTP/1.1 404"));
/// assert!(unknown.contains("contracts/shop-stock.json"));
/// stub.stop().await;
/// # Ok::<(), contract_core::Error>(()) }).unwrap();
/// ```
#[must_use = "nothing is served until `serve` is called"]
pub struct Stub {
    contracts: Vec<(Contract, String)>,
    states: Vec<String>,
    state_header: Option<String>,
    serving: Serving,
    log: Option<Log>,
}

impl Stub {
    /// Returns a stub without contracts.
    pub fn new() -> Self {
        Self {
            contracts: Vec::new(),
            states: Vec::new(),
            state_header: None,
            serving: Serving::default(),
            log: None,
        }
    }

    /// Serves the HTTP interactions of this contract. `origin` is the file or URL that it was read from; explanations name
    /// it.
    pub fn contract(mut self, contract: Contract, origin: impl Into<String>) -> Self {
        self.contracts.push((contract, origin.into()));
        self
    }

    /// Serves only interactions with the provider state of this name, and those without provider states. Called more than
    /// once, those with any of the states.
    pub fn state(mut self, name: impl Into<String>) -> Self {
        self.states.push(name.into());
        self
    }

    /// Lets a request choose the provider state by a header field of this name: of equally specific interactions that it
    /// matches, the first with that state answers. Without the field, or if none has the state, the first of all answers.
    pub fn state_header(mut self, name: impl Into<String>) -> Self {
        self.state_header = Some(name.into());
        self
    }

    /// Listens on this address (`127.0.0.1:8080`) instead of a free port of the loopback interface.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.serving.address = Some(address.into());
        self
    }

    /// Lets pages of other origins use the stub.
    ///
    /// `OPTIONS` requests that match no interaction are answered with status 204 and what the browser asks for. All other
    /// answers get `Access-Control-Allow-Origin` and what belongs to it, unless the contract's response has that field
    /// itself. Any origin is allowed, with credentials.
    pub fn cors(mut self) -> Self {
        self.serving.cors = true;
        self
    }

    /// Speaks TLS with this certificate, and nothing else: the stub's address begins with `https`.
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
    pub fn tls(mut self, tls: ServerTls) -> Self {
        self.serving.protection = Protection::Tls(tls);
        self
    }

    /// Reads request bodies of at most this many bytes; 64 MiB by default. A larger body is answered with status 413.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.serving.body_limit = bytes;
        self
    }

    /// Calls `log` for each answer, on the thread that answers.
    pub fn on_answer(mut self, log: impl Fn(&StubAnswer<'_>) + Send + Sync + 'static) -> Self {
        self.log = Some(Arc::new(log));
        self
    }

    /// Starts the stub.
    ///
    /// # Errors
    ///
    /// `Usage` if no interaction can be served, `Io` if the address cannot be listened on.
    #[expect(
        clippy::unused_async,
        reason = "callers await it, so that a server that takes time to start needs no other signature"
    )]
    pub async fn serve(self) -> Result<StubServer, Error> {
        let interactions = Interactions::compile(self.contracts, &self.states);
        if interactions.is_empty() {
            return Err(nothing_to_serve(&interactions));
        }
        let options = Options {
            states: self.states,
            state_header: self.state_header,
            cors: self.serving.cors,
            log: self.log,
        };
        StubServer::start(interactions, &self.serving, options)
    }
}

pub(super) fn nothing_to_serve(interactions: &Interactions) -> Error {
    let mut text = "there is no HTTP interaction to serve".to_owned();
    for contract in interactions.contracts() {
        for left_out in &contract.left_out {
            let _ = write!(text, "\n  {}: {left_out}", contract.origin);
        }
    }
    Error::new(ErrorKind::Usage, text)
}

impl Default for Stub {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Stub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.contracts.iter().map(|(_, origin)| origin);
        f.debug_struct("Stub")
            .field("contracts", &origins.collect::<Vec<_>>())
            .field("states", &self.states)
            .field("serving", &self.serving)
            .finish_non_exhaustive()
    }
}
