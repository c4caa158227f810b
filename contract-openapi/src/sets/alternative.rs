//! A schema as a list of alternatives without `anyOf`, `oneOf`, `allOf` and references.

use std::ops::RangeInclusive;

use crate::document::Node;
use crate::schema::{Bundle, Format};

/// One way to be valid: a value matches all of these schemas at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Alternative<'a> {
    pub(super) parts: Vec<&'a Node>,
}

/// Maximum number of alternatives of a schema.
const MAX_ALTERNATIVES: usize = 32;
/// Maximum number of schemas examined for one place.
const MAX_PARTS: usize = 512;

/// All types of JSON Schema; an integer is also a number.
pub(super) const TYPES: [&str; 7] = [
    "object", "array", "string", "integer", "number", "boolean", "null",
];

/// Returns the alternatives of the conjunction of these schemas; `None` if there are too many.
pub(super) fn alternatives<'a>(bundle: &'a Bundle, schemas: &[&'a Node]) -> Option<Vec<Alternative<'a>>> {
    let mut open = vec![Expansion {
        waiting: schemas.to_vec(),
        done: Alternative::default(),
    }];
    let mut result = Vec::new();
    let mut work = 0;
    while let Some(mut expansion) = open.pop() {
        work += 1;
        if work > MAX_PARTS || open.len() + result.len() > MAX_ALTERNATIVES {
            return None;
        }
        let Some(schema) = expansion.waiting.pop() else {
            result.push(expansion.done);
            continue;
        };
        if schema.as_bool() == Some(false) {
            continue;
        }
        expansion.waiting.extend(bundle.target_of(schema));
        expansion
            .waiting
            .extend(schema.get("allOf").and_then(Node::as_array).unwrap_or_default());
        expansion.done.parts.push(schema);
        let lists: Vec<&[Node]> = ["anyOf", "oneOf"]
            .iter()
            .filter_map(|keyword| schema.get(keyword).and_then(Node::as_array))
            .collect();
        let mut forks = vec![expansion];
        for list in lists {
            let mut next = Vec::new();
            for fork in &forks {
                for branch in list {
                    let mut other = fork.clone();
                    other.waiting.push(branch);
                    next.push(other);
                }
            }
            if next.len() > MAX_ALTERNATIVES {
                return None;
            }
            forks = next;
        }
        open.extend(forks);
    }
    result.reverse();
    Some(result)
}

#[derive(Clone)]
struct Expansion<'a> {
    waiting: Vec<&'a Node>,
    done: Alternative<'a>,
}

impl<'a> Alternative<'a> {
    /// Returns the types that all parts allow.
    pub(super) fn types(&self) -> Vec<&'static str> {
        let mut types: Vec<&'static str> = TYPES.to_vec();
        for part in &self.parts {
            let Some(node) = part.get("type") else { continue };
            let named: Vec<&str> = node.as_str().into_iter().chain(node.strings()).collect();
            types.retain(|name| named.contains(name) || *name == "integer" && named.contains(&"number"));
        }
        types
    }

    /// Returns the values of a keyword in all parts that have it.
    pub(super) fn keyword(&self, keyword: &str) -> impl Iterator<Item = &'a Node> {
        self.parts.iter().filter_map(move |part| part.get(keyword))
    }

    /// Returns the greatest value of a keyword.
    pub(super) fn greatest(&self, keyword: &str) -> Option<f64> {
        self.keyword(keyword).filter_map(Node::as_f64).reduce(f64::max)
    }

    /// Returns the least value of a keyword.
    pub(super) fn least(&self, keyword: &str) -> Option<f64> {
        self.keyword(keyword).filter_map(Node::as_f64).reduce(f64::min)
    }

    /// Returns the integers of the formats of numbers: `int32`, `int64`.
    pub(super) fn integers(&self) -> Vec<RangeInclusive<i64>> {
        let formats = self.keyword("format").filter_map(Node::as_str);
        formats
            .filter_map(|name| Format::named(name)?.integers())
            .collect()
    }

    /// Returns the values, if the schema lists them: by `enum`, `const`, or a type with few values.
    pub(super) fn values(&self) -> Option<Vec<Node>> {
        let listed = self
            .keyword("enum")
            .filter_map(Node::as_array)
            .min_by_key(|list| list.len());
        if let Some(value) = self.keyword("const").next() {
            return Some(vec![value.clone()]);
        }
        if let Some(list) = listed {
            return Some(list.to_vec());
        }
        let types = self.types();
        let few = types.iter().all(|name| matches!(*name, "boolean" | "null"));
        (few && !types.is_empty()).then(|| {
            let of = |name: &str| match name {
                "boolean" => vec![Node::from(true), Node::from(false)],
                _ => vec![Node::default()],
            };
            types.iter().flat_map(|name| of(name)).collect()
        })
    }

    /// Returns whether an object must have this member.
    pub(super) fn requires(&self, name: &str) -> bool {
        self.keyword("required")
            .flat_map(Node::strings)
            .any(|other| other == name)
    }

    /// Returns the members that an object must have.
    pub(super) fn required(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = self.keyword("required").flat_map(Node::strings).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Returns the schemas of a member; `None` if the member is forbidden. `matches` returns whether a
    /// pattern matches the name.
    pub(super) fn member(&self, name: &str, matches: &dyn Fn(&str) -> bool) -> Option<Vec<&'a Node>> {
        let mut schemas = Vec::new();
        for part in &self.parts {
            let property = part.get("properties").and_then(|properties| properties.get(name));
            let patterns = part.get("patternProperties").into_iter().flat_map(Node::entries);
            let by_pattern: Vec<&Node> = patterns
                .filter(|(pattern, _)| matches(pattern))
                .map(|(_, schema)| schema)
                .collect();
            let is_named = property.is_some() || !by_pattern.is_empty();
            schemas.extend(property);
            schemas.extend(by_pattern);
            if !is_named && let Some(additional) = part.get("additionalProperties") {
                schemas.push(additional);
            }
        }
        let is_forbidden = schemas.iter().any(|schema| schema.as_bool() == Some(false));
        (!is_forbidden).then_some(schemas)
    }

    /// Returns the schemas of an element; `None` if it is forbidden.
    pub(super) fn element(&self, index: usize) -> Option<Vec<&'a Node>> {
        let mut schemas = Vec::new();
        for part in &self.parts {
            let listed = part
                .get("prefixItems")
                .or_else(|| part.get("items").filter(|items| items.as_array().is_some()))
                .and_then(Node::as_array)
                .unwrap_or_default();
            if let Some(schema) = listed.get(index) {
                schemas.push(schema);
            } else {
                schemas.extend(part.get("items").filter(|items| items.as_array().is_none()));
                schemas.extend(part.get("additionalItems").filter(|_| !listed.is_empty()));
            }
        }
        let is_forbidden = schemas.iter().any(|schema| schema.as_bool() == Some(false));
        (!is_forbidden).then_some(schemas)
    }
}
