//! The broker as its clients see it: most of it on SQLite and, where `CONTRACT_TEST_POSTGRES_URL` is set, on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may end at the first thing that is wrong"
)]

mod broker;
mod database;

mod access;
mod access_pages;
mod accounts;
mod answers;
mod audit;
mod backup;
mod badges;
mod bidirectional;
mod bounds;
mod changes;
mod ci_exchange;
mod clients_of_pactflow;
mod configuration;
mod consistency;
mod deletion;
mod deletion_beside;
mod deploy_files;
mod deployments;
mod device_login;
mod durability;
mod encryption_key;
mod engines;
mod failover;
mod hostile;
mod issuer;
mod links;
mod lists;
mod log;
mod log_level;
mod login;
mod manners;
mod matrix;
mod measure;
mod metrics;
mod migration;
mod monitored;
mod monitoring_rules;
mod move_in;
mod move_in_database;
mod move_in_descriptions;
mod move_in_measured;
mod moving;
mod offered;
mod old_and_new;
mod once;
mod openapi;
mod operators_book;
mod other_clients;
mod out_of_service;
mod own_address;
mod pact_broker_tables;
mod pacticipants;
mod pages;
mod patience;
mod phrases;
mod plans;
mod process;
mod provider_contracts;
mod provider_logout;
mod publishing;
mod query_plan;
mod quotas;
mod rate_limits;
mod readiness;
mod renewal;
mod retention;
mod running;
mod secrets;
mod sessions;
#[path = "../../src/auth/signer.rs"]
mod signer;
mod soak;
mod team_secrets;
mod tenants;
mod tls;
mod traces;
#[cfg(feature = "otel")]
mod traces_exported;
mod unreadable;
mod verification;
mod webhook_events;
mod webhooks;
