//! Comparing what a contract expects with what came: pure, total, compiled once.
//!
//! An expected request, response or message is compiled into a *plan* once ([`RequestPlan`], [`ResponsePlan`],
//! [`MessagePlan`]); a plan is `Send + Sync` and compares any number of actual messages. Comparing never fails and never
//! panics: it always gives a [`Comparison`], which holds every [`Mismatch`] found.

mod body;
mod comparison;
pub mod date;
pub mod detect;
mod given;
mod index;
mod mismatch;
mod part;
mod place;
mod plan;
mod precedence;
pub mod regex;
mod reporter;
mod rule;
mod scope;
mod show;
#[cfg(test)]
mod tests;
mod trie;
mod unexpected;

#[cfg(feature = "xml")]
pub(crate) use self::body::xml::parse as parse_xml;
pub use self::comparison::Comparison;
pub use self::index::{NearMiss, RequestIndex};
pub use self::mismatch::{AppliedRule, Mismatch, OverriddenRule, Part};
pub use self::plan::{MessagePlan, RequestPlan, ResponsePlan};

use self::unexpected::Unexpected;
