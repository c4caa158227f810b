//! Matching rules, compiled. One file per rule; [`check`] is what they have in common, [`set`] the rules at one path,
//! [`rules`] those of a whole document.

pub(crate) mod array_contains;
pub(crate) mod check;
mod content_type;
mod date;
pub(crate) mod equality;
mod not_empty;
mod number;
mod rules;
mod schema;
#[cfg(feature = "schema")]
mod schema_cost;
mod semver;
mod set;
mod status_code;
pub(crate) mod type_of;

pub(crate) use self::check::{Check, EachKey, Failure, Verdict};
pub(crate) use self::rules::Rules;
pub(crate) use self::set::{Applied, Keys, Plain, RuleSet, SetId};
