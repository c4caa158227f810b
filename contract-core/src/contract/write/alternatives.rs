//! Writes alternatives as a JSON Schema.

use super::rules::lists_by_path;
use crate::contract::Members;
use crate::contract::alternatives::{Alternative, Alternatives};
use crate::json::Value;

impl Alternatives {
    /// Returns the schema for a rule [`Matcher::Schema`](crate::contract::Matcher::Schema).
    pub(crate) fn to_schema(&self) -> Value {
        let schemas: Vec<Value> = self.patterns.iter().map(schema).collect();
        let keyword = Self::keyword(self.combine).to_owned();
        Value::Object(Members::from_iter([(keyword, Value::Array(schemas))]))
    }
}

fn schema(alternative: &Alternative) -> Value {
    Value::Object(Members::from_iter([
        (
            Alternatives::EXAMPLES.to_owned(),
            Value::Array(vec![alternative.example.clone()]),
        ),
        (
            Alternatives::RULES.to_owned(),
            Value::Object(lists_by_path(&alternative.rules)),
        ),
    ]))
}
