//! Functions that rules of a team may use: the core functions of Spectral.

mod list;
mod options;
mod schema;
mod text;

use self::list::{alphabetical, unreferenced};
pub(in crate::lint) use self::options::Refuse;
use self::schema::SchemaCheck;
use self::text::{Casing, TextPattern};
use super::field::Target;
use super::message::shown;
use super::view::View;
use crate::document::{Node, Value};
use crate::lint::finding::Segment;
use crate::lint::rules::schemas::is_of_type;

/// A function with its options.
#[derive(Debug)]
pub(in crate::lint) enum Function {
    /// Members, elements or elements by a member are sorted.
    Alphabetical { keyed_by: Option<String> },
    /// A text is written in a case.
    Casing(Casing),
    /// The value is there.
    Defined,
    /// The value is one of these.
    Enumeration(Vec<Node>),
    /// The value is absent, `null`, `false`, 0 or empty.
    Falsy,
    /// The length of a text, array or object, or a number, has bounds.
    Length { min: Option<f64>, max: Option<f64> },
    /// At least one of these members is there.
    Or(Vec<String>),
    /// A text matches a pattern, or does not match one.
    Pattern(TextPattern),
    /// The value is valid by a JSON Schema.
    Schema(Box<SchemaCheck>),
    /// The value is not absent, `null`, `false`, 0 or empty.
    Truthy,
    /// The values of `enum` have the type of `type`.
    TypedEnum,
    /// The value is not there.
    Undefined,
    /// Members that can be referenced are referenced.
    UnreferencedReusableObject { location: String },
    /// Exactly one of these members is there.
    Xor(Vec<String>),
}

/// What a function found.
pub(super) struct Failure {
    /// What is wrong.
    pub(super) message: String,
    /// The way from the judged value to the place.
    pub(super) below: Vec<Segment>,
}

impl Failure {
    fn here(message: impl Into<String>) -> Vec<Self> {
        vec![Self {
            message: message.into(),
            below: Vec::new(),
        }]
    }
}

impl Function {
    /// Judges a value. A function says nothing about values of a kind that it is not for.
    pub(super) fn judge(&self, view: &View<'_>, target: &Target<'_>) -> Vec<Failure> {
        let value = target.value.as_deref();
        match self {
            Self::Defined => told(value.is_none(), "must be defined"),
            Self::Undefined => told(value.is_some(), "must not be defined"),
            Self::Truthy => told(!value.is_some_and(is_truthy), "must not be empty"),
            Self::Falsy => told(value.is_some_and(is_truthy), "must be empty"),
            Self::Schema(check) => check.judge(view, value),
            _ => value
                .map(|value| self.judge_value(view, value))
                .unwrap_or_default(),
        }
    }

    fn judge_value(&self, view: &View<'_>, value: &Node) -> Vec<Failure> {
        match self {
            Self::Alphabetical { keyed_by } => alphabetical(value, keyed_by.as_deref()),
            Self::Casing(casing) => value.as_str().map(|text| casing.judge(text)).unwrap_or_default(),
            Self::Pattern(pattern) => value.as_str().map(|text| pattern.judge(text)).unwrap_or_default(),
            Self::Enumeration(values) => {
                let is_scalar = value.as_object().is_none() && value.as_array().is_none();
                let allowed = || {
                    values
                        .iter()
                        .map(|value| shown(Some(value)))
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                if is_scalar && !values.contains(value) {
                    Failure::here(format!("{} must be one of {}", shown(Some(value)), allowed()))
                } else {
                    Vec::new()
                }
            }
            Self::Length { min, max } => length(value, *min, *max),
            Self::Or(names) if value.as_object().is_some() => told(
                !names.iter().any(|name| value.get(name).is_some()),
                format!("at least one of {} must be defined", names.join(", ")),
            ),
            Self::Xor(names) if value.as_object().is_some() => told(
                names.iter().filter(|name| value.get(name).is_some()).count() != 1,
                format!("exactly one of {} must be defined", names.join(", ")),
            ),
            Self::TypedEnum => typed_enum(value),
            Self::UnreferencedReusableObject { location } => unreferenced(view.documents, value, location),
            _ => Vec::new(),
        }
    }
}

fn told(is_wrong: bool, message: impl Into<String>) -> Vec<Failure> {
    if is_wrong {
        Failure::here(message)
    } else {
        Vec::new()
    }
}

/// Returns whether a value is truthy in JavaScript.
fn is_truthy(value: &Node) -> bool {
    match &value.value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != 0.0,
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a length is far below 2^52")]
fn length(value: &Node, min: Option<f64>, max: Option<f64>) -> Vec<Failure> {
    let length = match &value.value {
        Value::String(text) => text.encode_utf16().count() as f64,
        Value::Array(elements) => elements.len() as f64,
        Value::Object(object) => object.len() as f64,
        Value::Number(number) => number.as_f64(),
        Value::Null | Value::Bool(_) => return Vec::new(),
    };
    if let Some(min) = min.filter(|min| length < *min) {
        return Failure::here(format!("must be longer than or equal to {min}"));
    }
    match max.filter(|max| length > *max) {
        Some(max) => Failure::here(format!("must be shorter than or equal to {max}")),
        None => Vec::new(),
    }
}

fn typed_enum(value: &Node) -> Vec<Failure> {
    let (Some(values), Some(types)) = (value.get("enum").and_then(Node::as_array), value.get("type")) else {
        return Vec::new();
    };
    let names: Vec<&str> = types.as_str().into_iter().chain(types.strings()).collect();
    let wrong = values
        .iter()
        .enumerate()
        .filter(|(_, value)| !names.iter().any(|name| is_of_type(value, name)));
    wrong
        .map(|(index, value)| Failure {
            message: format!(
                "the enum value {} must be of type {}",
                shown(Some(value)),
                names.join(", ")
            ),
            below: vec!["enum".into(), index.into()],
        })
        .collect()
}
