//! Verification against a small provider, in process and over HTTP.

mod broker;
mod inputs;
mod messages;
mod outcomes;
mod provider;
mod raw;
mod states;
#[cfg(feature = "tls-ring")]
mod tls;
mod wire;
