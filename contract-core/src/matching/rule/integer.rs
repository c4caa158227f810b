//! `integer`: a number without fraction and exponent.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use super::number_text::NumberText;
use crate::json::Value;
use crate::matching::given::Given;

/// A number written without fraction and exponent: `100.0` is not one.
#[derive(Debug)]
pub(crate) struct Integer;

impl MatchingRule for Integer {
    fn name(&self) -> &'static str {
        "integer"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Rule
    }

    fn holds(&self, given: Given<'_>) -> bool {
        match given {
            Given::Json(Value::Number(number)) => number.is_integer(),
            Given::Text(text) => NumberText::of(text) == Some(NumberText::Integer),
            Given::Json(_) | Given::Bytes(_) => false,
        }
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        format!("Expected {} to be an integer", rejected.typed())
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        "an integer".to_owned()
    }
}
