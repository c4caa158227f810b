//! `#[derive(Pattern)]`: the pattern derived from a type.

mod attributes;
mod case;
mod enums;
mod expand;
mod fields;
mod scope;
mod types;

pub(crate) use self::expand::expand;
