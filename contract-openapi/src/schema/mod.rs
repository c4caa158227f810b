//! Schemas: brought into one dialect, validated, and compared as sets.

pub(crate) mod bundle;
mod cost;
mod elementary;
mod format;
mod pattern;
mod transform;
pub(crate) mod validate;

pub(crate) use self::bundle::Bundle;
pub(crate) use self::format::{Format, number_of};
pub(crate) use self::pattern::{Pattern, Patterns};
pub(crate) use self::transform::{
    Direction, SchemaRules, as_declared, both, partial, plain, received, sent_or_received,
};
