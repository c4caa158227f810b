//! Why a rule rejects a value, and what several rules expect together.

use super::matching_rule::{CompiledRule, MatchingRule};
use super::type_of;
use crate::json::Value;
use crate::matching::given::Given;
use crate::matching::{Unexpected, show};

/// Why a rule rejects a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// A human-readable description of what was expected.
    pub(crate) expectation: String,
    /// The whole failure in the wording of other Pact tools.
    pub(crate) description: String,
    /// The rule's name; empty if the value was compared with the example.
    pub(crate) rule: String,
}

/// A rejected value, with its example.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rejected<'a> {
    pub(crate) example: Option<Given<'a>>,
    pub(crate) actual: Given<'a>,
    /// Whether members that the example does not have are allowed.
    pub(crate) unexpected: Unexpected,
}

impl Failure {
    /// Returns why a rule rejects a value. Call it only if it does.
    pub(crate) fn of(rule: &dyn MatchingRule, rejected: &Rejected<'_>) -> Self {
        let description = match (rejected.example, rejected.actual) {
            (Some(Given::Json(example)), Given::Json(actual))
                if (example.is_array() || example.is_object())
                    && !type_of::same(example, actual)
                    && rule.checks_type() =>
            {
                let (example, actual) = (show::typed(example), show::typed(actual));
                format!("Type mismatch: Expected {actual} to be the same type as {example}")
            }
            _ => rule.describe(rejected),
        };
        Self {
            expectation: rule.expect(rejected.example),
            description,
            rule: rule.name().to_owned(),
        }
    }
}

impl<'a> Rejected<'a> {
    /// Returns the value with its type: `100 (Integer)`.
    pub(crate) fn typed(&self) -> String {
        self.actual.typed()
    }

    /// Returns the value's text in single quotes, also for JSON values that are not strings: `'100'`.
    pub(crate) fn text(&self) -> String {
        self.actual
            .with_text(|text| format!("'{}'", show::cut(text)))
            .unwrap_or_else(|| self.actual.quoted())
    }

    /// Returns the example with its type: `100 (Integer)`.
    pub(crate) fn example_typed(&self) -> String {
        self.example
            .map_or_else(|| "the example".to_owned(), Given::typed)
    }

    /// Returns the example, if it is from a JSON document.
    pub(crate) fn json_example(&self) -> Option<&'a Value> {
        match self.example {
            Some(Given::Json(value)) => Some(value),
            _ => None,
        }
    }
}

/// Maximum number of rules of one place, or variants of one rule, named in a report; the others are counted.
pub(crate) const MOST_NAMED: usize = 20;

/// Returns the combined expectations of rules that must all match.
pub(crate) fn all_of(rules: &[CompiledRule], example: Option<Given<'_>>) -> String {
    joined(rules, " and ", |rule| rule.expect(example))
}

/// Returns the combined expectations of rules of which one must match.
pub(crate) fn any_of(rules: &[CompiledRule], example: Option<Given<'_>>) -> String {
    joined(rules, " or ", |rule| rule.expect(example))
}

/// Joins what `said` returns for each rule, only for the first if there are many.
pub(crate) fn joined<T: AsRef<str>>(
    rules: &[CompiledRule],
    between: &str,
    said: impl Fn(&dyn MatchingRule) -> T,
) -> String {
    let mut text = String::new();
    for (index, rule) in rules.iter().take(MOST_NAMED).enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        text.push_str(said(rule.as_ref()).as_ref());
    }
    if rules.len() > MOST_NAMED {
        text.push_str(between);
        text.push_str(&(rules.len() - MOST_NAMED).to_string());
        text.push_str(" more");
    }
    text
}
