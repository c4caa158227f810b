//! Patterns in the formats of libraries for other languages: *integration JSON* and *matching definitions*.
//!
//! Integration JSON is an example document that contains rules:
//!
//! ```
//! use contract_core::pattern::integration;
//!
//! let user = integration::read(
//!     r#"{"id": {"pact:matcher:type": "integer", "value": 42},
//!         "email": {"pact:matcher:type": "matching(regex, '\\S+@\\S+', 'ada@example.com')"}}"#,
//!     "user.json",
//! )?;
//! assert_eq!(user.example, serde_json::json!({"id": 42, "email": "ada@example.com"}));
//! assert_eq!(user.rules.keys().map(|path| path.as_str()).collect::<Vec<_>>(), ["$.email", "$.id"]);
//! # Ok::<(), contract_core::Error>(())
//! ```
//!
//! | member | meaning |
//! |---|---|
//! | `pact:matcher:type` | the name of a rule, a matching definition, or an array of objects with this member, all of which must match |
//! | `value` | the example, which may contain more such objects |
//! | `pact:generator:type` | the name of a generator |
//! | `min`, `max`, `regex`, `format`, `status`, `rules`, `variants`, … | parameters of the rule and the generator, as in a contract |
//!
//! A rule for an array applies to each of its elements (`[*]`), and nested rules of `values`, `eachKey` and
//! `eachValue` to each member (`.*`). Invalid input is an error with its path, never an example of `null`.
//!
//! A matching definition contains the same in one line; [`Definition`] documents the grammar.

mod definition;
mod json;
mod scanner;

pub use self::definition::Definition;
pub use self::json::{from_json, from_text, read};
