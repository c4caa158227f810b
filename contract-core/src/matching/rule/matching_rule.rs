//! What all matching rules have in common.

use std::fmt;
use std::sync::Arc;

use super::alternatives::AlternativesRule;
use super::array_contains::ArrayContains;
use super::bounds::Bounds;
use super::each_key::EachKey;
use super::failure::Rejected;
use super::verdict::Verdict;
use crate::json::Value;
use crate::matching::Unexpected;
use crate::matching::given::Given;
use crate::matching::regex::TextRegex;

/// A compiled rule.
pub(crate) type CompiledRule = Arc<dyn MatchingRule>;

/// A matching rule. Each has its own file and a line in [`list`](super::list).
///
/// A rule about single values needs the first five functions. The others are for rules that treat containers or
/// examples specially.
pub(crate) trait MatchingRule: fmt::Debug + Send + Sync {
    /// Returns the name as written in contracts.
    fn name(&self) -> &'static str;

    /// Returns what values nested in the one at the rule's path inherit.
    fn inherited(&self) -> Inherited;

    /// Returns whether a value matches the rule, regardless of the example.
    fn holds(&self, given: Given<'_>) -> bool;

    /// Returns why the rule rejects a value, in the wording of other Pact tools: `Expected 'x' (String) to be a
    /// number`.
    fn describe(&self, rejected: &Rejected<'_>) -> String;

    /// Returns a human-readable description of what the rule expects: `a number`.
    fn expect(&self, example: Option<Given<'_>>) -> String;

    /// Judges a value of a JSON document. Without an example (the example array is empty, an element of a map has no
    /// counterpart) only the rule itself applies.
    ///
    /// A rule about single values at a container of the example's type holds for the container, and its scalars inherit
    /// the rule.
    fn judge(&self, example: Option<&Value>, actual: &Value, _: Unexpected) -> Verdict {
        match (example, actual) {
            (Some(Value::Array(_)), Value::Array(_)) | (Some(Value::Object(_)), Value::Object(_)) => {
                Verdict::Descend
            }
            (Some(Value::Array(_) | Value::Object(_)), _) | (_, Value::Array(_) | Value::Object(_)) => {
                Verdict::Fails
            }
            _ => Verdict::holds_if(self.holds(Given::Json(actual))),
        }
    }

    /// Judges a text or bytes, given the example of the same kind.
    fn holds_beside(&self, _example: Option<Given<'_>>, actual: Given<'_>) -> bool {
        self.holds(actual)
    }

    /// Judges a value of a query or form parameter, given the example.
    fn holds_parameter(&self, example: Option<ParameterValue<'_>>, actual: ParameterValue<'_>) -> bool {
        self.holds_beside(example.map(ParameterValue::given), actual.given())
    }

    /// Returns whether a value is rejected if its JSON type differs from that of a container in the example.
    fn checks_type(&self) -> bool {
        true
    }

    /// Returns how the comparisons treat the rule.
    fn role(&self) -> Role<'_> {
        Role::Value
    }
}

/// A value of a query or form parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ParameterValue<'a> {
    /// `None` for a name without `=`.
    pub(crate) text: Option<&'a str>,
}

impl<'a> ParameterValue<'a> {
    /// Returns its text, which is empty for a name without `=`.
    pub(crate) fn given(self) -> Given<'a> {
        Given::Text(self.text.unwrap_or_default())
    }
}

/// What nested values inherit from a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inherited {
    /// Nothing.
    Nothing,
    /// The rule itself.
    Rule,
    /// `type` without bounds: bounds apply only to the array at the rule's path.
    Type,
}

/// Rules that comparisons treat specially.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role<'a> {
    /// A rule without special treatment.
    Value,
    /// The example's value and number of elements.
    Equality,
    /// The example's type, within these bounds.
    Type(Bounds),
    /// A pattern, whose meaning may depend on the dialect.
    Regex(&'a TextRegex),
    /// Names of members are free, and each value is like the example's.
    LikeExample,
    /// Names of members are free, and each name matches these rules.
    EachKey(&'a EachKey),
    /// Elements that must each be found at any index.
    ArrayContains(&'a ArrayContains),
    /// Several patterns for the whole value.
    Alternatives(&'a AlternativesRule),
}
