//! The HTTP side: routes, links, negotiation, errors. Decisions are in `domain`, data in `store`.

mod access_log;
pub(crate) mod address;
mod api;
mod at_once;
mod badge;
pub(crate) mod base_url;
pub(crate) mod call;
mod client_address;
pub(crate) mod error;
mod etag;
mod hal;
mod held;
mod io_timeout;
pub(crate) mod layers;
mod matched;
mod member;
mod monitoring;
pub(crate) mod negotiation;
mod once;
pub(crate) mod openapi;
mod page;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod question;
mod rate;
pub(crate) mod relations;
pub(crate) mod request_body;
pub(crate) mod resource;
mod router;
mod serve;
mod starting;
mod state;
mod tenants;

pub(crate) use access_log::Client;
#[cfg(test)]
pub(crate) use api::all_routes as openapi_of_all_routes;
pub(crate) use error::Failure;
pub(crate) use held::holding;
pub(crate) use monitoring::{Monitored, Watched, routes as monitoring};
pub(crate) use router::router;
pub(crate) use serve::serve;
pub(crate) use starting::meanwhile;
pub(crate) use state::{AppState, Site};
pub(crate) use tenants::router as tenants;
