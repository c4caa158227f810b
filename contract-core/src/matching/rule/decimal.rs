//! `decimal`: a number with a fraction or an exponent.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use super::number_text::NumberText;
use crate::json::Value;
use crate::matching::given::Given;

/// A number written with a fraction or an exponent: `100` is not one, in text either.
#[derive(Debug)]
pub(crate) struct Decimal;

impl MatchingRule for Decimal {
    fn name(&self) -> &'static str {
        "decimal"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Rule
    }

    fn holds(&self, given: Given<'_>) -> bool {
        match given {
            Given::Json(Value::Number(number)) => !number.is_integer(),
            Given::Text(text) => NumberText::of(text) == Some(NumberText::Decimal),
            Given::Json(_) | Given::Bytes(_) => false,
        }
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        format!("Expected {} to be a decimal number", rejected.typed())
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        "a decimal number".to_owned()
    }
}
