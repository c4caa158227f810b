//! Tests across the crates, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bidirectional;
mod book;
mod broker_access;
mod broker_addresses;
mod broker_client;
mod broker_resources;
mod cases;
mod client_types;
mod consumer_tests;
mod contracts_from_types;
mod exit_codes;
mod http_client;
mod layers;
mod light;
mod login_command;
mod mock_provider;
mod patterns_page;
mod pipelines;
mod program;
mod story;
mod tenants_command;
mod webhook;
mod what_to_contract;
