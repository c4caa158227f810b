//! `semver`: a version by semver.org, 2.0.0.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use crate::matching::given::Given;

/// A version without a leading `v`.
#[derive(Debug)]
pub(crate) struct Semver;

impl MatchingRule for Semver {
    fn name(&self) -> &'static str {
        "semver"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Rule
    }

    fn holds(&self, given: Given<'_>) -> bool {
        given
            .as_readable()
            .is_some_and(|text| semver::Version::parse(text).is_ok())
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        format!("{} is not a valid semantic version", rejected.text())
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        "a semantic version".to_owned()
    }
}
