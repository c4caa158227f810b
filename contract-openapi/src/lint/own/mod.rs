//! Rules that teams write in their rule files: places by JSONPath, and a function that judges each of them.

mod field;
mod function;
mod message;
pub(super) mod path;
mod rule;
mod run;
mod view;
mod visit;

pub(super) use self::field::Field;
pub(super) use self::function::{Function, Refuse};
pub(super) use self::rule::{Check, Format, Given, OwnRule};
pub(super) use self::run::run;
