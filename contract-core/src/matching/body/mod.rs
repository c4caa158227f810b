//! Bodies: which comparison a body gets, and what the comparisons have in common.
//!
//! A body's content type chooses its comparison: [`json`], [`form`], [`text`], [`binary`], [`multipart`] and, as a
//! feature, XML. Each compiles the expected content once and compares actual content with it. What they share:
//!
//! - [`Rules`](super::rule::Rules): all rules of the body, by path;
//! - [`Scope`](super::scope::Scope): the rules at one place. Start with `Scope::root(rules)`, take one step with
//!   `member(name)` or `element(index, 0)`; `applied()` gives the rules that decide there, cascaded ones included;
//! - [`Applied`](super::rule::Applied): `check_text` and `check_bytes` judge a value, `frees_length` and `checks` tell
//!   about numbers of elements;
//! - [`Place`](super::place::Place): the same place for people, a chain of steps on the stack;
//! - [`Reporter`](super::reporter::Reporter): collects mismatches. `text` does it all for one text value: finds the
//!   rules, judges, reports.

pub(crate) mod binary;
pub(crate) mod content;
pub(crate) mod form;
pub(crate) mod json;
mod kind;
pub(crate) mod multipart;
mod plan;
pub(crate) mod text;
#[cfg(feature = "xml")]
pub(crate) mod xml;

pub(crate) use self::kind::Kind;
pub(crate) use self::plan::BodyPlan;
