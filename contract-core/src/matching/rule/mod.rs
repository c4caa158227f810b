//! Compiled matching rules.
//!
//! Each rule has its own file with its name, what nested values inherit, how it judges and what it reports.
//! [`matching_rule`] is what they share, [`list`] names them all. [`set`] holds the rules at one path, [`rules`] those
//! of a whole document.

// The list, and what all rules share.
mod bounds;
mod failure;
mod list;
mod matching_rule;
mod recent;
mod rules;
mod set;
mod verdict;

// The rules.
mod alternatives;
pub(crate) mod array_contains;
mod boolean;
mod content_type;
mod date;
mod datetime;
mod decimal;
mod each_key;
mod each_value;
pub(crate) mod equality;
mod include;
mod integer;
mod not_empty;
mod null;
mod number;
mod regex;
mod schema;
mod semver;
mod status_code;
mod time;
pub(crate) mod type_of;
mod values;

// What several rules share.
mod date_text;
mod number_text;
#[cfg(feature = "schema")]
mod schema_cost;

pub(crate) use self::alternatives::AlternativesRule;
#[cfg(feature = "xml")]
pub(crate) use self::array_contains::ArrayContains;
pub(crate) use self::bounds::Bounds;
pub(crate) use self::each_key::EachKey;
pub(crate) use self::failure::{Failure, MOST_NAMED, Rejected};
pub(crate) use self::matching_rule::{CompiledRule, MatchingRule, ParameterValue, Role};
pub(crate) use self::recent::RecentRules;
pub(crate) use self::rules::Rules;
pub(crate) use self::set::{Applied, Keys, Plain, RuleSet, SetId};
pub(crate) use self::verdict::Verdict;
