//! Compares what a contract expects with actual messages.
//!
//! An expected request, response or message is compiled once into a *plan* ([`RequestPlan`], [`ResponsePlan`],
//! [`MessagePlan`]). A plan is `Send + Sync` and compares any number of actual messages. Comparing never fails and
//! never panics: it always returns a [`Comparison`] with every [`Mismatch`] found, and does not allocate if nothing
//! differs. A [`RequestIndex`] finds the matching request among many expected ones.
//!
//! ```
//! use contract_core::contract::{Body, Matcher, Response, RuleList, Specification};
//! use contract_core::matching::ResponsePlan;
//! use serde_json::json;
//!
//! let mut expected = Response { body: Body::json(json!({"roles": [{"id": 1}]})), ..Response::default() };
//! expected.rules.body.insert("$.roles".parse()?, RuleList::one(Matcher::TYPE));
//! expected.rules.body.insert("$.roles[*].id".parse()?, RuleList::one(Matcher::Integer));
//! let plan = ResponsePlan::compile(&expected)?;
//!
//! let actual = Response { body: Body::json(json!({"roles": [{"id": 7}, {"id": "8"}]})), ..Response::default() };
//! let mismatches = plan.compare(&actual).into_mismatches();
//! assert_eq!(mismatches.len(), 1);
//! assert_eq!(mismatches[0].to_string(), "$.roles[1].id: Expected '8' (String) to be an integer");
//! assert_eq!(
//!     mismatches[0].rule.as_ref().map(ToString::to_string).as_deref(),
//!     Some("$.roles type → $.roles[*].id integer"),
//! );
//! # Ok::<(), contract_core::Error>(())
//! ```
//!
//! Internals: the rules of a document form a *trie* over path steps (`trie`), a *scope* holds the rules at one place
//! (`scope`), `precedence` decides between them, `rule` has one file per rule, `part` one per part of a message; kinds
//! of bodies are in the crate's `format`. The page "Semantics" of the book specifies what matches and what does not.

mod body;
mod comparison;
pub mod date;
pub mod detect;
pub(crate) mod effort;
pub(crate) mod given;
mod index;
mod mismatch;
pub(crate) mod part;
pub(crate) mod place;
mod plan;
pub(crate) mod precedence;
pub mod regex;
pub(crate) mod reporter;
pub(crate) mod rule;
pub(crate) mod scope;
pub(crate) mod show;
#[cfg(test)]
mod tests;
mod trie;
mod unexpected;

pub use self::comparison::Comparison;
pub(crate) use self::effort::{Effort, spend};
pub use self::index::{NearMiss, Preference, RequestIndex};
pub use self::mismatch::{AppliedRule, Mismatch, MismatchKind, OverriddenRule, Part};
#[cfg(feature = "check")]
pub(crate) use self::part::content_type as content_type_in_metadata;
pub use self::plan::{MessagePlan, RequestPlan, ResponsePlan};

pub(crate) use self::body::BodyPlan;
pub(crate) use self::unexpected::Unexpected;
