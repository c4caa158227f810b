//! `notEmpty`: a value that is not empty.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use super::type_of;
use super::verdict::Verdict;
use crate::json::Value;
use crate::matching::Unexpected;
use crate::matching::given::Given;

/// `null`, `""`, `[]` and `{}` are empty, as is a body without bytes.
#[derive(Debug)]
pub(crate) struct NotEmpty;

impl MatchingRule for NotEmpty {
    fn name(&self) -> &'static str {
        "notEmpty"
    }

    /// Applies only to its own value; nested values are compared by type.
    fn inherited(&self) -> Inherited {
        Inherited::Type
    }

    fn judge(&self, example: Option<&Value>, actual: &Value, _: Unexpected) -> Verdict {
        match example {
            Some(example @ (Value::Array(_) | Value::Object(_))) if !type_of::same(example, actual) => {
                Verdict::Fails
            }
            _ if !self.holds(Given::Json(actual)) => Verdict::Fails,
            _ => Verdict::holds_at(actual),
        }
    }

    fn holds(&self, given: Given<'_>) -> bool {
        match given {
            Given::Json(Value::Null) => false,
            Given::Json(Value::String(text)) => !text.is_empty(),
            Given::Json(Value::Array(elements)) => !elements.is_empty(),
            Given::Json(Value::Object(members)) => !members.is_empty(),
            Given::Json(Value::Bool(_) | Value::Number(_)) => true,
            Given::Text(text) => !text.is_empty(),
            Given::Bytes(bytes) => !bytes.is_empty(),
        }
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        format!("Expected {} to not be empty", rejected.typed())
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        "a value that is not empty".to_owned()
    }
}
