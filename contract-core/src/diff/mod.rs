//! Compares two contracts between one consumer and provider, and derives the effect of each change on the provider.
//!
//! ```
//! use contract_core::contract::Contract;
//! use contract_core::diff::{Diff, Effect};
//!
//! # fn main() -> Result<(), contract_core::Error> {
//! let before = r#"{ "consumer": { "name": "shop" }, "provider": { "name": "stock" }, "interactions": [{
//!     "description": "an article", "request": { "method": "GET", "path": "/articles/1" },
//!     "response": { "status": 200, "body": { "id": 1 } }
//! }] }"#;
//! let after = before.replace(r#""id": 1"#, r#""id": 1, "price": 10"#);
//!
//! let before = Contract::read_str(before, "before.json")?;
//! let after = Contract::read_str(&after, "after.json")?;
//! let diff = Diff::between(&before, &after);
//!
//! assert_eq!(diff.effect(), Some(Effect::Breaking));
//! assert_eq!(diff.interactions[0].changes[0].to_string(), "breaking: response body $.price added: 10");
//! # Ok(()) }
//! ```

mod cancel;
mod change;
mod contracts;
mod document;
mod interactions;
mod looseness;
mod parts;
mod rules;
mod sides;
mod text;

#[cfg(test)]
mod tests;

pub use self::change::{Change, ChangeKind, Effect};
pub use self::interactions::{Diff, InteractionDiff, Presence};
pub use self::looseness::describe_rules;
pub(crate) use self::sides::{Said, sides};
