//! Schemas whose meaning is beyond doubt.

use crate::document::{Node, Value};

/// The types of JSON Schema.
const TYPES: [&str; 7] = [
    "object", "array", "string", "integer", "number", "boolean", "null",
];

/// Keywords that say nothing about values.
const ANNOTATIONS: [&str; 13] = [
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "externalDocs",
    "xml",
    "$comment",
    "contentEncoding",
    "contentMediaType",
];

/// Returns whether a schema and its subschemas consist of keywords that all validators understand alike, each with a value
/// of the kind that it needs. Formats, patterns, combinations and what is `unevaluated` are not among them.
pub(super) fn is_elementary(schema: &Node) -> bool {
    match &schema.value {
        Value::Bool(_) => true,
        Value::Object(object) => object.iter().all(|(name, member)| match name {
            // The type says the same.
            "nullable" => member.node.as_bool() == Some(false) || allows_null(schema),
            _ => is_elementary_keyword(name, &member.node),
        }),
        _ => false,
    }
}

fn allows_null(schema: &Node) -> bool {
    schema
        .get("type")
        .is_some_and(|types| types.strings().any(|name| name == "null"))
}

fn is_elementary_keyword(name: &str, value: &Node) -> bool {
    let is_count = || value.as_number().is_some_and(|number| number.as_u64().is_some());
    match name {
        "type" => is_type(value) || value.as_array().is_some_and(|types| types.iter().all(is_type)),
        "$ref" => value.as_str().is_some(),
        "items" | "additionalProperties" => is_elementary(value),
        "properties" => value
            .as_object()
            .is_some_and(|properties| properties.iter().all(|(_, member)| is_elementary(&member.node))),
        "required" => value
            .as_array()
            .is_some_and(|names| names.iter().all(|name| name.as_str().is_some())),
        "enum" => value
            .as_array()
            .is_some_and(|values| values.iter().all(|value| value.as_str().is_some())),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => is_count(),
        "minimum" | "maximum" => value.as_number().is_some_and(|number| number.as_i64().is_some()),
        _ => ANNOTATIONS.contains(&name) || name.starts_with("x-"),
    }
}

fn is_type(value: &Node) -> bool {
    value.as_str().is_some_and(|name| TYPES.contains(&name))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::is_elementary;
    use crate::document::Node;
    use crate::schema::validate::{Dialect, Validator, Verdict};
    use crate::schema::{Bundle, Patterns};

    fn schema() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!({})),
            Just(json!(true)),
            Just(json!(false)),
            Just(json!({"type": "integer", "minimum": -1, "maximum": 3})),
            Just(json!({"type": ["string", "null"], "minLength": 1, "maxLength": 2})),
            Just(json!({"type": ["number", "null"], "nullable": true, "description": "a number"})),
            Just(json!({"type": "boolean"})),
            Just(json!({"enum": ["a", "b"], "x-note": [1]})),
        ];
        leaf.prop_recursive(3, 12, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone(), inner.clone(), any::<[bool; 3]>()).prop_map(
                    |(a, b, other, [needs_a, is_typed, is_closed])| {
                        let mut schema = json!({"properties": {"a": a, "b": b}, "minProperties": 1});
                        if needs_a {
                            schema["required"] = json!(["a"]);
                        }
                        if is_typed {
                            schema["type"] = json!("object");
                        }
                        schema["additionalProperties"] = if is_closed { json!(false) } else { other };
                        schema
                    }
                ),
                (inner, 0..3_u64).prop_map(|(items, most)| json!({"items": items, "maxItems": most})),
            ]
        })
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            Just(json!(true)),
            Just(json!(-2)),
            Just(json!(3)),
            Just(json!(1.5)),
            Just(json!("")),
            Just(json!("a")),
            Just(json!("äöü")),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[abc]", inner, 0..3).prop_map(|members| json!(members)),
            ]
        })
    }

    proptest! {
        #[test]
        fn validators_agree_on_them(schema in schema(), values in prop::collection::vec(value(), 8)) {
            let bundle = Bundle::of(Node::from(schema.clone()));
            prop_assert!(bundle.is_elementary());
            let other = jsonschema::draft202012::new(&schema).unwrap();
            let patterns = Patterns::default();
            let budget = Cell::new(1_000_000);
            let validator = Validator {
                bundle: &bundle,
                patterns: &patterns,
                dialect: Dialect::Draft202012,
                bounds_int64: true,
                coerces: false,
                budget: &budget,
            };
            for value in values {
                let is_valid = validator.verdict(&Node::from(value.clone())) == Verdict::Valid;
                prop_assert_eq!(is_valid, other.is_valid(&value), "{}", value);
            }
        }
    }

    #[test]
    fn what_validators_may_read_differently_is_not_elementary() {
        for schema in [
            json!({"properties": {"a": {"pattern": "^a"}}}),
            json!({"items": {"format": "date"}}),
            json!({"additionalProperties": {"oneOf": []}}),
            json!({"type": "any"}),
            json!({"maximum": 1.5}),
            json!({"enum": [1]}),
            json!({"minLength": "1"}),
            json!({"unknown": 1}),
            json!({"type": "string", "nullable": true}),
            json!("text"),
        ] {
            assert!(!is_elementary(&Node::from(schema.clone())), "{schema}");
        }
    }
}
