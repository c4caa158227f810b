//! `type`: the example's JSON type, optionally with bounds on the number of elements.

use super::bounds::Bounds;
use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule, Role};
use super::verdict::Verdict;
use crate::json::Value;
use crate::matching::given::Given;
use crate::matching::{Unexpected, show};

/// The example's type. All text has one type.
#[derive(Debug)]
pub(crate) struct TypeOf {
    bounds: Bounds,
}

impl TypeOf {
    /// Any number of elements.
    pub(crate) const ANY: Self = Self {
        bounds: Bounds { min: None, max: None },
    };

    /// Creates a rule for at least `min` and at most `max` elements.
    pub(crate) fn within(min: Option<usize>, max: Option<usize>) -> Self {
        Self {
            bounds: Bounds { min, max },
        }
    }
}

/// Returns whether both have the same JSON type; all numbers have the same.
pub(crate) fn same(example: &Value, actual: &Value) -> bool {
    std::mem::discriminant(example) == std::mem::discriminant(actual)
}

impl MatchingRule for TypeOf {
    fn name(&self) -> &'static str {
        "type"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Type
    }

    fn judge(&self, example: Option<&Value>, actual: &Value, _: Unexpected) -> Verdict {
        match actual {
            _ if example.is_some_and(|example| !same(example, actual)) => Verdict::Fails,
            Value::Array(elements) if !self.bounds.hold(elements.len()) => Verdict::FailsDescend,
            _ => Verdict::holds_at(actual),
        }
    }

    fn holds(&self, _: Given<'_>) -> bool {
        true
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        match rejected.actual {
            Given::Json(Value::Array(elements)) if !self.bounds.hold(elements.len()) => {
                self.bounds.description(&show::list(elements), elements.len())
            }
            _ => {
                let (actual, example) = (rejected.typed(), rejected.example_typed());
                format!("Expected {actual} to be the same type as {example}")
            }
        }
    }

    fn expect(&self, example: Option<Given<'_>>) -> String {
        let kind = match example {
            Some(Given::Json(value)) => show::kind(value),
            Some(Given::Text(_)) => "a string",
            Some(Given::Bytes(_)) => "content",
            None if self.bounds.is_open() => "any value",
            None => "an array",
        };
        if self.bounds.is_open() {
            kind.to_owned()
        } else {
            format!("{kind} with {}", self.bounds.in_words())
        }
    }

    fn role(&self) -> Role<'_> {
        Role::Type(self.bounds)
    }
}
