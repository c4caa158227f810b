//! Schemas of what a consumer receives.
//!
//! A contract names only the members that the consumer needs, and a response may have others. So nothing is required, and what
//! depends on members that are not named says nothing. What is named must be declared by some part of the schema.

use std::collections::HashMap;
use std::rc::Rc;

use super::declared::Declared;
use super::definite::definite;
use super::rewrite::{
    DeclaredMember, add_members, close, has_object, has_scalar_elements, push_all_of, rename_one_of,
    without_lists,
};
use super::{SUBTYPES, SchemaRules};
use crate::document::{Member, Node, Object, Value};
use crate::schema::Bundle;
use crate::schema::bundle::Target;

/// Maximum number of schemas that one schema and the targets of its references may become.
const MAX_SCHEMAS: usize = 200_000;

/// Maximum nesting of schemas.
const MAX_DEPTH: usize = 128;

/// Maximum number of branches of `anyOf` whose members are compared with those of the others.
const MAX_SIBLINGS: usize = 8;

/// Returns the schema, and all targets of its references, for values of which some members may be missing.
pub(crate) fn partial(bundle: &Bundle, rules: SchemaRules) -> Bundle {
    let mut partial = Partial {
        bundle,
        rules,
        known: HashMap::new(),
        inlined: Vec::new(),
        depth: 0,
        left: MAX_SCHEMAS,
    };
    let mut result = Bundle::of(partial.closed(&bundle.root, &Declared::default()));
    for target in bundle.references() {
        if let Some(schema) = bundle.target(&target) {
            partial.inlined = vec![target.clone()];
            let schema = partial.closed(schema, &Declared::default());
            result.insert(target, schema);
        }
    }
    result.is_cut = bundle.is_cut || partial.left == 0;
    result
}

struct Partial<'a> {
    bundle: &'a Bundle,
    rules: SchemaRules,
    /// What the targets of references declare.
    known: HashMap<Target, Rc<Declared>>,
    /// References whose targets are repeated at this place: a recursive one stays a reference.
    inlined: Vec<Target>,
    depth: usize,
    /// The number of schemas that may still be made.
    left: usize,
}

/// The keywords that list branches.
const BRANCHES: [&str; 3] = ["allOf", "anyOf", "oneOf"];

