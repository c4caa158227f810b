//! Kinds of bodies: JSON, forms, XML, multipart, text, bytes.
//!
//! Each kind is a file or folder here that implements [`Format`]: how it is recognised, read and matched, how generated
//! values are written into it, and what messages call it. [`list`] names them all; nothing else that compares, generates or
//! checks distinguishes kinds.
//!
//! Comparing content with its example uses the tools of [`matching`](crate::matching):
//!
//! - `Rules`: all rules of the body, by path;
//! - `Scope`: the rules at one place. Begin with `Scope::root(rules)`, take one step with `member(name)` or
//!   `element(index, 0)`; `applied()` is the rules that decide there, inherited ones included;
//! - `Applied`: `check_text` and `check_bytes` judge a value, `frees_length` and `rules` decide about numbers of elements;
//! - `Place`: the same place for people, a chain of steps on the stack;
//! - `Reporter`: collects mismatches. Its `text` does everything for one text: finds the rules, judges, reports.

pub(crate) mod bytes;
pub(crate) mod content;
mod form;
#[expect(clippy::module_inception, reason = "the file is named for the trait in it")]
mod format;
pub(crate) mod json;
mod list;
pub(crate) mod multipart;
mod text;
mod unreadable;
#[cfg(feature = "xml")]
mod xml;
#[cfg(not(feature = "xml"))]
#[path = "xml_missing.rs"]
mod xml;

pub(crate) use self::format::{Actual, Comparison, Expected, ExpectedContent, Format, TypeMatch};
pub(crate) use self::list::{of, of_type};
pub(crate) use self::unreadable::Unreadable;
