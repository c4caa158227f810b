//! Single values: exactly this one, or any of its kind.

use crate::json::{Number, Value};

use super::value::Node;
use super::{IntoPattern, Pattern};
use crate::contract::Matcher;

/// A value of the same type as this one, all the way down; the same as writing the plain value inside
/// [`json_like!`](crate::json_like).
///
/// Objects need the same keys, arrays at least one element like those of the example. Numbers are one type.
#[track_caller]
pub fn like(example: impl IntoPattern) -> Pattern {
    example.into_pattern().loosened()
}

/// Exactly this value, also where a rule above would allow others.
///
/// # Panics
///
/// Where a pattern is given in place of a value.
#[track_caller]
pub fn exactly(value: impl IntoPattern) -> Pattern {
    match value.into_pattern().node {
        Node::Literal(value) => Pattern {
            node: Node::Exactly(value),
        },
        _ => panic!("exactly(…) takes a plain value, not a pattern: leave `exactly` out"),
    }
}

/// An integer: a JSON number without a fraction.
///
/// # Panics
///
/// Where the example is not an integer.
#[track_caller]
pub fn integer(example: impl IntoPattern) -> Pattern {
    match example.into_pattern().node {
        Node::Literal(value) if value.is_integer() => Pattern::ruled(value, Matcher::Integer),
        _ => panic!("integer(…) takes an integer as its example"),
    }
}

/// A decimal: a JSON number with a fraction.
///
/// # Panics
///
/// Where the example is infinite or not a number.
#[track_caller]
pub fn decimal(example: impl Into<f64>) -> Pattern {
    let example = example.into();
    match Number::from_f64(example) {
        Some(number) => Pattern::ruled(Value::Number(number), Matcher::Decimal),
        None => panic!("decimal({example}): JSON has no such number"),
    }
}

/// Any JSON number.
///
/// # Panics
///
/// Where the example is not a number.
#[track_caller]
pub fn number(example: impl IntoPattern) -> Pattern {
    match example.into_pattern().node {
        Node::Literal(value @ Value::Number(_)) => Pattern::ruled(value, Matcher::Number),
        _ => panic!("number(…) takes a number as its example"),
    }
}

/// `true` or `false`.
pub fn boolean(example: bool) -> Pattern {
    Pattern::ruled(example, Matcher::Boolean)
}

/// `null`, and nothing else; [`nullable`](super::nullable) for "or null".
pub fn null() -> Pattern {
    Pattern::ruled(Value::Null, Matcher::Null)
}

/// Any text.
pub fn string(example: impl Into<String>) -> Pattern {
    Pattern::ruled(example.into(), Matcher::TYPE)
}
