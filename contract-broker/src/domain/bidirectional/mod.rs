//! Bi-directional contracts: what a provider publishes of itself, compared with what consumers publish.

mod comparison;
mod compatibility;
mod description;
mod outline;
mod publication;

pub(crate) use comparison::{Compared, Disagreement, Summary, compare, operation};
pub(crate) use compatibility::{Basis, Compatibility, KnownConsumer, Level, changes, judge};
pub(crate) use description::{Document, Specification, read_contract};
pub(crate) use outline::Api;
pub(crate) use publication::{ProviderPublication, SelfVerification, parse, parse_older};
