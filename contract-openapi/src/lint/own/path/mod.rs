//! JSONPath in the dialect of Spectral's rule files.
//!
//! It is older than RFC 9535 and goes beyond it: `~` selects names, `^` the parent, and filters are expressions of JavaScript
//! with `@property`, `@parent` and methods such as `match`. Crates for RFC 9535 refuse such paths, so the dialect is read here.
//! What is not supported is refused when the rule file is read: a path never selects less than it says.

mod evaluate;
mod expression;
mod parse;
mod parse_expression;
mod scalar;
mod syntax;

pub(super) use self::evaluate::Hit;
pub(in crate::lint) use self::syntax::{JsonPath, PathError};
