//! `null`: JSON's `null`, or a parameter without a value.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule, ParameterValue};
use super::verdict::Verdict;
use crate::json::Value;
use crate::matching::Unexpected;
use crate::matching::given::Given;

/// `null`, regardless of the example.
#[derive(Debug)]
pub(crate) struct Null;

impl MatchingRule for Null {
    fn name(&self) -> &'static str {
        "null"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Nothing
    }

    fn judge(&self, _: Option<&Value>, actual: &Value, _: Unexpected) -> Verdict {
        Verdict::holds_if(actual.is_null())
    }

    fn holds(&self, given: Given<'_>) -> bool {
        matches!(given, Given::Json(Value::Null))
    }

    fn holds_parameter(&self, _: Option<ParameterValue<'_>>, actual: ParameterValue<'_>) -> bool {
        actual.text.is_none()
    }

    fn checks_type(&self) -> bool {
        false
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        format!("Expected {} to be a null value", rejected.typed())
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        "null".to_owned()
    }
}
