//! Merges `allOf` into its schema, so that the merged object can be closed.

use indexmap::IndexSet;

use crate::document::{Member, Node, Object, Value};
use crate::schema::Bundle;
use crate::schema::bundle::Target;

use super::merge::{conjoin, merge_members};
use super::{SUBTYPES, SchemaRules};

/// Maximum nesting of schemas.
const MAX_DEPTH: usize = 64;

/// Maximum number of schemas that one schema and the targets of its references may become. Targets are repeated at each
/// place, so that a small description may stand for any number.
const MAX_SCHEMAS: usize = 200_000;

/// Merges `allOf` in a schema and all targets of its references.
pub(super) fn flatten(bundle: &Bundle, rules: SchemaRules) -> Bundle {
    let mut flat = Flatten {
        bundle,
        rules,
        active: IndexSet::new(),
        depth: 0,
        left: MAX_SCHEMAS,
    };
    let root = flat.schema(&bundle.root);
    let mut result = Bundle::of(root);
    for target in bundle.references() {
        if let Some(schema) = bundle.target(&target) {
            flat.active.clear();
            flat.active.insert(target.clone());
            let schema = flat.schema(schema);
            result.insert(target, schema);
        }
    }
    result.is_cut = flat.left == 0;
    result
}

struct Flatten<'a> {
    bundle: &'a Bundle,
    rules: SchemaRules,
    /// References whose targets are being merged, at this place or around it: a recursive one stays a reference.
    active: IndexSet<Target>,
    depth: usize,
    /// The number of schemas that may still be made.
    left: usize,
}

/// The schemas that apply to one place, merged into one.
#[derive(Default)]
struct Conjunction {
    whole: Object,
    /// What stays in `allOf`.
    kept: Vec<Node>,
    /// References whose targets are part of it: a second time they say nothing new.
    included: IndexSet<Target>,
}

