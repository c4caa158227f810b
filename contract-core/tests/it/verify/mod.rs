//! Verification against a small provider, in process and over HTTP.

mod broker;
mod charsets;
mod handlers;
mod inputs;
mod memory;
mod messages;
mod outcomes;
mod output;
mod provider;
mod raw;
#[cfg(feature = "schema")]
mod reports;
mod run;
mod states;
#[cfg(feature = "tls-ring")]
mod tls;
mod wire;
