//! Patterns in the forms that other languages' libraries hand over: *integration JSON* and *matching definitions*.
//!
//! Integration JSON is an example document with rules in it:
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
//! | `pact:matcher:type` | a rule's name, a matching definition, or an array of objects with this member, all of which must hold |
//! | `value` | the example, in which there may be more such objects |
//! | `pact:generator:type` | a generator's name |
//! | `min`, `max`, `regex`, `format`, `status`, `rules`, `variants`, … | what the rule and the generator need, as in a contract |
//!
//! A rule for an array holds for each of its elements (`[*]`), and what is inside `values`, `eachKey` and `eachValue` for
//! each member (`.*`). Whatever cannot be read is an error that names its place, never an example that is `null`.
//!
//! A matching definition says the same in one line; [`Definition`] has the grammar.

mod definition;
mod json;
mod scanner;

pub use self::definition::Definition;
pub use self::json::{from_json, from_text, read};
