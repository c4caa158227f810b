//! `application/x-www-form-urlencoded`: fields in any order, the values of a repeated one in order.

use std::collections::BTreeMap;

use super::content;
use super::format::{Actual, Comparison, Expected, ExpectedContent, Format};
use super::unreadable::Unreadable;
use crate::Error;
use crate::contract::{Content, ContentType, Generator, Path, Query, RuleList, Token};
use crate::generate::{self, Context};
use crate::json::Value;
use crate::matching::part::{Values, Wording, by_parameter};
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::Failure;
use crate::matching::{Mismatch, Part, Unexpected};

/// Forms.
#[derive(Debug)]
pub(super) struct Form;

impl Format for Form {
    fn recognises(&self, content_type: &ContentType) -> bool {
        content_type.is_form()
    }

    fn read(&self, expected: &Expected<'_>) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
        let form = content::text(&expected.content.data);
        Ok(Some(Box::new(FormPlan::compile(&form, expected.lists)?)))
    }

    fn leads_nowhere(
        &self,
        content: &Content,
        content_type: &ContentType,
        path: &Path,
    ) -> Option<&'static str> {
        let form = content::decoded(&content.data, content_type).ok()?;
        (!has_field(&form, path)).then_some(content::NOWHERE)
    }

    fn generate(
        &self,
        text: &str,
        generators: &BTreeMap<Path, Generator>,
        context: &Context,
    ) -> Result<String, Error> {
        let mut form = Query::parse(text);
        for (path, generator) in generators {
            if let Some(name) = generated_field(path) {
                generate::set_parameter(&mut form, &name, generator, context)
                    .map_err(|error| generate::at_body_path(error, path))?;
            }
        }
        Ok(form.to_text())
    }
}

/// Returns the field of a form that a generator's path names: `$.name`, `$.name[0]`, `$['name']`.
fn generated_field(path: &Path) -> Option<String> {
    match path.tokens() {
        [Token::Field(name)] | [Token::Field(name), Token::StarIndex] => Some(name.clone()),
        [Token::Field(name), Token::Index(index)] => Some(format!("{name}[{index}]")),
        _ => None,
    }
}

/// An expected form.
#[derive(Debug)]
struct FormPlan {
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
    fn compile(expected: &str, rules: &BTreeMap<Path, RuleList>) -> Result<Self, Error> {
        let expected = Query::parse(expected);
        let rules = rules
            .iter()
            .filter_map(|(path, list)| Some((field_name(path, &expected)?, list)));
        let rules: Vec<(String, &RuleList)> = rules
            .flat_map(|(names, list)| names.into_iter().map(move |name| (name, list)))
            .collect();
        let rules: Vec<_> = rules.iter().map(|(name, list)| (name.as_str(), *list)).collect();
        let mut fields = by_parameter(&rules, &|name| expected.get(name).is_some())?;
        for (name, values) in &mut fields {
            values.fit(name, expected.get(name).unwrap_or_default())?;
        }
        Ok(Self { expected, fields })
    }

    /// Compares a form with the expected one. Fields that are not expected are fine where other members are.
    fn compare_form(&self, actual: &str, reporter: &mut Reporter<'_>) {
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

impl ExpectedContent for FormPlan {
    fn compare(
        &self,
        actual: &Actual<'_>,
        comparison: &Comparison<'_>,
        out: &mut Vec<Mismatch>,
    ) -> Result<(), Unreadable> {
        self.compare_form(&actual.text()?, &mut Reporter::new(comparison.unexpected, out));
        Ok(())
    }

    fn shown(&self) -> Option<Value> {
        Some(Value::from("a form"))
    }
}

/// Returns whether a path stands for any field of this form.
fn has_field(form: &str, path: &Path) -> bool {
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

/// Returns the names of fields that a path stands for, as rules of parameters are written: `field`, `field[0]`.
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
