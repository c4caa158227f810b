//! Readers of contract files, versions 1 to 4.
//!
//! Lenient: every notation of a member used by one of the versions or a known writer is accepted, and a member without
//! a field in the model is kept in the `extra` of the surrounding value. A known member without content (`"headers":
//! {}`, `"query": null`, PHP's `"headers": []`) is kept the same way. Faults of released writers are accepted if only
//! one reading is possible. Strict if a guess would change what is verified: a rule without a required member, an
//! invalid path expression, invalid base64.
//!
//! Errors name the file, the line and column, the path in the document, and the interaction.

mod alternatives;
mod annotations;
mod body;
mod document;
mod example;
mod flat_path;
mod fragment;
mod generators;
mod http;
pub(crate) mod place;
mod position;
mod ruby;
mod rule_member;
mod rules;
mod text;
mod unread;
mod v1;
mod v2;
mod v3;
mod v4;
mod writers;

pub use self::fragment::{generators, matching_rules, message, request, response};
pub use self::unread::UnreadContract;

pub(crate) use self::body::{document_in_text, metadata_content_type};
#[cfg(feature = "broker")]
pub(crate) use self::document::is_contract;
#[cfg(feature = "integration-json")]
pub(crate) use self::generators::generator as read_generator;
pub(crate) use self::http::header_content_type;
#[cfg(any(feature = "check", feature = "integration-json"))]
pub(crate) use self::position::position as text_position;
#[cfg(feature = "integration-json")]
pub(crate) use self::rules::rule as read_rule;
#[cfg(feature = "broker")]
pub(crate) use self::text::{json as json_text, utf8};
