//! The pages: rendered on the server, readable without scripts, showing nothing that the JSON API lacks.
//!
//! A page has the address of the resource that it shows. A browser, which asks for HTML, gets the page; everyone else
//! gets the resource.

mod account;
mod accounts;
mod assets;
mod audit;
mod browser;
mod changes;
mod contract;
mod coverage;
mod cross_contract;
mod description;
mod description_changes;
mod device;
mod environments;
mod fault;
mod form;
mod frame;
mod integration;
mod integrations;
mod interaction;
mod links;
mod login;
mod matrix;
mod outcome;
mod pacticipants;
mod page;
mod paging;
mod provider_contract;
mod relative_time;
mod result;
mod roles;
mod routes;
mod sessions;
mod short;
mod team;
mod teams;
mod tenant;
mod tenants;
mod tokens;
mod verification_status;
mod webhooks;

pub(crate) use fault::failures_as_pages;
#[cfg(test)]
pub(crate) use routes::FORMS;
pub(crate) use routes::{assets, pages_of_api, pages_of_logins, with_pages, with_pages_of_tenants};
pub(crate) use tenants::failures_as_pages_of_operators;
