//! The broker: stores contracts, verification results and deployments, and says what can be deployed.

pub mod auth;
pub mod config;
