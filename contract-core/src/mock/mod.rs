//! The mock provider of a consumer's test.
//!
//! The usual way is [`#[consumer_test]`](crate::consumer_test), which hands a [`MockProvider`] to the test and writes the
//! contract when the test has passed. [`Contract::between`](crate::contract::Contract::between) gives full control.
//!
//! ```
//! use contract_core::prelude::*;
//!
//! # fn get(url: &str) -> String {
//! #     use std::io::{Read, Write};
//! #     let address = url.strip_prefix("http://").unwrap();
//! #     let (host, path) = address.split_once('/').unwrap();
//! #     let mut stream = std::net::TcpStream::connect(host).unwrap();
//! #     write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
//! #     let mut answer = String::new();
//! #     stream.read_to_string(&mut answer).unwrap();
//! #     answer
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # let directory = tempfile::tempdir().unwrap();
//! # let directory = directory.path();
//! let provider = Contract::between("web-app", "user-api")
//!     .interaction(
//!         Interaction::http("a request for user 42")
//!             .given("user 42 exists")
//!             .request(Request::get("/users/42"))
//!             .response(Response::ok().json(json_like!({ "name": "Ada Lovelace" }))),
//!     )
//!     .directory(directory)
//!     .serve()
//!     .await?;
//!
//! let answer = get(&format!("{}/users/42", provider.url())); // the client under test
//! assert!(answer.contains("Ada Lovelace"));
//!
//! provider.finish().await?; // everything expected was asked for, nothing else: the contract is written
//! # assert!(directory.join("web-app-user-api.json").exists());
//! # Ok::<(), contract_core::Error>(()) }).unwrap();
//! ```
//!
//! # Which interaction answers
//!
//! Of the interactions that a request matches in full, the most specific one answers
//! ([`RequestIndex`](crate::matching::RequestIndex) says what that is). Between equals the first that was not used yet
//! answers, so that the same request can be answered differently the second time; when all were used, the last. A request
//! that matches none is answered with status 500 and an explanation: how it differs from the nearest interaction, as JSON
//! where `Accept` asks for JSON, else as text.

mod answer;
mod blocking;
mod builder;
mod cors;
mod description;
mod directory;
mod expectation;
mod explain;
mod fault;
mod handler;
mod journal;
mod message;
mod minimize;
mod provider;
mod record;
#[cfg(all(feature = "wiremock", feature = "import"))]
mod recording;
mod registry;
#[cfg(feature = "stub")]
mod remote;
mod run;
mod running_test;
mod server;
mod serving;
mod session;
mod socket;
#[cfg(feature = "stub")]
mod stub;
mod terms;
mod unexpected;
mod variants;
#[cfg(feature = "wiremock")]
mod wiremock;

pub use self::blocking::BlockingMockProvider;
pub use self::builder::ContractBuilder;
pub use self::expectation::Expectation;
pub use self::fault::Fault;
pub use self::journal::ReceivedRequest;
pub use self::message::{HandlerOutcome, MessageChannel};
pub use self::provider::MockProvider;
#[cfg(all(feature = "wiremock", feature = "import"))]
pub use self::recording::Recording;
#[cfg(feature = "stub")]
pub use self::remote::{RemoteMock, RemoteMockServer};
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
pub use self::server::ServerTls;
#[cfg(feature = "stub")]
pub use self::stub::{LeftOut, Stub, StubAnswer, StubServer, StubbedContract};
pub use self::terms::Times;
pub use self::unexpected::{NearMiss, UnexpectedRequest};
pub use self::variants::Variants;
#[cfg(feature = "wiremock")]
pub use self::wiremock::MountedContract;

#[doc(hidden)]
pub use self::description::TestDescription;
#[doc(hidden)]
pub use self::run::{ConsumerTest, Flavor, TestOutcome, TestProvider, run, run_blocking, run_within};
