//! Values of provider states and their conversion.

use crate::json::Value;

use crate::contract::{DataType, Members};
use crate::{Error, ErrorKind};

/// Returns the value of an expression: a bare name or a single `${name}` is the state's value itself, anything else is
/// text in which each `${name}` is replaced.
pub(super) fn state_value(expression: &str, values: &Members) -> Result<Value, Error> {
    let lookup = |name: &str| {
        values.get(name.trim()).ok_or_else(|| {
            let known: Vec<&str> = values.keys().map(String::as_str).collect();
            let known = if known.is_empty() {
                "they returned none".to_owned()
            } else {
                format!("they returned {}", known.join(", "))
            };
            Error::new(
                ErrorKind::Invalid,
                format!(
                    "no provider state returned a value {:?} for {expression:?} ({known}); return it from the state's \
                     handler or add a parameter of this name to the state",
                    name.trim()
                ),
            )
        })
    };
    let alone = expression
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|name| !name.contains(['{', '}']));
    if let Some(name) = alone {
        return lookup(name).cloned();
    }
    if !expression.contains("${") {
        return lookup(expression).cloned();
    }
    let mut text = String::new();
    let mut rest = expression;
    while let Some((before, behind)) = rest.split_once("${") {
        text.push_str(before);
        let Some((name, after)) = behind.split_once('}') else {
            text.push_str("${");
            rest = behind;
            continue;
        };
        text.push_str(&as_text(lookup(name)?));
        rest = after;
    }
    text.push_str(rest);
    Ok(Value::String(text))
}

/// Returns the value as text: a string without its quotes, anything else as JSON.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Converts the value to the example's type if possible: a number to text if the example is text, numeric text to a
/// number if the example is a number. Other values are unchanged.
pub(super) fn like_example(value: Value, example: Option<&Value>) -> Value {
    match (example, &value) {
        (Some(Value::String(_)), Value::Number(_) | Value::Bool(_)) => Value::String(value.to_string()),
        (Some(Value::Number(_)), Value::String(text)) => number(text).unwrap_or(value),
        (Some(Value::Bool(_)), Value::String(text)) => boolean(text).unwrap_or(value),
        _ => value,
    }
}

fn number(text: &str) -> Option<Value> {
    text.trim().parse::<crate::json::Number>().ok().map(Value::Number)
}

fn boolean(text: &str) -> Option<Value> {
    match text.trim() {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// Converts the value to this type.
pub(super) fn as_type(value: Value, data_type: DataType, expression: &str) -> Result<Value, Error> {
    let refused = |what: &str| {
        Error::new(
            ErrorKind::Invalid,
            format!("the provider states returned {value} for {expression:?}, which is not {what}"),
        )
    };
    let text = as_text(&value);
    match data_type {
        DataType::Raw => Ok(value),
        DataType::String => Ok(Value::String(text)),
        DataType::Integer => {
            let signed = text.trim().parse::<i64>().map(Value::from);
            signed
                .or_else(|_| text.trim().parse::<u64>().map(Value::from))
                .map_err(|_| refused("an integer"))
        }
        DataType::Decimal | DataType::Float => {
            let finite = text
                .trim()
                .parse::<f64>()
                .ok()
                .and_then(crate::json::Number::from_f64);
            finite
                .map(Value::Number)
                .ok_or_else(|| refused("a decimal number"))
        }
        DataType::Boolean => boolean(&text).ok_or_else(|| refused("true or false")),
    }
}
