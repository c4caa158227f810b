//! The JSON API, one file per resource.

mod badges;
mod branches;
pub(crate) mod changes;
pub(crate) mod contract;
mod contract_diff;
mod contract_links;
mod contract_lists;
mod contracts_publish;
mod dashboard;
mod deletion;
mod deployments;
mod environments;
mod for_verification;
mod health;
mod help;
mod index;
mod integrations;
pub(crate) mod matrix;
mod metrics;
mod network;
mod pacticipants;
mod provider_states;
mod retention;
mod routes;
mod tags;
mod triggered_webhooks;
mod verification_results;
pub(crate) mod versions;
mod webhooks;

pub(crate) use routes::routes;
