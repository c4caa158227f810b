//! A schema with the targets of its references.

use std::collections::HashMap;

use indexmap::{Equivalent, IndexMap};

use super::cost::is_tractable;
use super::elementary::is_elementary;
use super::format::Format;
use crate::document::{Base, Node, Object, Value, fragment_tokens};

/// A self-contained schema, stored with the targets of its references.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bundle {
    /// The schema.
    pub(crate) root: Node,
    /// The targets of references.
    targets: IndexMap<Target, Node>,
    /// Whether the schema would have become too large, so that some of its parts are missing.
    pub(crate) is_cut: bool,
}

/// A reference and what it is relative to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    pub(crate) base: Base,
    pub(crate) reference: Box<str>,
}

impl Target {
    /// Returns the target of this schema's `$ref`, if it has one.
    pub(crate) fn of(schema: &Node) -> Option<Self> {
        let reference = schema.get("$ref")?;
        Some(Self {
            base: reference.at.base(),
            reference: reference.as_str()?.into(),
        })
    }
}

/// A [`Target`] to look up.
#[derive(Hash)]
struct Wanted<'a> {
    base: Base,
    reference: &'a str,
}

impl Equivalent<Target> for Wanted<'_> {
    fn equivalent(&self, target: &Target) -> bool {
        self.base == target.base && *self.reference == *target.reference
    }
}

impl Bundle {
    /// Creates a bundle for a schema without references.
    pub(crate) fn of(root: Node) -> Self {
        Self {
            root,
            ..Self::default()
        }
    }

    /// Returns the schema that a reference leads to.
    pub(crate) fn target(&self, target: &Target) -> Option<&Node> {
        self.targets.get(target)
    }

    /// Returns the schema that a schema's `$ref` leads to, if it has one.
    pub(crate) fn target_of(&self, schema: &Node) -> Option<&Node> {
        let reference = schema.get("$ref")?;
        self.targets.get(&Wanted {
            base: reference.at.base(),
            reference: reference.as_str()?,
        })
    }

    /// Returns the schema itself or the target of its references; itself if they cannot be resolved.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Node) -> &'a Node {
        let mut schema = schema;
        for _ in 0..32 {
            let Some(next) = self.target_of(schema) else { break };
            schema = next;
        }
        schema
    }

    /// Adds the targets of references within the schema itself.
    pub(crate) fn follow_local_references(&mut self) {
        let mut waiting = Vec::new();
        collect(&self.root, &mut waiting);
        while let Some(target) = waiting.pop() {
            if self.has(&target) {
                continue;
            }
            let tokens = target.reference.strip_prefix('#').and_then(fragment_tokens);
            let found =
                tokens.and_then(|tokens| self.root.descend(tokens.iter().map(String::as_str)).cloned());
            let schema = found.unwrap_or_else(|| Object::default().into());
            collect(&schema, &mut waiting);
            self.insert(target, schema);
        }
    }

    /// Returns whether all validators understand the schema and the targets of its references alike.
    pub(crate) fn is_elementary(&self) -> bool {
        self.schemas().all(is_elementary)
    }

    /// Returns whether the schema, or one that it leads to, has a keyword.
    pub(crate) fn has_keyword(&self, keyword: &str) -> bool {
        self.schemas().any(|schema| has_keyword(schema, keyword))
    }

    /// Returns the schema and the targets of its references.
    pub(super) fn schemas(&self) -> impl Iterator<Item = &Node> {
        std::iter::once(&self.root).chain(self.targets.values())
    }

    /// Returns whether each value is judged by a limited number of schemas, whatever validator judges it.
    pub(crate) fn is_tractable(&self) -> bool {
        is_tractable(self)
    }

    /// Returns the bundle as one JSON Schema document, with referenced schemas in `$defs`.
    pub(crate) fn to_json_schema(&self) -> serde_json::Value {
        let names: HashMap<&Target, String> = self
            .targets
            .keys()
            .enumerate()
            .map(|(index, target)| (target, format!("#/$defs/{index}")))
            .collect();
        let defs: serde_json::Map<String, serde_json::Value> = self
            .targets
            .values()
            .enumerate()
            .map(|(index, schema)| (index.to_string(), written(schema, &names)))
            .collect();
        serde_json::json!({"allOf": [written(&self.root, &names)], "$defs": defs})
    }

    pub(crate) fn target_mut(&mut self, target: &Target) -> Option<&mut Node> {
        self.targets.get_mut(target)
    }

    pub(crate) fn has(&self, target: &Target) -> bool {
        self.targets.contains_key(target)
    }

    pub(crate) fn insert(&mut self, target: Target, schema: Node) {
        self.targets.insert(target, schema);
    }

    /// Returns all references, in the order of discovery.
    pub(crate) fn references(&self) -> Vec<Target> {
        self.targets.keys().cloned().collect()
    }
}

