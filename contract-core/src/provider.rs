//! What a provider's test imports.
//!
//! ```no_run
//! // tests/contracts.rs, with `harness = false` in Cargo.toml
//! use contract_core::provider::*;
//!
//! fn main() -> std::process::ExitCode {
//!     ProviderTests::new("user-api")
//!         .contracts(Contracts::dir("../contracts"))
//!         .base_url("http://127.0.0.1:8080")
//!         .state("user exists", |user: StateParams| async move { println!("insert {:?}", user.params()) })
//!         .main()
//! }
//! ```

#[cfg(feature = "broker")]
pub use crate::broker::{Selector, VerificationQuery};
#[cfg(feature = "broker")]
pub use crate::verify::PublishResults;
pub use crate::verify::{
    Contracts, Message, MessageRequest, OutgoingRequest, ProviderTests, Selection, StateChangeUrl,
    StateParams, VerificationReport, Verifier,
};
