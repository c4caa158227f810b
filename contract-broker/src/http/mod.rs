//! The HTTP side: routes, links, negotiation, errors. Decisions are in `domain`, data in `store`.

mod access_log;
pub(crate) mod address;
mod api;
mod badge;
pub(crate) mod base_url;
mod client_address;
pub(crate) mod error;
mod etag;
mod hal;
mod json;
pub(crate) mod layers;
mod member;
pub(crate) mod negotiation;
mod openapi;
mod page;
pub(crate) mod path;
mod patient;
pub(crate) mod query;
pub(crate) mod question;
pub(crate) mod relations;
pub(crate) mod remember;
mod request_body;
mod router;
mod serve;
mod state;

pub(crate) use access_log::Client;
pub(crate) use error::Failure;
pub(crate) use remember::Answers;
pub(crate) use router::router;
pub(crate) use serve::serve;
pub(crate) use state::{AppState, Parts};
