//! Contracts: the model, its readers and writers, and the file store.
//!
//! The file format is Pact's: versions 1, 1.1, 2, 3 and 4 are read; 4, 3 and 2 are written. Unknown members are kept in
//! the `extra` field of the value that contains them, so that reading and writing the same version loses nothing.

pub(crate) mod alternatives;
mod body;
mod content_type;
#[expect(clippy::module_inception, reason = "the file is named for the type in it")]
mod contract;
mod directory;
pub(crate) mod empty_schema;
mod generators;
mod http;
mod interaction;
pub(crate) mod lead;
pub mod merge;
mod message;
mod names;
pub(crate) mod nested;
mod path;
mod plugin;
mod provider_state;
pub mod read;
mod rules;
pub mod store;
mod usage;
mod verifiable;
pub(crate) mod write;

pub use self::body::{Body, Content, ContentTypeHint, Data, Undecoded};
pub use self::content_type::ContentType;
pub use self::contract::{Contract, Participant, Specification};
pub use self::directory::{ContractFile, contracts_in, files_in, read_contracts};
pub use self::generators::{DataType, Generator, Generators, UuidFormat};
pub(crate) use self::http::percent_decoded;
pub use self::http::{Headers, HttpInteraction, Query, Request, Response};
pub(crate) use self::interaction::Identity;
pub use self::interaction::{Interaction, InteractionKind};
pub use self::message::{Message, SyncMessage};
pub use self::path::{Path, Token};
pub use self::plugin::PluginNeed;
pub use self::provider_state::ProviderState;
pub use self::read::UnreadContract;
pub use self::rules::{
    Combine, EachRules, Matcher, MatchingRules, Rule, RuleList, StatusClass, StatusRule, Variant,
};
pub use self::usage::{FieldUsage, Need, TestUsage, Usage};
pub use self::verifiable::NotVerifiable;
#[cfg(feature = "provider")]
pub(crate) use self::write::message_members;

/// Members of a JSON object that the model has no field for, kept for writing.
pub type Members = crate::json::Map<String, crate::json::Value>;
