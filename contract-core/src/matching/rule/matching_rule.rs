//! What every matching rule has in common.

use std::fmt;
use std::sync::Arc;

use super::array_contains::ArrayContains;
use super::bounds::Bounds;
use super::each_key::EachKey;
use super::failure::Rejected;
use super::verdict::Verdict;
use crate::json::Value;
use crate::matching::Unexpected;
use crate::matching::given::Given;
use crate::matching::regex::TextRegex;

/// A rule of a contract, ready to judge values.
pub(crate) type CompiledRule = Arc<dyn MatchingRule>;

/// A matching rule. Each has a file of its own and a line in [`list`](super::list).
///
/// A rule about single values needs the first five functions. The others are for rules that treat containers or
/// examples in a way of their own.
pub(crate) trait MatchingRule: fmt::Debug + Send + Sync {
    /// The name as contracts write it.
    fn name(&self) -> &'static str;

    /// What the values nested in the one at the rule's path inherit.
    fn inherited(&self) -> Inherited;

    /// Whether a value fulfils the rule, whatever the example is.
    fn holds(&self, given: Given<'_>) -> bool;

    /// Why the rule rejects a value, in the wording of the field's tools: `Expected 'x' (String) to be a number`.
    fn describe(&self, rejected: &Rejected<'_>) -> String;

    /// What the rule expects, for people: `a number`.
    fn expect(&self, example: Option<Given<'_>>) -> String;

    /// Judges a value of a JSON document. Without an example (an array's example is empty, an element of a map has no
    /// counterpart) only what the rule says by itself counts.
    ///
    /// A rule about single values that is at a container of the example's kind holds for the container, and its scalars
    /// inherit it.
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

    /// Judges a text or bytes, beside the example of the same kind.
    fn holds_beside(&self, _example: Option<Given<'_>>, actual: Given<'_>) -> bool {
        self.holds(actual)
    }

    /// Judges a value of a query or form parameter, beside the example.
    fn holds_parameter(&self, example: Option<ParameterValue<'_>>, actual: ParameterValue<'_>) -> bool {
        self.holds_beside(example.map(ParameterValue::given), actual.given())
    }

    /// Whether a value of another JSON type than an example that is a container is rejected for its type.
    fn checks_type(&self) -> bool {
        true
    }

    /// What the comparisons treat in a way of its own.
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
    /// Its text; a name without `=` has an empty one.
    pub(crate) fn given(self) -> Given<'a> {
        Given::Text(self.text.unwrap_or_default())
    }
}

/// What values inherit from a rule at a path above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inherited {
    /// Nothing.
    Nothing,
    /// The rule itself.
    Rule,
    /// `type` without bounds: bounds belong to the array that they are at.
    Type,
}

/// Rules that comparisons treat in a way of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role<'a> {
    /// A rule that needs no other treatment.
    Value,
    /// The example's value, and the example's number of elements.
    Equality,
    /// The example's type, within these bounds.
    Type(Bounds),
    /// A pattern, which ecosystems may read differently.
    Regex(&'a TextRegex),
    /// Names of members are free, and each value is like the example's.
    LikeExample,
    /// Names of members are free, and each fulfils these rules.
    EachKey(&'a EachKey),
    /// Elements of which each must be found somewhere.
    ArrayContains(&'a ArrayContains),
}
