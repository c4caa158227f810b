//! One matching rule, compiled.

use std::sync::Arc;

use crate::json::Value;

use super::array_contains::ArrayContains;
use super::date::DateRule;
use super::schema::Schema;
use super::type_of::Bounds;
use super::{content_type, equality, not_empty, number, semver, status_code, type_of};
use crate::contract::{ContentType, StatusRule};
use crate::matching::given::Given;
use crate::matching::regex::TextRegex;
use crate::matching::{Unexpected, show};

/// A rule ready to judge values.
#[derive(Debug, Clone)]
pub(crate) enum Check {
    Equality,
    Type(Bounds),
    Regex(Arc<TextRegex>),
    Include(Arc<str>),
    Number,
    Integer,
    Decimal,
    Boolean,
    Null,
    Date(Arc<DateRule>),
    ContentType(Arc<ContentType>),
    Values,
    EachKey(Arc<EachKey>),
    /// The inner rules stand in the rule set, which the walk applies to the values.
    EachValue,
    ArrayContains(Arc<ArrayContains>),
    StatusCode(Arc<StatusRule>),
    NotEmpty,
    Semver,
    Schema(Arc<Schema>),
}

/// What the name of each member must fulfil.
#[derive(Debug)]
pub(crate) struct EachKey {
    pub(crate) checks: Vec<Check>,
    /// The example of a name, for `equality`.
    pub(crate) example: Option<String>,
}

impl EachKey {
    /// The rules that a name does not fulfil.
    pub(crate) fn failing<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Check> {
        let example = self.example.as_deref();
        self.checks
            .iter()
            .filter(move |check| !check.holds_text(example, name))
    }
}

/// What a rule says about a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It holds, and speaks for everything below.
    Holds,
    /// It holds for the value itself; what is below is still to be compared.
    Descend,
    /// It does not hold, and what is below is still worth comparing: an array of the wrong size.
    FailsDescend,
    /// It does not hold.
    Fails,
}

/// Why a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What was expected, for people.
    pub(crate) expectation: String,
    /// The whole in the wording of the field's tools.
    pub(crate) description: String,
    /// The rule's name; empty where the example itself decided.
    pub(crate) rule: String,
}

