//! What changed between two contracts of one consumer and provider, and what each change means for the provider.
//!
//! The judgement is about the provider: *breaking* says that one which fulfilled the old contract may fail the new
//! one, *relaxing* that the new contract demands less, *neutral* that it demands the same. Where that cannot be told,
//! a change counts as breaking: the verification decides.

mod change;
mod document;
mod interactions;
mod loose;
mod parts;
mod rules;

pub(crate) use change::{Change, Effect};
pub(crate) use interactions::{Diff, InteractionDiff, diff};
pub(crate) use loose::describe_rules;
