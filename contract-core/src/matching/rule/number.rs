//! `number`: a number of any form.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use super::number_text::NumberText;
use crate::matching::given::Given;

/// A JSON number; also in text, where leading zeros are allowed.
#[derive(Debug)]
pub(crate) struct Number;

impl MatchingRule for Number {
    fn name(&self) -> &'static str {
        "number"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Rule
    }

    fn holds(&self, given: Given<'_>) -> bool {
        match given {
            Given::Json(value) => value.is_number(),
            Given::Text(text) => NumberText::of(text).is_some(),
            Given::Bytes(_) => false,
        }
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        format!("Expected {} to be a number", rejected.typed())
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        "a number".to_owned()
    }
}
