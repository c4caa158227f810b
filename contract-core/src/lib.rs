//! Consumer-driven contract testing.
//!
//! A consumer's test says which interactions it needs, talks to a mock provider that answers them, and thereby
//! writes a *contract*. The provider's tests replay the contract against the real provider. A broker in between
//! stores contracts and results and answers "can I deploy?".
//!
//! | module | what it is for |
//! |---|---|
//! | [`contract`] | what a contract says: model, readers, writers, the file store |
//! | [`pattern`] | values that test authors write: an example plus the rules that it stands for |
//! | [`matching`] | comparing what was expected with what came: pure, total, compiled once |
//! | [`generate`] | values made fresh for each use: random, dates, provider-state values |
//! | `mock` | the mock provider of a consumer's test (feature `consumer`) |
//! | `verify` | replaying contracts against a provider (feature `provider`) |
//! | `broker` | the client of the broker (feature `broker`) |
//! | [`report`] | how mismatches are shown to people and machines |

#[cfg(feature = "broker")]
pub mod broker;
mod check;
pub mod contract;
mod error;
pub mod generate;
#[cfg(any(feature = "provider", feature = "broker"))]
mod http_client;
#[cfg(feature = "macros")]
mod macros;
pub mod matching;
#[cfg(feature = "consumer")]
pub mod mock;
#[cfg(any(feature = "provider", feature = "broker"))]
mod nearest;
pub mod pattern;
pub mod prelude;
#[cfg(feature = "provider")]
pub mod provider;
pub mod report;
#[cfg(feature = "provider")]
pub mod verify;

pub use error::{Error, ErrorKind};

#[cfg(all(feature = "macros", feature = "consumer"))]
pub use contract_macros::consumer_test;

#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod __macros {
    pub use contract_macros::{json_like, regex};
}