impl Check {
    /// The name as contracts write it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Equality => "equality",
            Self::Type(_) => "type",
            Self::Regex(_) => "regex",
            Self::Include(_) => "include",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Null => "null",
            Self::Date(rule) => rule.name(),
            Self::ContentType(_) => "contentType",
            Self::Values => "values",
            Self::EachKey(_) => "eachKey",
            Self::EachValue => "eachValue",
            Self::ArrayContains(_) => "arrayContains",
            Self::StatusCode(_) => "statusCode",
            Self::NotEmpty => "notEmpty",
            Self::Semver => "semver",
            Self::Schema(_) => "schema",
        }
    }

    /// What the rule says about everything below the place where it stands, if anything.
    ///
    /// Rules about one value go down unchanged. Bounds belong to the array they stand at, so that `type` goes down
    /// without them. `notEmpty` speaks of its own value; its example's types go down. `null`, `values`, `eachKey`,
    /// `eachValue`, and the rules that judge a whole document at once do not go down.
    pub(crate) fn below(&self) -> Option<Self> {
        match self {
            Self::Type(_) | Self::NotEmpty => Some(Self::Type(Bounds::default())),
            Self::Null
            | Self::Values
            | Self::EachKey(_)
            | Self::EachValue
            | Self::ArrayContains(_)
            | Self::ContentType(_)
            | Self::StatusCode(_)
            | Self::Schema(_) => None,
            Self::Equality
            | Self::Regex(_)
            | Self::Include(_)
            | Self::Number
            | Self::Integer
            | Self::Decimal
            | Self::Boolean
            | Self::Date(_)
            | Self::Semver => Some(self.clone()),
        }
    }

    /// Judges a value of a JSON document. Without an example (an array's example is empty, an element of a map has no
    /// like) only what the rule says by itself counts.
    ///
    /// A rule about a scalar that stands at a container of the example's kind holds for the container and goes down to
    /// its scalars. A rule about the values of a container that stands at a scalar asks for the same scalar: without
    /// that it would check nothing.
    pub(crate) fn judge(&self, example: Option<&Value>, actual: &Value, unexpected: Unexpected) -> Verdict {
        match self {
            Self::Type(bounds) => match actual {
                _ if example.is_some_and(|example| !type_of::same(example, actual)) => Verdict::Fails,
                Value::Array(elements) if !bounds.hold(elements.len()) => Verdict::FailsDescend,
                Value::Array(_) | Value::Object(_) => Verdict::Descend,
                _ => Verdict::Holds,
            },
            Self::Equality => match (example, actual) {
                (None, _) => descend_or_hold(actual),
                (Some(Value::Array(_)), Value::Array(_)) | (Some(Value::Object(_)), Value::Object(_)) => {
                    Verdict::Descend
                }
                (Some(example), actual) => holds_if(equality::scalars(example, actual)),
            },
            Self::Null => holds_if(actual.is_null()),
            Self::ContentType(expected) => holds_if(content_type::holds(expected, Given::Json(actual))),
            Self::Schema(schema) => holds_if(schema.holds(actual)),
            Self::ArrayContains(rule) => match actual {
                Value::Array(elements) => holds_if(rule.holds(example, elements, unexpected)),
                _ => Verdict::Fails,
            },
            Self::Values | Self::EachValue => match (example, actual) {
                (Some(example), _) if !type_of::same(example, actual) => Verdict::Fails,
                (_, Value::Array(_) | Value::Object(_)) => Verdict::Descend,
                (Some(example), _) => holds_if(equality::scalars(example, actual)),
                (None, _) => Verdict::Fails,
            },
            Self::EachKey(each) => match (example, actual) {
                (None | Some(Value::Object(_)), Value::Object(members)) => {
                    if members.keys().all(|name| each.failing(name).next().is_none()) {
                        Verdict::Descend
                    } else {
                        Verdict::FailsDescend
                    }
                }
                _ => Verdict::Fails,
            },
            Self::NotEmpty => match example {
                Some(Value::Array(_) | Value::Object(_))
                    if example.is_some_and(|e| !type_of::same(e, actual)) =>
                {
                    Verdict::Fails
                }
                _ if !not_empty::holds(Given::Json(actual)) => Verdict::Fails,
                _ => descend_or_hold(actual),
            },
            Self::Regex(_)
            | Self::Include(_)
            | Self::Number
            | Self::Integer
            | Self::Decimal
            | Self::Boolean
            | Self::Date(_)
            | Self::StatusCode(_)
            | Self::Semver => match (example, actual) {
                (Some(Value::Array(_)), Value::Array(_)) | (Some(Value::Object(_)), Value::Object(_)) => {
                    Verdict::Descend
                }
                (Some(Value::Array(_) | Value::Object(_)), _) | (_, Value::Array(_) | Value::Object(_)) => {
                    Verdict::Fails
                }
                _ => holds_if(self.holds(Given::Json(actual))),
            },
        }
    }

    /// Judges a text: a path, a header, a query parameter, a form field, a key, the text of an XML element.
    pub(crate) fn holds_text(&self, example: Option<&str>, actual: &str) -> bool {
        match self {
            Self::Equality | Self::Values | Self::EachValue => {
                example.is_none_or(|example| example == actual)
            }
            _ => self.holds(Given::Text(actual)),
        }
    }

    /// Judges bytes.
    pub(crate) fn holds_bytes(&self, example: Option<&[u8]>, actual: &[u8]) -> bool {
        match self {
            Self::Equality | Self::Values | Self::EachValue => {
                example.is_none_or(|example| example == actual)
            }
            Self::Regex(_) | Self::Include(_) | Self::Semver | Self::Date(_) | Self::Schema(_) => {
                std::str::from_utf8(actual).is_ok_and(|text| self.holds(Given::Text(text)))
            }
            _ => self.holds(Given::Bytes(actual)),
        }
    }

    /// What the rule says about a value without regard to an example.
    fn holds(&self, given: Given<'_>) -> bool {
        match self {
            Self::Regex(regex) => given.with_text(|text| regex.matches(text)).unwrap_or(false),
            Self::Include(part) => given.with_text(|text| text.contains(&**part)).unwrap_or(false),
            Self::Number => number::is_number(given),
            Self::Integer => number::is_integer(given),
            Self::Decimal => number::is_decimal(given),
            // "A boolean value, or the string `true` or `false`" (specification 3 and 4, "matchers").
            Self::Boolean => match given {
                Given::Json(Value::Bool(_)) => true,
                _ => matches!(given.as_text(), Some("true" | "false")),
            },
            Self::Null => matches!(given, Given::Json(Value::Null)),
            Self::Date(rule) => given.as_text().is_some_and(|text| rule.holds(text)),
            Self::ContentType(expected) => content_type::holds(expected, given),
            Self::StatusCode(rule) => status_code::holds(rule, given),
            Self::NotEmpty => not_empty::holds(given),
            Self::Semver => given.as_text().is_some_and(semver::holds),
            Self::Schema(schema) => match given {
                Given::Json(value) => schema.holds(value),
                Given::Text(text) => schema.holds_text(text),
                Given::Bytes(_) => false,
            },
            // In text everything is of one type.
            Self::Equality | Self::Type(_) | Self::Values | Self::EachValue => true,
            // A text has neither members nor elements.
            Self::EachKey(_) | Self::ArrayContains(_) => false,
        }
    }

    /// Why the rule does not hold; to be asked only where it does not.
    pub(crate) fn failure(
        &self,
        example: Option<Given<'_>>,
        actual: Given<'_>,
        unexpected: Unexpected,
    ) -> Failure {
        let description = match (example, actual) {
            (Some(Given::Json(example)), Given::Json(value)) if self.is_of_another_shape(example, value) => {
                let (example, value) = (show::typed(example), show::typed(value));
                format!("Type mismatch: Expected {value} to be the same type as {example}")
            }
            _ => self.description(example, actual, unexpected),
        };
        Failure {
            expectation: self.expectation(example),
            description,
            rule: self.name().to_owned(),
        }
    }

    /// Whether the example is a container and the value is none of its kind, and the rule asks for its kind.
    fn is_of_another_shape(&self, example: &Value, actual: &Value) -> bool {
        (example.is_array() || example.is_object())
            && !type_of::same(example, actual)
            && !matches!(self, Self::Null | Self::ContentType(_) | Self::Schema(_))
    }

    fn description(&self, example: Option<Given<'_>>, actual: Given<'_>, unexpected: Unexpected) -> String {
        let typed = || actual.typed();
        let example_typed = || example.map_or_else(|| "the example".to_owned(), Given::typed);
        match self {
            Self::Equality => match actual {
                Given::Json(_) => format!("Expected {} to be equal to {}", typed(), example_typed()),
                _ => format!(
                    "Expected {} to be equal to {}",
                    actual.quoted(),
                    example.map_or_else(|| "the example".to_owned(), Given::quoted)
                ),
            },
            Self::Type(bounds) => match actual {
                Given::Json(Value::Array(elements)) if !bounds.hold(elements.len()) => {
                    bounds.description(&show::list(elements), elements.len())
                }
                _ => format!("Expected {} to be the same type as {}", typed(), example_typed()),
            },
            Self::Values | Self::EachValue => match (example, actual) {
                (Some(Given::Json(example)), Given::Json(value)) if !type_of::same(example, value) => {
                    format!("Expected {} to be the same type as {}", typed(), example_typed())
                }
                (None, _) => format!("Expected {} to be an array or an object", typed()),
                _ => Self::Equality.description(example, actual, unexpected),
            },
            Self::EachKey(_) => format!("Expected {} to be an object", typed()),
            Self::Regex(regex) => {
                let gave_up = actual.with_text(|text| regex.gives_up(text)).unwrap_or_default();
                let why = if gave_up {
                    ": the pattern is too expensive on it to be decided"
                } else {
                    ""
                };
                format!(
                    "Expected {} to match '{}'{why}",
                    as_text(actual),
                    show::cut(regex.as_str())
                )
            }
            Self::Include(part) => format!("Expected {} to include '{}'", as_text(actual), show::cut(part)),
            Self::Number => format!("Expected {} to be a number", typed()),
            Self::Integer => format!("Expected {} to be an integer", typed()),
            Self::Decimal => format!("Expected {} to be a decimal number", typed()),
            Self::Boolean => format!("Expected {} to match a boolean", typed()),
            Self::Null => format!("Expected {} to be a null value", typed()),
            Self::Date(rule) => rule.description(&as_text(actual)),
            Self::ContentType(expected) => content_type::description(expected, actual),
            Self::ArrayContains(rule) => match actual {
                Given::Json(Value::Array(elements)) => {
                    let example = example.and_then(|example| match example {
                        Given::Json(value) => Some(value),
                        _ => None,
                    });
                    rule.description(example, elements, unexpected)
                }
                _ => format!("Expected {} to be an array", typed()),
            },
            Self::StatusCode(rule) => status_code::description(rule, actual),
            Self::NotEmpty => format!("Expected {} to not be empty", typed()),
            Self::Semver => format!("{} is not a valid semantic version", as_text(actual)),
            Self::Schema(schema) => match actual {
                Given::Json(value) => schema.description(value),
                _ => format!("Expected {} to be valid under the schema", typed()),
            },
        }
    }

    /// What the rule expects, for people.
    pub(crate) fn expectation(&self, example: Option<Given<'_>>) -> String {
        match self {
            Self::Equality => match example {
                Some(Given::Json(value)) => show::cut(&value.to_string()).into_owned(),
                Some(Given::Text(text)) => format!("{:?}", show::cut(text)),
                Some(Given::Bytes(bytes)) => format!("the same {} bytes", bytes.len()),
                None => "anything".to_owned(),
            },
            Self::Type(bounds) => {
                let kind = match example {
                    Some(Given::Json(value)) => show::kind(value),
                    Some(Given::Text(_)) => "a string",
                    Some(Given::Bytes(_)) => "content",
                    None if bounds.is_open() => "any value",
                    None => "an array",
                };
                if bounds.is_open() {
                    kind.to_owned()
                } else {
                    format!("{kind} with {}", bounds.in_words())
                }
            }
            Self::Regex(regex) => format!("a string matching {}", show::cut(regex.as_str())),
            Self::Include(part) => format!("a string containing {:?}", show::cut(part)),
            Self::Number => "a number".to_owned(),
            Self::Integer => "an integer".to_owned(),
            Self::Decimal => "a decimal number".to_owned(),
            Self::Boolean => "a boolean".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Date(rule) => rule.expectation(),
            Self::ContentType(expected) => format!("content of type {expected}"),
            Self::Values | Self::EachValue if example.is_some_and(|example| !example.is_container()) => {
                Self::Equality.expectation(example)
            }
            Self::Values => "values like the example's".to_owned(),
            Self::EachKey(each) => format!("keys that are each {}", all_of(&each.checks, None)),
            Self::EachValue => "values that each fulfil the rules".to_owned(),
            Self::ArrayContains(rule) => rule.expectation(),
            Self::StatusCode(rule) => status_code::expectation(rule),
            Self::NotEmpty => "a value that is not empty".to_owned(),
            Self::Semver => "a semantic version".to_owned(),
            Self::Schema(_) => "a value that is valid under the JSON Schema".to_owned(),
        }
    }
}

