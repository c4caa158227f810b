//! Computes the cost of validating with a JSON Schema before doing it.
//!
//! Schemas multiply: alternatives nest, references lead to the same definition many times, and a recursive schema
//! descends with the document. The validator neither bounds nor caches its work, so this module first counts how often
//! schemas would be applied to values, visiting each pair once.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

/// Deeper references and subschemas count as endless: the validator recurses.
const DEEPEST: usize = 400;

/// Maximum number of pairs of a schema and a value; more count as too many.
const MOST_PAIRS: usize = 500_000;

/// Keywords whose schemas apply to the same value.
const IN_PLACE: [&str; 9] = [
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependencies",
];

/// Keywords whose schemas apply to each member or element.
const OF_EACH: [&str; 9] = [
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "items",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "prefixItems",
];

const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// Returns the number of schemas with each reference followed, recursive ones once; [`u64::MAX`] if it cannot be
/// counted.
pub(super) fn size(schema: &Value) -> u64 {
    Counter::new(schema).count(schema, None, 0)
}

/// Returns the maximum number of times that schemas are applied to values; [`u64::MAX`] if it cannot be counted.
/// `backtracks` says that patterns run on an engine whose work grows faster than the text.
pub(super) fn meetings(schema: &Value, value: &Value, backtracks: bool) -> u64 {
    let mut counter = Counter::new(schema);
    counter.backtracks = backtracks;
    counter.count(schema, Some(value), 0)
}

/// A schema and a value, by address.
type Pair = (*const Value, *const Value);

struct Counter<'s> {
    root: &'s Value,
    /// Schemas by anchor and identifier.
    named: HashMap<&'s str, &'s Value>,
    /// `None` while the pair is being counted.
    counts: HashMap<Pair, Option<u64>>,
    backtracks: bool,
}

impl<'s> Counter<'s> {
    fn new(root: &'s Value) -> Self {
        let mut named = HashMap::new();
        names(root, &mut named);
        Self {
            root,
            named,
            counts: HashMap::new(),
            backtracks: false,
        }
    }

    fn count(&mut self, schema: &'s Value, value: Option<&Value>, depth: usize) -> u64 {
        let Value::Object(members) = schema else {
            return 1;
        };
        let pair = (
            std::ptr::from_ref(schema),
            value.map_or(std::ptr::null(), std::ptr::from_ref),
        );
        match self.counts.get(&pair) {
            Some(Some(count)) => return *count,
            // Recursion: it ends with a smaller value, but not with the same one.
            Some(None) => return if value.is_some() { u64::MAX } else { 0 },
            None => {}
        }
        if depth > DEEPEST || self.counts.len() > MOST_PAIRS {
            return u64::MAX;
        }
        self.counts.insert(pair, None);
        let mut count = 1 + own(members, value, self.backtracks);
        for (keyword, inner) in members {
            let keyword = keyword.as_str();
            let more = if REFERENCES.contains(&keyword) {
                self.target(inner)
                    .map_or(0, |target| self.count(target, value, depth + 1))
            } else if IN_PLACE.contains(&keyword) {
                self.sum(inner, value, depth)
            } else if keyword == "properties" {
                self.properties(inner, value, depth)
            } else if OF_EACH.contains(&keyword) {
                self.of_each(inner, value, depth)
            } else {
                0
            };
            count = count.saturating_add(more);
        }
        self.counts.insert(pair, Some(count));
        count
    }

    /// Counts a schema, or all of a list or map of them.
    fn sum(&mut self, schemas: &'s Value, value: Option<&Value>, depth: usize) -> u64 {
        match schemas {
            Value::Array(schemas) => schemas.iter().fold(0, |sum, schema| {
                sum.saturating_add(self.count(schema, value, depth + 1))
            }),
            Value::Object(members)
                if members
                    .values()
                    .all(|member| member.is_object() || member.is_array()) =>
            {
                members
                    .values()
                    .fold(self.count(schemas, value, depth + 1), |sum, schema| {
                        sum.saturating_add(self.count(schema, value, depth + 1))
                    })
            }
            schema => self.count(schema, value, depth + 1),
        }
    }

