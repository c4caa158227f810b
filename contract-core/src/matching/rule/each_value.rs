//! `eachValue`: names of members are free, and each value matches the inner rules.

use super::equality::Equality;
use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule, ParameterValue, Role};
use super::values::Values;
use super::verdict::Verdict;
use crate::json::Value;
use crate::matching::Unexpected;
use crate::matching::given::Given;

/// The container itself is judged like `values`; the rule set applies the inner rules to its values.
#[derive(Debug)]
pub(crate) struct EachValue;

impl MatchingRule for EachValue {
    fn name(&self) -> &'static str {
        "eachValue"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Nothing
    }

    fn judge(&self, example: Option<&Value>, actual: &Value, unexpected: Unexpected) -> Verdict {
        Values.judge(example, actual, unexpected)
    }

    fn holds(&self, given: Given<'_>) -> bool {
        Values.holds(given)
    }

    fn holds_beside(&self, example: Option<Given<'_>>, actual: Given<'_>) -> bool {
        Values.holds_beside(example, actual)
    }

    fn holds_parameter(&self, example: Option<ParameterValue<'_>>, actual: ParameterValue<'_>) -> bool {
        Values.holds_parameter(example, actual)
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        Values.describe(rejected)
    }

    fn expect(&self, example: Option<Given<'_>>) -> String {
        if example.is_some_and(|example| !example.is_container()) {
            return Equality.expect(example);
        }
        "values that each match the rules".to_owned()
    }

    fn role(&self) -> Role<'_> {
        Role::LikeExample
    }
}
