//! Bi-directional contracts: the description that a provider publishes, compared with consumers' contracts.

mod comparison;
mod compatibility;
mod description;
mod outline;
mod publication;

pub(crate) use comparison::{Compared, Disagreement, Summary, compare, operation};
pub(crate) use compatibility::{Basis, Compatibility, KnownConsumer, Level, Verdict, changes, judge};
pub(crate) use description::{Document, Specification, read_contract};
pub(crate) use outline::Api;
pub(crate) use publication::{ProviderPublication, SelfVerification, parse, parse_older};