impl Partial<'_> {
    /// Returns the schema of a place. Members that neither it nor `around` declares are rejected, if any are declared.
    fn closed(&mut self, schema: &Node, around: &Declared) -> Node {
        let mut all = self.declared(schema);
        if self.is_choice(schema) && around.is_empty() {
            let mut relaxed = self.relaxed(schema, around, true);
            if !self.rules.free_form_maps && is_free(schema) {
                close(&mut relaxed, &all);
            }
            return relaxed;
        }
        all.add(around);
        let mut relaxed = self.relaxed(schema, around, false);
        if !all.is_open && !all.is_empty() {
            close(&mut relaxed, &all);
        }
        relaxed
    }

    /// Returns whether members are declared by the branches alone, each for itself.
    fn is_choice(&mut self, schema: &Node) -> bool {
        if schema.get("$ref").is_some() {
            return schema.as_object().is_some_and(|object| object.len() == 1);
        }
        let declaring = |partial: &mut Self, keyword: &str| {
            let branches = schema.get(keyword).and_then(Node::as_array).unwrap_or_default();
            let declaring = branches
                .iter()
                .filter(|branch| !partial.declared(branch).is_empty());
            declaring.count()
        };
        self.declared_by_itself(schema).is_empty()
            && declaring(self, "allOf") == 0
            && matches!(
                (declaring(self, "anyOf"), declaring(self, "oneOf")),
                (0, _) | (1, 0)
            )
    }

    /// Returns a schema that requires nothing. `around` is what is declared beside it for the same place.
    fn relaxed(&mut self, schema: &Node, around: &Declared, closes_branches: bool) -> Node {
        let Value::Object(object) = &schema.value else {
            return schema.clone();
        };
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || self.depth >= MAX_DEPTH {
            return schema.clone();
        }
        self.depth += 1;
        let parts = if has_parts(object) {
            Parts::of(self, schema)
        } else {
            Parts::default()
        };
        let mut relaxed = Object::default();
        for (name, member) in object.iter() {
            let node = &member.node;
            let changed = match name {
                "required" | "minProperties" | "dependentRequired" | "maxContains" | "if" | "then"
                | "else" | SUBTYPES => None,
                "const" | "enum" => (!has_object(node)).then(|| node.clone()),
                "uniqueItems" => has_scalar_elements(schema).then(|| node.clone()),
                "dependencies" => Some(without_lists(node)),
                "properties" | "patternProperties" => Some(self.each_member(node)),
                "items"
                | "prefixItems"
                | "additionalItems"
                | "additionalProperties"
                | "unevaluatedProperties"
                | "unevaluatedItems" => Some(self.places(node)),
                "contains" => Some(self.relaxed(node, &Declared::open(), false)),
                "not" => definite(self.bundle, node),
                "dependentSchemas" => Some(self.each_consequence(node, &parts, around)),
                "allOf" | "anyOf" | "oneOf" => {
                    Some(self.branches(name, node, &parts, around, closes_branches))
                }
                "$ref" if object.len() > 1 => {
                    let rest = parts.without("$ref", 0).with(around);
                    self.kept_reference(schema, &rest)
                }
                _ => Some(node.clone()),
            };
            if let Some(node) = changed {
                let name_at = member.name_at;
                relaxed.insert_member(name.into(), Member { name_at, node });
            }
        }
        if object.len() > 1 && object.contains("$ref") && !relaxed.contains("$ref") {
            let rest = parts.without("$ref", 0).with(around);
            let target = self.referenced(schema, &rest, false);
            push_all_of(&mut relaxed, target);
        }
        self.condition(schema, &parts.all().with(around), &mut relaxed);
        if self.rules.one_of_is_any_of {
            rename_one_of(&mut relaxed);
        }
        self.depth -= 1;
        Node {
            value: Value::Object(relaxed),
            at: schema.at,
        }
    }

    fn each_member(&mut self, schemas: &Node) -> Node {
        let members = schemas.as_object().into_iter().flat_map(Object::iter);
        let mut changed = Object::default();
        for (name, member) in members {
            let member = Member {
                name_at: member.name_at,
                node: self.closed(&member.node, &Declared::default()),
            };
            changed.insert_member(name.into(), member);
        }
        Node {
            value: Value::Object(changed),
            at: schemas.at,
        }
    }

    /// Changes the schemas of `dependentSchemas`, which apply to the same place.
    fn each_consequence(&mut self, schemas: &Node, parts: &Parts, around: &Declared) -> Node {
        let around = parts.all().with(around);
        let members = schemas.as_object().into_iter().flat_map(Object::iter);
        let mut changed = Object::default();
        for (name, member) in members {
            let member = Member {
                name_at: member.name_at,
                node: self.relaxed(&member.node, &around, false),
            };
            changed.insert_member(name.into(), member);
        }
        Node {
            value: Value::Object(changed),
            at: schemas.at,
        }
    }

    /// Changes the schemas of other places: one, or a list.
    fn places(&mut self, schemas: &Node) -> Node {
        match &schemas.value {
            Value::Array(list) => {
                let list = list
                    .iter()
                    .map(|schema| self.closed(schema, &Declared::default()))
                    .collect();
                Node {
                    value: Value::Array(list),
                    at: schemas.at,
                }
            }
            _ => self.closed(schemas, &Declared::default()),
        }
    }

    fn branches(
        &mut self,
        keyword: &str,
        list: &Node,
        parts: &Parts,
        around: &Declared,
        closes_branches: bool,
    ) -> Node {
        let Some(branches) = list.as_array() else {
            return list.clone();
        };
        let siblings = if keyword == "anyOf" && !closes_branches && branches.len() <= MAX_SIBLINGS {
            self.members_of(branches)
        } else {
            Vec::new()
        };
        let beside = parts.union(|part| part.keyword != "anyOf").with(around);
        let mut changed = Vec::with_capacity(branches.len());
        for (index, branch) in branches.iter().enumerate() {
            let rest = parts.without(keyword, index).with(around);
            // A value matches one branch of `oneOf`, so that each one is closed for itself.
            let closes = keyword == "oneOf" || closes_branches;
            let mut own = if branch.get("$ref").is_some() {
                self.referenced(branch, &rest, closes)
            } else if closes {
                self.closed(branch, &rest)
            } else {
                self.relaxed(branch, &rest, false)
            };
            if !siblings.is_empty() && own.get("$ref").is_none() {
                let known = beside.clone().with(&self.declared(branch));
                add_members(&mut own, &siblings, &known);
            }
            changed.push(own);
        }
        Node {
            value: Value::Array(changed),
            at: list.at,
        }
    }

    /// Returns the members that the branches of `anyOf` declare. One that a branch does not declare is meant as its siblings
    /// declare it.
    fn members_of(&mut self, branches: &[Node]) -> Vec<DeclaredMember> {
        let mut members = Vec::new();
        for branch in branches {
            let properties = self.bundle.resolve(branch).get("properties");
            for (name, schema) in properties.into_iter().flat_map(Node::entries) {
                members.push(DeclaredMember {
                    name: name.into(),
                    schema: self.closed(schema, &Declared::default()),
                });
            }
        }
        members
    }

    /// Returns the reference of a schema, if its target declares all that is declared beside it.
    fn kept_reference(&mut self, schema: &Node, rest: &Declared) -> Option<Node> {
        let target = Target::of(schema)?;
        let stays = rest.is_within(&self.declared_by(&target)) || self.inlined.contains(&target);
        stays.then(|| schema.get("$ref").cloned()).flatten()
    }

    /// Returns a schema with a reference as one of several for a place: the reference, or its target if more is declared
    /// beside it than the target declares.
    fn referenced(&mut self, schema: &Node, rest: &Declared, closes: bool) -> Node {
        let is_alone = schema.as_object().is_some_and(|object| object.len() == 1);
        let Some(target) = Target::of(schema) else {
            return schema.clone();
        };
        if self.kept_reference(schema, rest).is_some() {
            let reference: Option<Object> = schema
                .get("$ref")
                .map(|node| [("$ref", node.clone())].into_iter().collect());
            return if is_alone {
                schema.clone()
            } else {
                reference.unwrap_or_default().into()
            };
        }
        let Some(referenced) = self.bundle.target(&target) else {
            return schema.clone();
        };
        self.inlined.push(target);
        let changed = if closes {
            self.closed(referenced, rest)
        } else {
            self.relaxed(referenced, rest, false)
        };
        self.inlined.pop();
        changed
    }

    /// Changes `if`, `then` and `else`. What holds for a value of which members are missing may not hold for the whole value,
    /// so that `then` applies for certain only if the condition holds whatever is missing; otherwise either may apply.
    fn condition(&mut self, schema: &Node, around: &Declared, relaxed: &mut Object) {
        let Some(condition) = schema.get("if") else { return };
        let mut clause = |name: &str| schema.get(name).map(|clause| self.relaxed(clause, around, false));
        let (then, otherwise) = (clause("then"), clause("else"));
        let possible = self.relaxed(condition, &Declared::open(), false);
        let both: Vec<Node> = std::iter::once(possible).chain(then.clone()).collect();
        let both: Node = [("allOf", Node::from(both))]
            .into_iter()
            .collect::<Object>()
            .into();
        let either: Option<Node> = otherwise.map(|otherwise| {
            let branches = Node::from(vec![otherwise, both]);
            [("anyOf", branches)].into_iter().collect::<Object>().into()
        });
        match definite(self.bundle, condition) {
            Some(condition) => {
                let clauses = [("if", Some(condition)), ("then", then), ("else", either)];
                for (name, node) in clauses {
                    if let Some(node) = node {
                        relaxed.insert(name, node);
                    }
                }
            }
            None => {
                if let Some(either) = either {
                    push_all_of(relaxed, either);
                }
            }
        }
    }

    /// Returns what a schema and all its parts for the same place declare.
    fn declared(&mut self, schema: &Node) -> Declared {
        let mut all = self.declared_by_itself(schema);
        if let Some(target) = Target::of(schema) {
            all.add(&self.declared_by(&target));
        }
        for keyword in BRANCHES {
            for branch in schema.get(keyword).and_then(Node::as_array).unwrap_or_default() {
                let is_anything =
                    branch.as_bool() == Some(true) || branch.as_object().is_some_and(Object::is_empty);
                if is_anything && keyword != "allOf" {
                    all.is_open = true;
                }
                let branch = self.declared(branch);
                all.add(&branch);
            }
        }
        let consequences = ["if", "then", "else"]
            .into_iter()
            .filter_map(|keyword| schema.get(keyword));
        let dependent = schema.get("dependentSchemas").into_iter().flat_map(Node::entries);
        for part in consequences.chain(dependent.map(|(_, part)| part)) {
            let part = self.declared(part);
            all.add(&part);
        }
        for subtype in schema.get(SUBTYPES).and_then(Node::as_array).unwrap_or_default() {
            let subtype = self.declared(subtype);
            all.add(&subtype);
        }
        all
    }

    /// Returns what the keywords of a schema declare, without its branches.
    fn declared_by_itself(&self, schema: &Node) -> Declared {
        let mut declared = Declared::of_itself(schema);
        let rest = schema.get("additionalProperties").and_then(Node::as_bool);
        if rest == Some(true) && !self.rules.free_form_maps {
            declared.is_open = false;
        }
        declared
    }

    fn declared_by(&mut self, target: &Target) -> Rc<Declared> {
        if let Some(known) = self.known.get(target) {
            return Rc::clone(known);
        }
        // A schema that refers to itself at the same place declares nothing more there.
        self.known.insert(target.clone(), Rc::default());
        let declared = Rc::new(match self.bundle.target(target) {
            Some(schema) => self.declared(schema),
            None => Declared::open(),
        });
        self.known.insert(target.clone(), Rc::clone(&declared));
        declared
    }
}