    fn properties(&mut self, schemas: &'s Value, value: Option<&Value>, depth: usize) -> u64 {
        let Value::Object(schemas) = schemas else { return 0 };
        schemas.iter().fold(0, |sum, (name, schema)| {
            let count = match value {
                None => self.count(schema, None, depth + 1),
                Some(value) => value
                    .get(name)
                    .map_or(1, |member| self.count(schema, Some(member), depth + 1)),
            };
            sum.saturating_add(count)
        })
    }

    fn of_each(&mut self, schemas: &'s Value, value: Option<&Value>, depth: usize) -> u64 {
        let mut sum = 0_u64;
        let mut add = |counter: &mut Self, value| {
            sum = sum.saturating_add(counter.sum(schemas, value, depth));
            sum < u64::MAX
        };
        match value {
            None => {
                add(self, None);
            }
            Some(Value::Array(elements)) => {
                let _ = elements.iter().all(|element| add(self, Some(element)));
            }
            Some(Value::Object(members)) => {
                let _ = members.values().all(|member| add(self, Some(member)));
            }
            Some(_) => {}
        }
        sum
    }

    /// Returns the schema that a reference leads to; an unknown reference leads to the whole schema.
    fn target(&self, reference: &Value) -> Option<&'s Value> {
        let reference = reference.as_str()?;
        let fragment = reference.rsplit_once('#').map(|(_, fragment)| fragment);
        let pointer = fragment.unwrap_or_default();
        let decoded: Cow<'_, str> = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
        let within = if reference.starts_with('#') {
            self.root
        } else {
            let document = reference.split('#').next().unwrap_or_default();
            self.named.get(document).copied().unwrap_or(self.root)
        };
        let target = if decoded.starts_with('/') {
            within.pointer(&decoded)
        } else if decoded.is_empty() {
            Some(within)
        } else {
            self.named.get(&*decoded).copied()
        };
        target.or(Some(self.root))
    }
}

/// Counts the schema's own keywords that look at more than one thing.
fn own(members: &serde_json::Map<String, Value>, value: Option<&Value>, backtracks: bool) -> u64 {
    let length = |keyword: &str| members.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
    let mut own = length("enum") + length("required");
    if members.contains_key("uniqueItems") {
        own += value.and_then(Value::as_array).map_or(0, Vec::len);
    }
    if members.contains_key("pattern") {
        let length = value.and_then(Value::as_str).map_or(0, str::len);
        own += if backtracks {
            1_000 + length * length / 16
        } else {
            length
        };
    }
    own as u64
}

fn names<'s>(schema: &'s Value, named: &mut HashMap<&'s str, &'s Value>) {
    match schema {
        Value::Object(members) => {
            for keyword in ["$id", "id", "$anchor", "$dynamicAnchor"] {
                if let Some(Value::String(name)) = members.get(keyword) {
                    named.insert(name.trim_start_matches('#'), schema);
                }
            }
            members.values().for_each(|member| names(member, named));
        }
        Value::Array(elements) => elements.iter().for_each(|element| names(element, named)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_are_counted_as_often_as_references_lead_to_them() {
        for (schema, count) in [
            (json!(true), 1),
            (json!({"type": "integer"}), 1),
            (
                json!({"anyOf": [{"type": "integer"}, {"not": {"type": "null"}}]}),
                4,
            ),
            (
                json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}, "b": {"type": "null"}}}),
                2,
            ),
            (
                json!({"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {"enum": [1, 2]}}}),
                9,
            ),
            (json!({"properties": {"next": {"$ref": "#"}}}), 2),
        ] {
            assert_eq!(size(&schema), count, "{schema}");
        }
    }

    #[test]
    fn meetings_multiply_by_level_and_are_counted_without_being_done() {
        let twice = json!({"anyOf": [
            {"properties": {"a": {"$ref": "#"}}},
            {"properties": {"a": {"$ref": "#"}}},
        ]});
        let nested = |depth: usize| (0..depth).fold(json!({}), |inner, _| json!({ "a": inner }));
        assert!(meetings(&twice, &nested(4), false) < 200);
        assert!(meetings(&twice, &nested(60), false) > 1 << 60);
        let tree = json!({"properties": {"a": {"$ref": "#"}}, "items": {"type": "integer"}});
        assert!(meetings(&tree, &nested(100), false) < 500);
        assert_eq!(meetings(&json!({"$ref": "#"}), &json!(1), false), u64::MAX);
    }
}
