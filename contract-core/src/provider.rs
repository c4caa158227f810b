//! Imports for a provider's tests.
//!
//! ```no_run
//! // tests/contracts.rs
//! use contract_core::provider::*;
//!
//! provider_tests!(
//!     ProviderTests::new("user-api")
//!         .contracts(Contracts::dir("../contracts"))
//!         .base_url("http://127.0.0.1:8080")
//!         .state("user exists", |user: StateParams| async move { println!("insert {:?}", user.params()) })
//! );
//! ```
//!
//! ```toml
//! # Cargo.toml
//! [[test]]
//! name = "contracts"
//! harness = false
//! ```

#[cfg(feature = "broker")]
pub use crate::broker::{Selector, VerificationQuery};
pub use crate::provider_tests;
#[cfg(feature = "broker")]
pub use crate::verify::PublishResults;
pub use crate::verify::{
    Contracts, Message, MessageRequest, OutgoingRequest, ProviderCommand, ProviderTests, Selection,
    StateChangeUrl, StateParams, States, VerificationReport, Verifier,
};
