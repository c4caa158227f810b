//! The HTTP side: routes, links, negotiation, errors. Decisions are in `domain`, data in `store`.

mod access_log;
pub(crate) mod address;
mod api;
mod badge;
mod base_url;
mod client_address;
mod error;
mod etag;
mod hal;
mod json;
mod layers;
mod member;
mod negotiation;
mod openapi;
mod page;
mod path;
mod patient;
mod query;
mod relations;
mod remember;
mod request_body;
mod router;
mod serve;
mod state;
mod ui;

pub(crate) use access_log::Client;
pub(crate) use error::Failure;
pub(crate) use remember::Answers;
pub(crate) use router::router;
pub(crate) use serve::serve;
pub(crate) use state::{AppState, Parts};