impl Flatten<'_> {
    fn schema(&mut self, schema: &Node) -> Node {
        if self.depth >= MAX_DEPTH || !self.spend() {
            return schema.clone();
        }
        self.depth += 1;
        let has_all_of = schema.get("allOf").is_some();
        let flat = match (has_all_of, self.rules.all_of_is_conjunction) {
            (true, true) => self.conjunction(schema),
            (true, false) => self.merged(schema),
            (false, true) => self.everywhere(schema),
            (false, false) => self.first_kind(schema),
        };
        self.depth -= 1;
        flat
    }

    /// Returns whether another schema may be made.
    fn spend(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// Merges `allOf` so that a value must match all of it.
    fn conjunction(&mut self, schema: &Node) -> Node {
        let mut all = Conjunction::default();
        self.conjoin(&mut all, schema);
        let Conjunction {
            mut whole,
            kept,
            included,
        } = all;
        let mut rest = whole
            .get("allOf")
            .and_then(Node::as_array)
            .unwrap_or_default()
            .to_vec();
        rest.extend(kept);
        if !rest.is_empty() {
            whole.insert("allOf", rest.into());
        }
        let flat = self.everywhere(&Node {
            value: Value::Object(whole),
            at: schema.at,
        });
        for target in included {
            self.active.shift_remove(&target);
        }
        flat
    }

    /// Adds a schema and its `allOf` to what applies to one place. Each referenced schema is added once.
    fn conjoin(&mut self, all: &mut Conjunction, schema: &Node) {
        let Value::Object(object) = &schema.value else {
            all.kept.push(schema.clone());
            return;
        };
        if self.depth >= MAX_DEPTH || !self.spend() {
            all.kept.push(schema.clone());
            return;
        }
        let mut own = object.clone();
        own.remove("allOf");
        if let Some(apart) = conjoin(&mut all.whole, own) {
            all.kept.push(Node {
                value: Value::Object(apart),
                at: schema.at,
            });
        }
        self.depth += 1;
        for branch in schema.get("allOf").and_then(Node::as_array).unwrap_or_default() {
            self.conjoin_branch(all, branch);
        }
        self.depth -= 1;
    }

    fn conjoin_branch(&mut self, all: &mut Conjunction, branch: &Node) {
        let Some(target) = Target::of(branch) else {
            return self.conjoin(all, branch);
        };
        if all.included.contains(&target) {
            return self.conjoin(all, &self.beside_reference(branch, &target));
        }
        if !self.active.insert(target.clone()) {
            all.kept.push(branch.clone());
            return;
        }
        all.included.insert(target.clone());
        self.conjoin(all, &self.inlined(branch, &target));
    }

    /// Returns what stands beside a reference and is not overridden by its target.
    fn beside_reference(&self, schema: &Node, target: &Target) -> Node {
        let mut rest = schema.clone();
        if let Value::Object(object) = &mut rest.value {
            object.remove("$ref");
            let referenced = self.bundle.target(target).and_then(Node::as_object);
            for (name, _) in referenced.into_iter().flat_map(Object::iter) {
                object.remove(name);
            }
        }
        rest
    }

    /// Returns a schema with the target of its reference inlined.
    fn inlined(&self, schema: &Node, target: &Target) -> Node {
        let mut whole = schema.clone();
        if let Value::Object(object) = &mut whole.value {
            object.remove("$ref");
            let referenced = self.bundle.target(target).and_then(Node::as_object);
            for (name, member) in referenced.into_iter().flat_map(Object::iter) {
                if name != SUBTYPES || !self.is_subtype(&member.node) {
                    object.insert_member(name.into(), member.clone());
                }
            }
        }
        whole
    }

    /// Returns whether the schema that is being merged is one of those that extend its base: others do not come there.
    fn is_subtype(&self, subtypes: &Node) -> bool {
        let mut subtypes = subtypes
            .as_array()
            .unwrap_or_default()
            .iter()
            .filter_map(Target::of);
        subtypes.any(|subtype| self.active.contains(&subtype))
    }

    /// Merges `allOf` member by member, as the `parity` profile does.
    fn merged(&mut self, schema: &Node) -> Node {
        let mut merged = schema.clone();
        let Value::Object(object) = &mut merged.value else {
            return merged;
        };
        object.remove("allOf");
        for branch in schema.get("allOf").and_then(Node::as_array).unwrap_or_default() {
            if let Some(branch) = self.branch(branch) {
                let branch = self.inline_properties(branch);
                merge_members(&mut merged, &branch);
            }
        }
        merged
    }

    /// Returns a member of `allOf` with the target of its reference inlined; `None` if it is recursive.
    fn branch(&mut self, branch: &Node) -> Option<Node> {
        let Some(target) = Target::of(branch) else {
            return Some(self.schema(branch));
        };
        if !self.active.insert(target.clone()) {
            return None;
        }
        let whole = self.inlined(branch, &target);
        let flat = self.schema(&whole);
        self.active.shift_remove(&target);
        Some(flat)
    }

    /// Replaces properties that are only a reference by their targets, so that merging does not mix both.
    fn inline_properties(&mut self, mut schema: Node) -> Node {
        let Value::Object(object) = &mut schema.value else {
            return schema;
        };
        let Some(Node {
            value: Value::Object(properties),
            ..
        }) = object.get_mut("properties")
        else {
            return schema;
        };
        for (_, member) in properties.iter_mut() {
            let is_reference_alone = member
                .node
                .as_object()
                .is_some_and(|property| property.len() == 1);
            let Some(target) = Target::of(&member.node).filter(|_| is_reference_alone) else {
                continue;
            };
            if !self.active.insert(target.clone()) {
                continue;
            }
            if let Some(referenced) = self.bundle.target(&target) {
                member.node = self.schema(referenced);
            }
            self.active.shift_remove(&target);
        }
        schema
    }

    /// Transforms the properties, or the schemas of the first other keyword, like the `parity` profile.
    fn first_kind(&mut self, schema: &Node) -> Node {
        let mut flat = schema.clone();
        let Value::Object(object) = &mut flat.value else {
            return flat;
        };
        if let Some(Node {
            value: Value::Object(properties),
            ..
        }) = object.get_mut("properties")
        {
            for (_, member) in properties.iter_mut() {
                member.node = self.schema(&member.node);
            }
            return flat;
        }
        for keyword in ["oneOf", "anyOf", "not", "items", "additionalProperties"] {
            if let Some(below) = object.get_mut(keyword) {
                *below = self.keyword(below);
                return flat;
            }
        }
        flat
    }

    /// Transforms the schemas of all keywords.
    fn everywhere(&mut self, schema: &Node) -> Node {
        let Value::Object(object) = &schema.value else {
            return schema.clone();
        };
        let mut flat = Object::with_capacity(object.len());
        for (name, member) in object.iter() {
            let node = match name {
                "properties" | "patternProperties" | "dependentSchemas" => self.each_member(&member.node),
                "allOf"
                | "oneOf"
                | "anyOf"
                | "prefixItems"
                | "not"
                | "items"
                | "additionalProperties"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames" => self.keyword(&member.node),
                _ => member.node.clone(),
            };
            let name_at = member.name_at;
            flat.insert_member(name.into(), Member { name_at, node });
        }
        Node {
            value: Value::Object(flat),
            at: schema.at,
        }
    }

    fn each_member(&mut self, schemas: &Node) -> Node {
        let Value::Object(object) = &schemas.value else {
            return schemas.clone();
        };
        let mut flat = Object::with_capacity(object.len());
        for (name, member) in object.iter() {
            let member = Member {
                name_at: member.name_at,
                node: self.schema(&member.node),
            };
            flat.insert_member(name.into(), member);
        }
        Node {
            value: Value::Object(flat),
            at: schemas.at,
        }
    }

    fn keyword(&mut self, below: &Node) -> Node {
        match &below.value {
            Value::Array(branches) => Node {
                value: Value::Array(branches.iter().map(|branch| self.schema(branch)).collect()),
                at: below.at,
            },
            _ => self.schema(below),
        }
    }
}
