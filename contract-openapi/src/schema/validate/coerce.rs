//! Types, and strings that represent values of other types.

use std::cell::Cell;

use contract_core::json::Number;

use crate::document::{Node, Value};
use crate::schema::Bundle;

/// Returns the types of a schema. The keyword `nullable` of OpenAPI 3.0 adds `null`.
pub(super) fn types_of(schema: &Node) -> Vec<&str> {
    let Some(keyword) = schema.get("type") else {
        return Vec::new();
    };
    let mut types: Vec<&str> = match &keyword.value {
        Value::String(name) => vec![name],
        Value::Array(_) => keyword.strings().collect(),
        _ => Vec::new(),
    };
    let is_nullable = schema.get("nullable").and_then(Node::as_bool) == Some(true);
    if is_nullable && !types.is_empty() && !types.contains(&"null") {
        types.push("null");
    }
    types
}

/// Returns whether a value is of one of the types of a schema; a missing value is of none.
pub(super) fn is_of_its_types(schema: &Node, value: Option<&Node>) -> bool {
    let Some(Value::String(name)) = schema.get("type").map(|keyword| &keyword.value) else {
        let types = types_of(schema);
        return types.is_empty()
            || value.is_some_and(|value| types.iter().any(|name| is_of_type(value, name)));
    };
    value.is_some_and(|value| {
        is_of_type(value, name)
            || value.is_null() && schema.get("nullable").and_then(Node::as_bool) == Some(true)
    })
}

/// Returns whether a value is of a type of JSON Schema. `1.0` is an integer (JSON Schema validation, section 6.1.1).
pub(super) fn is_of_type(value: &Node, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.as_bool().is_some(),
        "string" => value.as_str().is_some(),
        "number" => value.as_number().is_some(),
        "integer" => value.as_number().is_some_and(is_integer),
        "array" => value.as_array().is_some(),
        "object" => value.as_object().is_some(),
        // `file` of OpenAPI 2.0 and non-standard types such as `any`: nothing is known about them.
        _ => false,
    }
}

/// Returns whether a number is an integer, regardless of its notation.
pub(crate) fn is_integer(number: &Number) -> bool {
    number.is_integer() || number.as_f64().fract() == 0.0
}

/// Maximum nesting of values of parameters that is examined.
const MAX_DEPTH: usize = 32;

/// Converts scalars to the types of a schema.
pub(super) struct Coercion<'a> {
    bundle: &'a Bundle,
    /// The number of schemas that may still be applied. The validation that follows finds out that none are left.
    budget: &'a Cell<usize>,
}

impl<'a> Coercion<'a> {
    pub(super) fn new(bundle: &'a Bundle, budget: &'a Cell<usize>) -> Self {
        Self { bundle, budget }
    }

    /// Returns a value whose scalars are converted to the types of the schema, if possible.
    pub(super) fn value(&self, schema: &Node, value: &Node, depth: usize) -> Node {
        let mut value = value.clone();
        let Some(left) = self.budget.get().checked_sub(1).filter(|_| depth <= MAX_DEPTH) else {
            return value;
        };
        self.budget.set(left);
        if let Some(referenced) = self.bundle.target_of(schema) {
            value = self.value(referenced, &value, depth + 1);
        }
        let types = types_of(schema);
        if !types.is_empty()
            && !types.iter().any(|name| is_of_type(&value, name))
            && let Some(other) = coerced(&value, &types)
        {
            value = other;
        }
        for branch in schema.get("allOf").and_then(Node::as_array).unwrap_or_default() {
            value = self.value(branch, &value, depth + 1);
        }
        for keyword in ["anyOf", "oneOf"] {
            for branch in schema.get(keyword).and_then(Node::as_array).unwrap_or_default() {
                let types = types_of(self.bundle.resolve(branch));
                let as_branch = self.value(branch, &value, depth + 1);
                if types.iter().any(|name| is_of_type(&as_branch, name)) {
                    value = as_branch;
                    break;
                }
            }
        }
        self.parts(schema, &mut value, depth);
        value
    }

