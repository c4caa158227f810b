//! A self-hosted broker for consumer-driven contracts, speaking the Pact Broker's HTTP API.
//!
//! The binary `contract-broker` is a thin shell around [`Broker`]; a test can embed the same broker:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use contract_broker::{Broker, Config};
//!
//! # let directory = std::env::temp_dir().join(format!("contract-broker-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&directory)?;
//! let database_url = format!("sqlite:{}", directory.join("broker.sqlite3").display());
//! let broker = Broker::build(Config { database_url, ..Config::default() }).await?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! println!("listening on http://{}", listener.local_addr()?);
//! broker.serve(listener, async { /* returns when it is time to stop */ }).await?;
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]

pub mod auth;
pub mod config;

mod app;
mod broker;
mod current;

mod domain;
mod error;
mod health_check;

mod http;
mod jobs;
mod log_text;
mod metrics;
mod monitor;
pub mod operate;
mod renewer;

mod store;
pub mod tenants;
mod tls;
pub mod trace;
mod unlock;
mod web;
mod webhook;

pub use broker::Broker;
pub use config::Config;
pub use error::Error;
pub use health_check::check_health;
pub use monitor::Monitor;
pub use renewer::Renewer;
pub use tenants::TenantBroker;
