//! Parses YAML into JSON documents.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Options;

use crate::json::{Map, Number, Value};
use crate::{Error, ErrorKind};

/// Maximum nesting of a document.
const DEPTH: usize = 64;
/// Maximum number of values in a file, including those repeated by anchors.
const NODES: usize = 500_000;

/// Parses the documents of a file. Bytes (`!!binary`) must be UTF-8.
///
/// # Errors
///
/// `Malformed` with line and column.
pub(super) fn read(text: &str, file: &str) -> Result<Vec<Value>, Error> {
    let mut budget = serde_saphyr::budget::Budget::default();
    budget.max_depth = DEPTH;
    budget.flow_nesting_limit = DEPTH;
    budget.max_nodes = NODES;
    budget.max_events = NODES.saturating_mul(2);
    let mut options = Options::default();
    options.budget = Some(budget);
    options.strict_booleans = true;
    options.with_snippet = false;
    options.leading_zero_numbers_as_strings = true;
    options.underscored_numbers_as_strings = true;
    let documents: Vec<Node> = serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
        let shown = error.without_snippet().to_string();
        let line = shown.lines().next().unwrap_or_default();
        let message = line.split_once(" at line ").map_or(line, |(message, _)| message);
        let message = message.trim_start_matches("error: ");
        let place = error.location().map_or_else(String::new, |location| {
            format!("line {}, column {}: ", location.line(), location.column())
        });
        Error::new(
            ErrorKind::Malformed,
            format!("{file}: {place}not valid YAML: {message}"),
        )
    })?;
    Ok(documents.into_iter().map(|node| node.0).collect())
}

struct Node(Value);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor).map(Self)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has as well")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Node::deserialize(deserializer).map(|node| node.0)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<Value, E> {
        number
            .to_string()
            .parse::<Number>()
            .map(Value::Number)
            .map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| E::custom("this number does not exist in JSON: write it as a text in quotes"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Node(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let Node(value) = access.next_value()?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
