//! Consumer-driven contract testing.
//!
//! A consumer's test defines the interactions that it needs, and sends its requests to a mock provider that
//! responds to them; this writes a *contract*. The provider's tests replay the contract against the real
//! provider. A broker stores contracts and results and answers "can I deploy?".
//!
//! In a test, the attribute does all of the set-up:
//!
//! ```no_run
//! use contract_core::prelude::*;
//! # struct UserClient;
//! # struct User { name: String }
//! # impl UserClient {
//! #     fn new(_: &str) -> Self { Self }
//! #     async fn user(&self, _: u64) -> Result<User, std::io::Error> { Ok(User { name: String::new() }) }
//! # }
//!
//! #[consumer_test(consumer = "web-app", provider = "user-api")]
//! async fn shows_a_user(provider: MockProvider) {
//!     provider
//!         .expect(
//!             Interaction::http("a request for user 42")
//!                 .given(state("user exists").with("id", 42))
//!                 .request(Request::get("/users/42").header("accept", "application/json"))
//!                 .response(Response::ok().json(json_like!({
//!                     "id": integer(42),
//!                     "name": "Ada Lovelace",                           // any text
//!                     "email": regex(r"^\S+@\S+$", "ada@example.com"),  // checked when the test is compiled
//!                     "roles": each_like("admin"),
//!                 }))),
//!         );
//!
//!     let user = UserClient::new(provider.url()).user(42).await.unwrap();
//!     assert_eq!(user.name, "Ada Lovelace");
//! } // everything expected was asked for and nothing else: the contract is written; else the test fails and says why
//! ```
//!
//! The same without the attribute, as a whole program:
//!
//! ```
//! use std::io::{Read as _, Write as _};
//!
//! use contract_core::prelude::*;
//!
//! /// The client under test.
//! fn greeting(base_url: &str) -> std::io::Result<String> {
//!     let host = base_url.trim_start_matches("http://");
//!     let mut stream = std::net::TcpStream::connect(host)?;
//!     write!(stream, "GET /hello HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer)?;
//!     Ok(answer.lines().last().unwrap_or_default().to_owned())
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let contracts = tempfile::tempdir()?;
//! let provider = Contract::between("web-app", "greeter")
//!     .interaction(
//!         Interaction::http("a request for a greeting")
//!             .request(Request::get("/hello"))
//!             .response(Response::ok().text(like("Hello!"))),
//!     )
//!     .directory(contracts.path())
//!     .serve()
//!     .await?;
//!
//! assert_eq!(greeting(provider.url())?, "Hello!");
//! provider.finish().await?;
//!
//! let contract = Contract::read_file(contracts.path().join("web-app-greeter.json"))?;
//! assert_eq!(contract.interactions[0].description, "a request for a greeting");
//! # Ok(()) }) }
//! ```
//!
//! | module | purpose |
//! |---|---|
//! | [`contract`] | contracts: model, readers, writers, the file store |
//! | [`check`](https://docs.rs/contract-core/latest/contract_core/check/) | problems of a contract, and parts of it that check nothing (feature `check`) |
//! | [`description`] | the provider's description of its own API, for checks in consumers' tests |
//! | [`diff`] | changes between two contracts, and their effect on the provider |
//! | [`import`](https://docs.rs/contract-core/latest/contract_core/import/) | contracts from stubs, recordings and collections of other tools (feature `import`) |
//! | [`json`] | JSON documents whose numbers keep their original text |
//! | [`pattern`] | values written by test authors: an example with rules |
//! | [`matching`] | comparison of expected with actual messages, compiled once |
//! | [`generate`] | values generated for each use: random values, dates, provider-state values |
//! | [`mock`](https://docs.rs/contract-core/latest/contract_core/mock/) | the mock provider for consumers' tests (feature `consumer`) |
//! | [`verify`](https://docs.rs/contract-core/latest/contract_core/verify/) | verification of providers with contracts (feature `provider`) |
//! | [`broker`](https://docs.rs/contract-core/latest/contract_core/broker/) | the client of the broker (feature `broker`) |
//! | [`report`] | formats of mismatches for people and programs |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "broker")]
pub mod broker;
#[cfg(feature = "check")]
pub mod check;
pub mod contract;
pub mod description;
pub mod diff;
mod error;
#[cfg(feature = "import")]
pub mod export;
mod format;
pub mod generate;
#[cfg(any(feature = "provider", feature = "broker"))]
mod http_client;
#[cfg(feature = "import")]
pub mod import;
pub mod json;
#[cfg(feature = "macros")]
mod macros;
mod map_of;
pub mod matching;
#[cfg(feature = "consumer")]
pub mod mock;
#[cfg(feature = "nearest")]
mod nearest;
pub mod pattern;
pub mod prelude;
#[cfg(feature = "provider")]
pub mod provider;
pub mod report;
mod unreadable;
#[cfg(feature = "provider")]
pub mod verify;
mod wire;

pub use error::{Error, ErrorKind};
use map_of::map_of;

#[cfg(all(feature = "macros", feature = "consumer"))]
pub use contract_macros::consumer_test;

#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod __macros {
    pub use contract_macros::{json_like, regex, xml_like};
}
