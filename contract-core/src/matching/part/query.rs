//! The request's query.

use super::text::{TextRules, report};
use super::values::{Values, Wording, by_parameter, push};
use crate::Error;
use crate::contract::{MatchingRules, Query, Specification, percent_decoded};
use crate::json::Value;
use crate::matching::rule::{Applied, Failure};
use crate::matching::{Mismatch, Part};

/// The expected query: the same parameters in any order, the values of a repeated one in order. Version 1 compares the
/// decoded text (specification 1, "query").
#[derive(Debug)]
pub(crate) struct QueryPlan {
    expected: Query,
    as_text: bool,
    /// By name, sorted.
    rules: Box<[(String, Values)]>,
    /// Rules for the query as one text; if present, only they apply.
    text: TextRules,
}

const WORDING: Wording = Wording {
    value: |name, expected, actual| {
        format!("Expected query parameter '{name}' with value '{expected}' but was '{actual}'")
    },
    count: |name, expected, received| {
        format!("Expected query parameter '{name}' with {expected} value(s) but received {received} value(s)")
    },
};

impl QueryPlan {
    pub(crate) fn compile(
        expected: &Query,
        rules: &MatchingRules,
        specification: Specification,
    ) -> Result<Self, Error> {
        let text = TextRules::compile(Part::Query, rules.query_text.as_ref(), &expected.to_text())?;
        let lists: Vec<_> = rules
            .query
            .iter()
            .map(|(name, list)| (name.as_str(), list))
            .collect();
        let mut rules = by_parameter(&lists, &|name| expected.get(name).is_some())
            .map_err(|error| error.context(Part::Query))?;
        for (name, values) in &mut rules {
            values
                .fit(name, expected.get(name).unwrap_or_default())
                .map_err(|error| error.context(Part::Query))?;
        }
        Ok(Self {
            expected: expected.clone(),
            as_text: specification == Specification::V1 && rules.is_empty(),
            rules: rules.into_iter().collect(),
            text,
        })
    }

    /// Returns the number of parameters compared by rules.
    pub(crate) fn ruled(&self) -> usize {
        self.rules.len() + usize::from(self.text.applied().is_some())
    }

    pub(crate) fn compare(&self, actual: &Query, out: &mut Vec<Mismatch>) {
        if let Some(applied) = self.text.applied() {
            self.compare_by_text_rules(applied, actual, out);
            return;
        }
        if self.as_text {
            self.compare_text(actual, out);
            return;
        }
        for (name, example) in self.expected.iter() {
            let values = self.rules_of(name);
            let Some(received) = actual.get(name).filter(|received| !received.is_empty()) else {
                let optional = example.is_empty() && values.is_none();
                if !optional {
                    missing(name, example, out);
                }
                continue;
            };
            if values.is_none() && example == received {
                continue;
            }
            let unruled = Values::default();
            values
                .unwrap_or(&unruled)
                .compare(Part::Query, name, example, received, &WORDING, out);
        }
        for (name, received) in actual
            .iter()
            .filter(|(name, _)| self.expected.get(name).is_none())
        {
            let failure = Failure {
                expectation: "no such parameter".to_owned(),
                description: format!("Unexpected query parameter '{name}' received"),
                rule: String::new(),
            };
            push(
                Part::Query,
                name,
                None,
                Some(&shown(received)),
                vec![failure],
                None,
                out,
            );
        }
    }

    fn rules_of(&self, name: &str) -> Option<&Values> {
        let found = self
            .rules
            .binary_search_by(|(present, _)| present.as_str().cmp(name));
        found.ok().map(|at| &self.rules[at].1)
    }

    /// Compares the query by its text rules, which may match the text as sent or decoded.
    fn compare_by_text_rules(&self, applied: Applied<'_>, actual: &Query, out: &mut Vec<Mismatch>) {
        let (expected, received) = (self.expected.to_text(), actual.to_text());
        if let Err(failures) = applied.check_text(Some(&expected), &received)
            && !applied.holds_text(Some(&decoded(&self.expected)), &decoded(actual))
        {
            report(Part::Query, &expected, &received, failures, Some(applied), out);
        }
    }

    fn compare_text(&self, actual: &Query, out: &mut Vec<Mismatch>) {
        let (expected, received) = (decoded(&self.expected), decoded(actual));
        if expected != received {
            let failure = Failure {
                expectation: format!("{expected:?}"),
                description: format!("Expected query '{expected}' but received '{received}'"),
                rule: String::new(),
            };
            let (expected, received) = (Value::from(expected), Value::from(received));
            push(
                Part::Query,
                "",
                Some(&expected),
                Some(&received),
                vec![failure],
                None,
                out,
            );
        }
    }
}

fn decoded(query: &Query) -> String {
    percent_decoded(&query.to_text())
}

fn missing(name: &str, example: &[Option<String>], out: &mut Vec<Mismatch>) {
    let example = shown(example);
    let failure = Failure {
        expectation: match &example {
            Value::String(text) => format!("{text:?}"),
            other => other.to_string(),
        },
        description: format!("Expected query parameter '{name}' but was missing"),
        rule: String::new(),
    };
    push(Part::Query, name, Some(&example), None, vec![failure], None, out);
}

/// Returns one value as a string, several as an array.
fn shown(values: &[Option<String>]) -> Value {
    let value = |value: &Option<String>| value.as_deref().map_or(Value::Null, Value::from);
    match values {
        [one] => value(one),
        several => several.iter().map(value).collect(),
    }
}