    /// Converts the elements and members of a value.
    fn parts(&self, schema: &Node, value: &mut Node, depth: usize) {
        match &mut value.value {
            Value::Array(elements) => {
                if let Some(items) = schema.get("items").filter(|items| items.as_object().is_some()) {
                    for element in elements {
                        *element = self.value(items, element, depth + 1);
                    }
                }
            }
            Value::Object(object) => {
                let properties = schema.get("properties");
                for (name, member) in object.iter_mut() {
                    let property = properties.and_then(|properties| properties.get(name));
                    if let Some(property) = property.or_else(|| schema.get("additionalProperties")) {
                        member.node = self.value(property, &member.node, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the value of one of these types that a scalar represents, if there is one; the first type wins.
/// Strings of parameters are such scalars: `42` for an integer, `true` for a Boolean.
pub(super) fn coerced(value: &Node, types: &[&str]) -> Option<Node> {
    types
        .iter()
        .find_map(|name| as_type(value, name))
        .map(|coerced| Node {
            value: coerced,
            at: value.at,
        })
}

fn as_type(value: &Node, name: &str) -> Option<Value> {
    match (name, &value.value) {
        ("string", Value::Number(number)) => Some(Value::String(number.to_string().into())),
        ("string", Value::Bool(flag)) => Some(Value::String(flag.to_string().into())),
        ("string", Value::Null) => Some(Value::String("".into())),
        ("number" | "integer", Value::Bool(flag)) => Some(Value::Number(Number::from(u64::from(*flag)))),
        ("number" | "integer", Value::Null) => Some(Value::Number(Number::from(0_u64))),
        ("number", Value::String(text)) => number_of(text).map(Value::Number),
        ("integer", Value::String(text)) => number_of(text).filter(is_integer).map(Value::Number),
        ("boolean", Value::String(text)) if &**text == "true" => Some(Value::Bool(true)),
        ("boolean", Value::String(text)) if &**text == "false" => Some(Value::Bool(false)),
        ("boolean", Value::Null) => Some(Value::Bool(false)),
        ("boolean", Value::Number(number)) if number.as_u64() == Some(0) => Some(Value::Bool(false)),
        ("boolean", Value::Number(number)) if number.as_u64() == Some(1) => Some(Value::Bool(true)),
        ("null", Value::String(text)) if text.is_empty() => Some(Value::Null),
        ("null", Value::Bool(false)) => Some(Value::Null),
        ("null", Value::Number(number)) if number.as_u64() == Some(0) => Some(Value::Null),
        _ => None,
    }
}

/// Returns the number that JavaScript parses from a string: decimal, `0x`, `0o` or `0b`; surrounding blanks
/// are ignored.
fn number_of(text: &str) -> Option<Number> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let lower = text.to_ascii_lowercase();
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)];
    for (prefix, radix) in radix {
        if let Some(digits) = lower.strip_prefix(prefix) {
            return u64::from_str_radix(digits, radix).ok().map(Number::from);
        }
    }
    let looks_decimal = lower
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.e".contains(&byte));
    let double: f64 = if looks_decimal {
        lower.parse().ok()?
    } else {
        return None;
    };
    Number::from_f64(double)
}

#[cfg(test)]
mod tests {
    use super::{coerced, is_of_type};
    use crate::document::Node;

    #[test]
    fn texts_stand_for_values() {
        let integer = |text: &str| coerced(&Node::from(text), &["integer"]).is_some();
        for text in ["1", "1.0", "1e3", "0x10", "-7", "+7", "007"] {
            assert!(integer(text), "{text}");
        }
        for text in ["", " ", "1.5", "abc", "1,000", "inf", "nan"] {
            assert!(!integer(text), "{text}");
        }
        let boolean = |text: &str| coerced(&Node::from(text), &["boolean"]).is_some();
        assert!(boolean("true") && boolean("false"));
        assert!(!boolean("1") && !boolean("yes") && !boolean(""));
        let first = coerced(&Node::from("5"), &["boolean", "number"]).unwrap();
        assert!(is_of_type(&first, "integer"));
    }
}
