//! Finds the changes between two descriptions of one API, and their effect on consumers.

mod change;
mod changelog;
mod components;
mod endpoint;
mod lifecycle;
mod media;
mod parameter;
mod request_body;
mod response;
mod rule;
mod schema;
mod security;
mod server;
mod sink;
mod usage;
mod version;

pub use self::change::{Change, ChangeLevel, ReachedOperation};
use self::changelog::compare_descriptions_while;
pub use self::changelog::{BreakingOptions, Changelog, Stability, compare_descriptions};
pub use self::rule::{Rule, rule, rules};
pub use self::usage::{
    AffectedConsumer, Consumer, Decision, Effect, JudgedChange, JudgedChangelog, Population,
    UnexplainedBreak, VersionBump, compare_for_consumers, compare_for_consumers_while,
};
