//! Stub mappings of WireMock, according to its JSON schemas (`wiremock-stub-mapping-or-mappings.json`).

mod body;
mod json_body;
mod matcher;
mod request;
mod response;
mod stub;

pub(super) use self::matcher::example_of_regex;
pub(super) use self::stub::read;
