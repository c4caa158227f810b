//! JSON Schemas that reject nothing: `{}`, `true`, and those that only annotate.

use crate::json::Value;

/// Deeper schemas, with local references followed, count as checking something.
const DEEPEST: usize = 32;

/// Returns whether a JSON Schema accepts every value, as far as its keywords tell by themselves: nothing in it is an
/// assertion. `format` is one only up to draft 7 (JSON Schema Validation 2020-12, section 7.2.1), so the schema has to
/// name such a draft.
pub(crate) fn accepts_anything(schema: &Value) -> bool {
    let draft = schema.get("$schema").and_then(Value::as_str).unwrap_or_default();
    let asserts_format = ["draft-04", "draft-06", "draft-07"]
        .iter()
        .any(|old| draft.contains(old));
    let schemas = Schemas {
        root: schema,
        asserts_format,
    };
    schemas.are_open(schema, 0)
}

/// A document of schemas.
struct Schemas<'s> {
    root: &'s Value,
    asserts_format: bool,
}

impl<'s> Schemas<'s> {
    fn are_open(&self, schema: &'s Value, depth: usize) -> bool {
        match schema {
            Value::Bool(accepts) => *accepts,
            Value::Object(members) => {
                depth < DEEPEST
                    && (members.iter()).all(|(keyword, value)| self.is_open(keyword, value, depth + 1))
            }
            _ => false,
        }
    }

    /// Returns whether a keyword with this value rejects nothing.
    fn is_open(&self, keyword: &str, value: &'s Value, depth: usize) -> bool {
        let each = |values: &'s Value| match values {
            Value::Array(schemas) => schemas.iter().all(|schema| self.are_open(schema, depth)),
            Value::Object(schemas) => schemas.values().all(|schema| self.are_open(schema, depth)),
            _ => false,
        };
        match keyword {
            "allOf" | "prefixItems" | "properties" | "patternProperties" | "dependentSchemas" => each(value),
            "items" if value.is_array() => each(value),
            "items"
            | "additionalItems"
            | "unevaluatedItems"
            | "additionalProperties"
            | "unevaluatedProperties"
            | "propertyNames"
            | "then"
            | "else" => self.are_open(value, depth),
            "anyOf" => value
                .as_array()
                .is_some_and(|schemas| schemas.iter().any(|schema| self.are_open(schema, depth))),
            "$ref" => self
                .target(value)
                .is_some_and(|schema| self.are_open(schema, depth)),
            "minItems" | "minLength" | "minProperties" => value.as_u64() == Some(0),
            "required" => value.as_array().is_some_and(Vec::is_empty),
            "uniqueItems" => *value == Value::Bool(false),
            "format" => !self.asserts_format,
            other => !ASSERTIONS.contains(&other),
        }
    }

    /// Returns the schema that a reference within the document leads to.
    fn target(&self, reference: &Value) -> Option<&'s Value> {
        let pointer = reference.as_str()?.strip_prefix('#')?;
        let mut target = self.root;
        for name in pointer.split('/').skip(1) {
            target = target.get(name)?;
        }
        (pointer.is_empty() || pointer.starts_with('/')).then_some(target)
    }
}

/// Keywords that always reject something, of all drafts. Those not listed here or above annotate, or are unknown.
const ASSERTIONS: [&str; 25] = [
    "$dynamicRef",
    "$recursiveRef",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "dependencies",
    "dependentRequired",
    "disallow",
    "divisibleBy",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "extends",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "type",
    "x-matching-rules",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn schemas_that_assert_nothing_are_told_from_others() {
        for open in [
            json!(true),
            json!({}),
            json!({"title": "Order", "description": "any", "examples": [1], "default": 2, "deprecated": true}),
            json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "format": "date"}),
            json!({"properties": {"id": {"title": "Id"}}, "required": [], "additionalProperties": true}),
            json!({"anyOf": [{"type": "string"}, {}]}),
            json!({"allOf": [true, {"minItems": 0}], "items": {}}),
            json!({"$ref": "#/$defs/any", "$defs": {"any": {"title": "any"}, "id": {"type": "integer"}}}),
            json!({"typ": "string"}),
        ] {
            assert!(accepts_anything(&open), "{open}");
        }
        for closed in [
            json!(false),
            json!({"type": "string", "title": "name"}),
            json!({"properties": {"id": {"type": "integer"}}}),
            json!({"required": ["id"]}),
            json!({"$schema": "http://json-schema.org/draft-07/schema#", "format": "date"}),
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
            json!({"$ref": "#/$defs/id", "$defs": {"id": {"type": "integer"}}}),
            json!({"$ref": "#"}),
            json!({"minLength": 1}),
            json!({"contains": {}}),
        ] {
            assert!(!accepts_anything(&closed), "{closed}");
        }
    }
}
