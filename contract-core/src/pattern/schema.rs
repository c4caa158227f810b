//! Values that are valid according to a JSON Schema.

use crate::json::{Map, Value};

use super::{IntoPattern, Pattern};
use crate::contract::Matcher;

/// A value that is valid according to a JSON Schema; created by [`matching_schema`].
#[derive(Debug, Clone)]
#[must_use]
pub struct SchemaPattern {
    schema: Value,
    example: Option<Value>,
}

/// Matches a value that is valid according to the JSON Schema (requires the feature `schema`). The example is
/// that of the schema (`examples`, `default`, `const`, `enum`) or composed of its properties;
/// [`example`](SchemaPattern::example) sets another one.
///
/// An implementation that does not know this rule checks the example's type instead.
pub fn matching_schema(schema: impl Into<Value>) -> SchemaPattern {
    SchemaPattern {
        schema: schema.into(),
        example: None,
    }
}

impl SchemaPattern {
    /// Sets the example, a plain value.
    ///
    /// # Panics
    ///
    /// If it is not valid according to the schema, or if it is a pattern, whose rules the schema would
    /// replace.
    #[track_caller]
    pub fn example(mut self, example: impl IntoPattern) -> Self {
        let pattern = example.into_pattern();
        let expanded = pattern.expand();
        let is_plain = pattern.as_like().is_some() || expanded.rules.is_empty();
        assert!(
            is_plain && expanded.generators.is_empty(),
            "matching_schema(…).example(…) takes a plain value: the rules of a pattern would be lost beside the schema"
        );
        self.example = Some(expanded.example);
        self
    }
}

impl IntoPattern for SchemaPattern {
    #[track_caller]
    fn into_pattern(self) -> Pattern {
        let Some(example) = self.example.or_else(|| example_of_schema(&self.schema)) else {
            panic!("matching_schema(…): the schema names no example; add one with .example(…)");
        };
        Pattern::ruled(example, Matcher::Schema(self.schema)).checked(|| "matching_schema(…)".to_owned())
    }
}

impl From<SchemaPattern> for Pattern {
    #[track_caller]
    fn from(schema: SchemaPattern) -> Self {
        schema.into_pattern()
    }
}

/// Returns an example from the schema itself; a simple guess by type if there is none. The guess is checked
/// afterwards.
pub(crate) fn example_of_schema(schema: &Value) -> Option<Value> {
    let first = |name: &str| schema.get(name)?.as_array()?.first().cloned();
    if let Some(example) = first("examples")
        .or_else(|| schema.get("example").cloned())
        .or_else(|| schema.get("default").cloned())
        .or_else(|| schema.get("const").cloned())
        .or_else(|| first("enum"))
    {
        return Some(example);
    }
    let type_name = match schema.get("type")? {
        Value::Array(names) => names.first()?.as_str()?,
        name => name.as_str()?,
    };
    match type_name {
        "object" => {
            let mut members = Map::new();
            for (name, member) in schema
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                members.insert(name.clone(), example_of_schema(member)?);
            }
            Some(Value::Object(members))
        }
        "array" => Some(Value::Array(match schema.get("items") {
            Some(items) => vec![example_of_schema(items)?],
            None => Vec::new(),
        })),
        "string" => Some(Value::from("text")),
        "integer" | "number" => Some(schema.get("minimum").cloned().unwrap_or_else(|| Value::from(1))),
        "boolean" => Some(Value::Bool(true)),
        "null" => Some(Value::Null),
        _ => None,
    }
}
