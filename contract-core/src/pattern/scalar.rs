//! Single values: exactly one, or any of its kind.

use crate::json::{Number, Value};

use super::value::Node;
use super::{IntoPattern, Pattern};
use crate::contract::Matcher;

/// Matches a value of the same type as this one, including nested values; equivalent to the plain value
/// inside [`json_like!`](crate::json_like).
///
/// Objects must have the same keys, arrays at least one element like those of the example. All numbers have
/// the same type.
///
/// ```
/// # use contract_core::prelude::*;
/// let pattern = like(json_like!({ "name": "Ada", "roles": ["admin"] }));
/// assert!(pattern.matches(&serde_json::json!({ "name": "Grace", "roles": ["reader", "writer"] })));
/// assert!(!pattern.matches(&serde_json::json!({ "name": "Grace" })));
/// ```
#[track_caller]
pub fn like(example: impl IntoPattern) -> Pattern {
    example.into_pattern().loosened()
}

/// Matches exactly this value, even if an inherited rule would allow others.
///
/// ```
/// # use contract_core::prelude::*;
/// let pattern = json_like!({ "kind": exactly("order"), "id": 1 });
/// assert!(pattern.matches(&serde_json::json!({ "kind": "order", "id": 2 })));
/// assert!(!pattern.matches(&serde_json::json!({ "kind": "refund", "id": 1 })));
/// ```
///
/// # Panics
///
/// If the value is a pattern.
#[track_caller]
pub fn exactly(value: impl IntoPattern) -> Pattern {
    match value.into_pattern().node {
        Node::Literal(value) => Pattern {
            node: Node::Exactly(value),
        },
        _ => panic!("exactly(…) takes a plain value, not a pattern: leave `exactly` out"),
    }
}

/// Matches an integer: a JSON number without a fraction.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(integer(42).matches(&7));
/// assert!(!integer(42).matches(&7.5));
/// assert!(!integer(42).matches(&"7"));
/// ```
///
/// # Panics
///
/// If the example is not an integer.
#[track_caller]
pub fn integer(example: impl IntoPattern) -> Pattern {
    match example.into_pattern().node {
        Node::Literal(value) if value.is_integer() => Pattern::ruled(value, Matcher::Integer),
        _ => panic!("integer(…) takes an integer as its example"),
    }
}

/// Matches a decimal: a JSON number with a fraction.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(decimal(9.5).matches(&12.25));
/// assert!(!decimal(9.5).matches(&12));
/// ```
///
/// # Panics
///
/// If the example is infinite or not a number.
#[track_caller]
pub fn decimal(example: impl Into<f64>) -> Pattern {
    let example = example.into();
    match Number::from_f64(example) {
        Some(number) => Pattern::ruled(Value::Number(number), Matcher::Decimal),
        None => panic!("decimal({example}): JSON has no such number"),
    }
}

/// Matches any JSON number.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(number(42).matches(&7));
/// assert!(number(42).matches(&7.5));
/// assert!(!number(42).matches(&"7"));
/// ```
///
/// # Panics
///
/// If the example is not a number.
#[track_caller]
pub fn number(example: impl IntoPattern) -> Pattern {
    match example.into_pattern().node {
        Node::Literal(value @ Value::Number(_)) => Pattern::ruled(value, Matcher::Number),
        _ => panic!("number(…) takes a number as its example"),
    }
}

/// Matches `true` or `false`.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(boolean(true).matches(&false));
/// assert!(!boolean(true).matches(&1));
/// ```
pub fn boolean(example: bool) -> Pattern {
    Pattern::ruled(example, Matcher::Boolean)
}

/// Matches only `null`; use [`nullable`](super::nullable) for "or null".
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(null().matches(&()));
/// assert!(!null().matches(&0));
/// ```
pub fn null() -> Pattern {
    Pattern::ruled(Value::Null, Matcher::Null)
}

/// Matches any text.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(string("Ada").matches(&"Grace"));
/// assert!(!string("Ada").matches(&1));
/// ```
pub fn string(example: impl Into<String>) -> Pattern {
    Pattern::ruled(example.into(), Matcher::TYPE)
}
