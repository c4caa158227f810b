//! The JSON API: routes, and one file of handlers for each resource.

mod accounts;
mod audit;
mod badges;
mod branches;
mod changes;
mod contract;
mod contract_diff;
mod contract_lists;
mod contracts_publish;
mod cross_contracts;
mod dashboard;
mod deletion;
mod deployments;
mod environments;
mod for_verification;
mod health;
mod help;
mod integrations;
mod matrix;
mod metrics;
mod network;
mod oauth;
mod pacticipants;
mod provider_contracts;
mod provider_states;
mod retention;
mod roles;
mod routes;
mod secrets;
mod sessions;
mod tags;
mod teams;
mod tokens;
mod triggered_webhooks;
mod verification_results;
mod versions;
mod webhooks;

#[cfg(test)]
pub(crate) use routes::all_routes;
pub(crate) use routes::{Api, routes};
