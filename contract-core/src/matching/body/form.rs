//! `application/x-www-form-urlencoded`: fields in any order, the values of a repeated one in order.

use std::collections::BTreeMap;

use crate::json::Value;

use crate::Error;
use crate::contract::{Path, Query, RuleList, Token};
use crate::matching::part::{Values, Wording, by_parameter};
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::Failure;
use crate::matching::{Part, Unexpected};

/// An expected form.
#[derive(Debug)]
pub(crate) struct FormPlan {
    expected: Query,
    fields: BTreeMap<String, Values>,
}

const WORDING: Wording = Wording {
    value: |name, expected, actual| {
        format!("Expected form post parameter '{name}' with value '{expected}' but was '{actual}'")
    },
    count: |name, expected, received| {
        format!(
            "Expected form post parameter '{name}' with {expected} value(s) but received {received} value(s)"
        )
    },
};

impl FormPlan {
    /// Compiles a form with rules by path: `$.field`, `$.field[0]`.
    pub(crate) fn compile(expected: &str, rules: &BTreeMap<Path, RuleList>) -> Result<Self, Error> {
        let expected = Query::parse(expected);
        let rules = rules
            .iter()
            .filter_map(|(path, list)| Some((field_name(path, &expected)?, list)));
        let rules: Vec<(String, &RuleList)> = rules
            .flat_map(|(names, list)| names.into_iter().map(move |name| (name, list)))
            .collect();
        let rules = rules.iter().map(|(name, list)| (name.as_str(), *list));
        let mut fields = by_parameter(rules, |name| expected.get(name).is_some())?;
        for (name, values) in &mut fields {
            values.fit(name, expected.get(name).unwrap_or_default())?;
        }
        Ok(Self { expected, fields })
    }

    /// Compares a form with the expected one. Fields that are not expected are fine where other members are.
    pub(crate) fn compare(&self, actual: &str, reporter: &mut Reporter<'_>) {
        let actual = Query::parse(actual);
        let unruled = Values::default();
        for (name, example) in self.expected.iter() {
            let Some(received) = actual.get(name) else {
                reporter.report(
                    &Place::ROOT.name(name),
                    Some(shown(example)),
                    None,
                    Failure {
                        expectation: shown(example).to_string(),
                        description: format!("Expected form post parameter '{name}' but was missing"),
                        rule: String::new(),
                    },
                    None,
                );
                continue;
            };
            let values = self.fields.get(name).unwrap_or(&unruled);
            reporter.field(name, |out| {
                values.compare(Part::Body, name, example, received, &WORDING, out);
            });
        }
        if reporter.unexpected == Unexpected::Allowed {
            return;
        }
        for (name, received) in actual
            .iter()
            .filter(|(name, _)| self.expected.get(name).is_none())
        {
            let failure = Failure {
                expectation: "no such field".to_owned(),
                description: format!("Unexpected form post parameter '{name}' received"),
                rule: String::new(),
            };
            reporter.report(
                &Place::ROOT.name(name),
                None,
                Some(shown(received)),
                failure,
                None,
            );
        }
    }
}

/// Whether a path stands for any field of this form.
pub(crate) fn has_field(form: &str, path: &Path) -> bool {
    let expected = Query::parse(form);
    let is_present = |name: &str| {
        let without_index = name.rsplit_once('[').map_or(name, |(name, _)| name);
        expected
            .get(name)
            .or_else(|| expected.get(without_index))
            .is_some()
    };
    field_name(path, &expected).is_some_and(|names| names.iter().any(|name| is_present(name)))
}

/// The names of fields that a path stands for, as rules of parameters are written: `field`, `field[0]`.
fn field_name(path: &Path, expected: &Query) -> Option<Vec<String>> {
    let every = || expected.iter().map(|(name, _)| name.to_owned()).collect();
    match path.tokens() {
        [] | [Token::Star] => Some(every()),
        [Token::Field(name)] => Some(vec![name.clone()]),
        [Token::Field(name), Token::Index(index)] => Some(vec![format!("{name}[{index}]")]),
        [Token::Field(name), Token::Star | Token::StarIndex] => Some(vec![format!("{name}[*]")]),
        _ => None,
    }
}

fn shown(values: &[Option<String>]) -> Value {
    let value = |value: &Option<String>| value.as_deref().map_or(Value::Null, Value::from);
    match values {
        [one] => value(one),
        several => several.iter().map(value).collect(),
    }
}