/// Returns whether a schema has parts that apply to the same place.
fn has_parts(object: &Object) -> bool {
    let keywords = ["$ref", "if", "dependentSchemas"];
    BRANCHES
        .iter()
        .chain(&keywords)
        .any(|keyword| object.contains(keyword))
}

/// What each part of a schema declares for the same place.
#[derive(Default)]
struct Parts {
    parts: Vec<Part>,
}

struct Part {
    /// The keyword, and the position in its list.
    keyword: &'static str,
    index: usize,
    declared: Declared,
}

impl Parts {
    fn of(partial: &mut Partial<'_>, schema: &Node) -> Self {
        let mut parts = vec![Part {
            keyword: "",
            index: 0,
            declared: partial.declared_by_itself(schema),
        }];
        for keyword in BRANCHES {
            let branches = schema.get(keyword).and_then(Node::as_array).unwrap_or_default();
            for (index, branch) in branches.iter().enumerate() {
                parts.push(Part {
                    keyword,
                    index,
                    declared: partial.declared(branch),
                });
            }
        }
        if let Some(target) = Target::of(schema) {
            parts.push(Part {
                keyword: "$ref",
                index: 0,
                declared: (*partial.declared_by(&target)).clone(),
            });
        }
        for keyword in ["then", "else", "if"] {
            if let Some(clause) = schema.get(keyword) {
                parts.push(Part {
                    keyword,
                    index: 0,
                    declared: partial.declared(clause),
                });
            }
        }
        Self { parts }
    }

    fn all(&self) -> Declared {
        self.union(|_| true)
    }

    /// Returns what all parts declare but one; for a branch of `oneOf` without the other branches, of which none applies.
    fn without(&self, keyword: &str, index: usize) -> Declared {
        self.union(|part| part.keyword != keyword || keyword != "oneOf" && part.index != index)
    }

    fn union(&self, takes: impl Fn(&Part) -> bool) -> Declared {
        let mut union = Declared::default();
        for part in self.parts.iter().filter(|part| takes(part)) {
            union.add(&part.declared);
        }
        union
    }
}

/// Returns whether a schema is for objects and says nothing of their members.
fn is_free(schema: &Node) -> bool {
    let is_combined = BRANCHES.iter().any(|keyword| schema.get(keyword).is_some());
    schema.get("type").and_then(Node::as_str) == Some("object") && !is_combined
}