fn has_keyword(schema: &Node, keyword: &str) -> bool {
    match &schema.value {
        Value::Array(elements) => elements.iter().any(|element| has_keyword(element, keyword)),
        Value::Object(object) => {
            object.contains(keyword)
                || object
                    .iter()
                    .any(|(_, member)| has_keyword(&member.node, keyword))
        }
        _ => false,
    }
}

/// Collects all references in a schema.
fn collect(schema: &Node, targets: &mut Vec<Target>) {
    targets.extend(Target::of(schema));
    match &schema.value {
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, targets)),
        Value::Object(object) => object
            .iter()
            .for_each(|(_, member)| collect(&member.node, targets)),
        _ => {}
    }
}

/// Returns a schema whose references are renamed to their names in `$defs`, without members that JSON Schema does not
/// define or that would move its base.
fn written(schema: &Node, names: &HashMap<&Target, String>) -> serde_json::Value {
    match &schema.value {
        Value::Array(elements) => elements.iter().map(|element| written(element, names)).collect(),
        Value::Object(object) => {
            let renamed = Target::of(schema).and_then(|target| names.get(&target));
            let members = object
                .iter()
                .filter(|(name, _)| !matches!(*name, "$id" | "$schema" | "nullable"));
            let mut written: serde_json::Map<String, serde_json::Value> = members
                .map(|(name, member)| {
                    (
                        name.to_owned(),
                        written_member(name, &member.node, renamed, names),
                    )
                })
                .collect();
            add_integers(schema, &mut written);
            written.into()
        }
        _ => schema.to_serde(),
    }
}

/// Adds the integers of a format, which JSON Schema does not define, as bounds.
fn add_integers(schema: &Node, written: &mut serde_json::Map<String, serde_json::Value>) {
    let format = schema.get("format").and_then(Node::as_str);
    let Some(integers) = format.and_then(Format::named).and_then(Format::integers) else {
        return;
    };
    let bounds = serde_json::json!({
        "multipleOf": 1, "minimum": integers.start(), "maximum": integers.end(),
    });
    let all = written.entry("allOf").or_insert_with(|| serde_json::json!([]));
    if let Some(all) = all.as_array_mut() {
        all.push(bounds);
    }
}

/// Returns the value of a keyword; `renamed` is that of `$ref`.
fn written_member(
    name: &str,
    value: &Node,
    renamed: Option<&String>,
    names: &HashMap<&Target, String>,
) -> serde_json::Value {
    match (name, renamed, &value.value) {
        ("$ref", Some(renamed), _) => renamed.as_str().into(),
        ("enum" | "const" | "default" | "example" | "examples", ..) => value.to_serde(),
        // The names of their members are not keywords.
        (
            "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions",
            _,
            Value::Object(schemas),
        ) => schemas
            .iter()
            .map(|(name, member)| (name.to_owned(), written(&member.node, names)))
            .collect(),
        _ => written(value, names),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Bundle, Node};

    #[test]
    fn names_of_properties_are_no_keywords() {
        let schema = json!({
            "properties": {"nullable": {"type": "boolean", "nullable": true}, "$id": {"type": "string"}},
            "enum": [{"nullable": 1}],
        });
        let written = Bundle::of(Node::from(schema)).to_json_schema();
        assert_eq!(
            written["allOf"][0],
            json!({
                "properties": {"nullable": {"type": "boolean"}, "$id": {"type": "string"}},
                "enum": [{"nullable": 1}],
            })
        );
    }
}