/// How many rules of one place, or variants of one rule, are named in a report; the others are counted.
pub(crate) const MOST_NAMED: usize = 20;

/// The expectations of rules of which all must hold.
pub(crate) fn all_of(checks: &[Check], example: Option<Given<'_>>) -> String {
    joined(checks, " and ", |check| check.expectation(example))
}

/// The expectations of rules of which one must hold.
pub(crate) fn any_of(checks: &[Check], example: Option<Given<'_>>) -> String {
    joined(checks, " or ", |check| check.expectation(example))
}

/// What is to be said of each rule, of many rules only of the first.
pub(crate) fn joined<T: AsRef<str>>(checks: &[Check], between: &str, said: impl Fn(&Check) -> T) -> String {
    let mut text = String::new();
    for (index, check) in checks.iter().take(MOST_NAMED).enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        text.push_str(said(check).as_ref());
    }
    if checks.len() > MOST_NAMED {
        text.push_str(between);
        text.push_str(&(checks.len() - MOST_NAMED).to_string());
        text.push_str(" more");
    }
    text
}

/// The best of several verdicts.
pub(crate) fn any(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut best = Verdict::Fails;
    for verdict in verdicts {
        match (verdict, best) {
            (Verdict::Holds, _) => return Verdict::Holds,
            (Verdict::Descend, _) | (Verdict::FailsDescend, Verdict::Fails) => best = verdict,
            _ => {}
        }
    }
    best
}

fn holds_if(holds: bool) -> Verdict {
    if holds { Verdict::Holds } else { Verdict::Fails }
}

fn descend_or_hold(actual: &Value) -> Verdict {
    match actual {
        Value::Array(_) | Value::Object(_) => Verdict::Descend,
        _ => Verdict::Holds,
    }
}

/// The text form in single quotes, of JSON values that are no strings too: `'100'`.
fn as_text(given: Given<'_>) -> String {
    given
        .with_text(|text| format!("'{}'", show::cut(text)))
        .unwrap_or_else(|| given.quoted())
}
