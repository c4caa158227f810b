//! Writers of contract files, versions 2, 3 and 4.
//!
//! Deterministic byte for byte: members are sorted by name whatever features of `serde_json` a build enables, and
//! interactions by description, provider states and kind. What a reader kept without understanding it is written back
//! in its place. An older version than the one that a contract came in is written only if nothing is lost that
//! decides over success or failure; `docs/src/contract-files.md` lists what is dropped and what is refused.

mod alternatives;
mod annotations;
mod body;
mod document;
mod generators;
mod http;
mod rules;
mod target;
mod v2;
mod v3;
mod v4;

pub(crate) use self::document::{OrderKey, interaction_members};
pub(crate) use self::target::Target;

/// Returns a message of a synchronous interaction as version 4 writes it: contents, metadata, rules, generators.
#[cfg(feature = "provider")]
pub(crate) fn message_members(message: &super::Message) -> super::Members {
    let same_version = Target {
        to: super::Specification::V4,
        from: super::Specification::V4,
    };
    v4::message(message, same_version)
}
