//! `values`: names of members are free, and each value is like the example's.

use super::equality::{self, Equality};
use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule, ParameterValue, Role};
use super::type_of;
use super::verdict::Verdict;
use crate::json::Value;
use crate::matching::Unexpected;
use crate::matching::given::Given;

/// Values like the example's, regardless of their names.
#[derive(Debug)]
pub(crate) struct Values;

impl MatchingRule for Values {
    fn name(&self) -> &'static str {
        "values"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Nothing
    }

    /// At a scalar it requires the same scalar: without that it would check nothing.
    fn judge(&self, example: Option<&Value>, actual: &Value, _: Unexpected) -> Verdict {
        match (example, actual) {
            (Some(example), _) if !type_of::same(example, actual) => Verdict::Fails,
            (_, Value::Array(_) | Value::Object(_)) => Verdict::Descend,
            (Some(example), _) => Verdict::holds_if(equality::scalars(example, actual)),
            (None, _) => Verdict::Fails,
        }
    }

    fn holds(&self, _: Given<'_>) -> bool {
        true
    }

    fn holds_beside(&self, example: Option<Given<'_>>, actual: Given<'_>) -> bool {
        Equality.holds_beside(example, actual)
    }

    fn holds_parameter(&self, example: Option<ParameterValue<'_>>, actual: ParameterValue<'_>) -> bool {
        Equality.holds_parameter(example, actual)
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        match (rejected.example, rejected.actual) {
            (Some(Given::Json(example)), Given::Json(actual)) if !type_of::same(example, actual) => {
                let (actual, example) = (rejected.typed(), rejected.example_typed());
                format!("Expected {actual} to be the same type as {example}")
            }
            (None, _) => format!("Expected {} to be an array or an object", rejected.typed()),
            _ => Equality.describe(rejected),
        }
    }

    fn expect(&self, example: Option<Given<'_>>) -> String {
        if example.is_some_and(|example| !example.is_container()) {
            return Equality.expect(example);
        }
        "values like the example's".to_owned()
    }

    fn role(&self) -> Role<'_> {
        Role::LikeExample
    }
}
