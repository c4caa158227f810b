//! Small changes of schemas.

use super::declared::Declared;
use crate::document::{Node, Object, Position, Value};

/// A member that a schema declares, with the schema of its values.
pub(super) struct DeclaredMember {
    pub(super) name: Box<str>,
    pub(super) schema: Node,
}

/// Adds members that are declared elsewhere, unless they are known here. One that is declared several times has one of the
/// schemas.
pub(super) fn add_members(schema: &mut Node, members: &[DeclaredMember], known: &Declared) {
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    let mut properties = take_members(object, "properties");
    for member in members {
        if known.names.contains(&member.name) || properties.contains(&member.name) {
            continue;
        }
        let mut schemas: Vec<Node> = members
            .iter()
            .filter(|other| other.name == member.name)
            .map(|other| other.schema.clone())
            .collect();
        let schema = match schemas.len() {
            1 => schemas.swap_remove(0),
            _ => [("anyOf", Node::from(schemas))]
                .into_iter()
                .collect::<Object>()
                .into(),
        };
        properties.insert(&member.name, schema);
    }
    object.insert("properties", properties.into());
}

/// Takes the members of a keyword out of a schema.
fn take_members(schema: &mut Object, keyword: &str) -> Object {
    match schema.remove(keyword).map(|node| node.value) {
        Some(Value::Object(members)) => members,
        _ => Object::default(),
    }
}

/// Rejects members that are not declared. What parts of the schema declare is named here as well.
pub(super) fn close(schema: &mut Node, all: &Declared) {
    let at = schema.at;
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    let has_rule = |keyword: &str| {
        object
            .get(keyword)
            .is_some_and(|rest| rest.as_bool() != Some(true))
    };
    if has_rule("additionalProperties") || has_rule("unevaluatedProperties") {
        return;
    }
    for (keyword, names) in [("properties", &all.names), ("patternProperties", &all.patterns)] {
        let mut declared = take_members(object, keyword);
        for name in names {
            if !declared.contains(name) {
                declared.insert(name, true.into());
            }
        }
        if !declared.is_empty() {
            object.insert(keyword, declared.into());
        }
    }
    object.insert("additionalProperties", at_position(false.into(), at));
}

fn at_position(node: Node, at: Position) -> Node {
    Node { at, ..node }
}

/// Lets several members of `oneOf` match, unless a discriminator chooses one: what tells them apart may be missing.
pub(super) fn rename_one_of(schema: &mut Object) {
    if schema.contains("discriminator") {
        return;
    }
    let Some(branches) = schema.remove("oneOf") else {
        return;
    };
    if schema.contains("anyOf") {
        let choice: Object = [("anyOf", branches)].into_iter().collect();
        push_all_of(schema, choice.into());
    } else {
        schema.insert("anyOf", branches);
    }
}

pub(super) fn push_all_of(schema: &mut Object, branch: Node) {
    let mut branches = schema
        .get("allOf")
        .and_then(Node::as_array)
        .unwrap_or_default()
        .to_vec();
    branches.push(branch);
    schema.insert("allOf", branches.into());
}

/// Returns `dependencies` without lists of members, which would have to be there as well.
pub(super) fn without_lists(dependencies: &Node) -> Node {
    let mut kept = Object::default();
    for (name, member) in dependencies.as_object().into_iter().flat_map(Object::iter) {
        if member.node.as_array().is_none() {
            kept.insert_member(name.into(), member.clone());
        }
    }
    at_position(kept.into(), dependencies.at)
}

/// Returns whether a value is or contains an object, of which members may be missing.
pub(super) fn has_object(value: &Node) -> bool {
    match &value.value {
        Value::Object(_) => true,
        Value::Array(elements) => elements.iter().any(has_object),
        _ => false,
    }
}

/// Returns whether all elements are scalars: objects may differ in members that are missing.
pub(super) fn has_scalar_elements(schema: &Node) -> bool {
    let types = schema.get("items").and_then(|items| items.get("type"));
    types.is_some_and(|types| {
        let mut names = types.as_str().into_iter().chain(types.strings());
        names.all(|name| !matches!(name, "object" | "array"))
    })
}
