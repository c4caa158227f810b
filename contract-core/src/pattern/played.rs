//! Values that are inserted when the interaction is replayed.

use crate::json::Value;

use super::value::Node;
use super::{IntoPattern, Pattern};
use crate::contract::{DataType, Generator, Matcher};

/// Matches a value that the provider state's handler returns, inserted into the request when the provider is
/// verified: `from_state("id", 42)`, or with surrounding text `from_state("/users/${id}", "/users/42")`. The
/// consumer's test uses the example.
///
/// In a body it matches any value of the example's type; in a path, query or header only the example.
///
/// ```
/// # use contract_core::prelude::*;
/// Interaction::http("a request for an order")
///     .given(state("an order exists"))
///     .request(Request::get(from_state("/orders/${id}", "/orders/42")))
///     .response(Response::ok());
/// ```
///
/// # Panics
///
/// If the example is an object, an array or null.
#[track_caller]
pub fn from_state(expression: impl Into<String>, example: impl IntoPattern) -> Pattern {
    let Node::Literal(example) = example.into_pattern().node else {
        panic!("from_state(…) takes a plain value as its example, not a pattern");
    };
    let data_type = match &example {
        Value::String(_) => DataType::String,
        Value::Bool(_) => DataType::Boolean,
        Value::Number(number) if !number.is_integer() => DataType::Decimal,
        Value::Number(_) => DataType::Integer,
        Value::Null | Value::Array(_) | Value::Object(_) => {
            panic!("from_state(…) takes a text, number or boolean as its example, not {example}")
        }
    };
    Pattern {
        node: Node::Ruled {
            example,
            matchers: vec![Matcher::TYPE],
            generator: Some(Generator::ProviderState {
                expression: expression.into(),
                data_type: Some(data_type),
            }),
            only_in_bodies: true,
        },
    }
}

/// Matches a URL of the mock provider itself with this path (`/users/42`): any address matches, but only this
/// path. The mock provider inserts its own address.
///
/// ```
/// # use contract_core::prelude::*;
/// Response::created().header("location", mock_url("/orders/42"));
/// ```
///
/// # Panics
///
/// If the path does not start with a slash.
#[track_caller]
pub fn mock_url(path: impl Into<String>) -> Pattern {
    let path = path.into();
    assert!(
        path.starts_with('/'),
        "mock_url({path:?}): a path starts with a slash"
    );
    let example = format!("http://localhost:8080{path}");
    let expression = format!(".*({})$", regex::escape(&path));
    Pattern {
        node: Node::Ruled {
            example: Value::from(example.clone()),
            matchers: vec![Matcher::Regex(expression.clone())],
            generator: Some(Generator::MockServerUrl {
                example,
                regex: expression,
            }),
            only_in_bodies: false,
        },
    }
}
