//! Merges two schemas.

use crate::document::{Node, Object, Value};

/// Merges `other` into `base` member by member; of two scalars the later one is kept, arrays are merged
/// element by element. The `parity` profile reads `allOf` this way.
pub(super) fn merge_members(base: &mut Node, other: &Node) {
    match (&mut base.value, &other.value) {
        (Value::Object(members), Value::Object(others)) => {
            for (name, other) in others.iter() {
                match members.get_mut(name) {
                    Some(member) => merge_members(member, &other.node),
                    None => members.insert_member(name.into(), other.clone()),
                }
            }
        }
        (Value::Array(elements), Value::Array(others)) => {
            for (index, other) in others.iter().enumerate() {
                match elements.get_mut(index) {
                    Some(element) => merge_members(element, other),
                    None => elements.push(other.clone()),
                }
            }
        }
        _ => *base = other.clone(),
    }
}

/// Keywords whose meaning depends on the others of their group: a group is merged as a whole, or not at all.
const GROUPS: [&[&str]; 4] = [
    &["additionalProperties", "properties", "patternProperties"],
    &["items", "prefixItems", "additionalItems"],
    &["contains", "minContains", "maxContains"],
    &["if", "then", "else"],
];

/// Merges `other` into `base` so that a value must satisfy both. Returns the part of it that one schema cannot say together
/// with `base`.
pub(super) fn conjoin(base: &mut Object, mut other: Object) -> Option<Object> {
    let mut apart = Object::default();
    for group in GROUPS {
        if !is_mergeable(group, base, &other) {
            move_keywords(group, &mut other, &mut apart);
        }
    }
    // What it rejects depends on everything beside it.
    for keyword in ["unevaluatedProperties", "unevaluatedItems"] {
        if (base.contains(keyword) || other.contains(keyword)) && !base.is_empty() {
            return Some(whole(other, &apart));
        }
    }
    for (keyword, member) in other.iter() {
        let Some(present) = base.get(keyword).cloned() else {
            base.insert_member(keyword.into(), member.clone());
            continue;
        };
        match both(keyword, &present, &member.node) {
            Some(merged) => base.insert(keyword, merged),
            None => apart.insert_member(keyword.into(), member.clone()),
        }
    }
    (!apart.is_empty()).then_some(apart)
}

/// Returns whether the keywords of a group say the same if they are merged one by one.
fn is_mergeable(group: &[&str], base: &Object, other: &Object) -> bool {
    let has_any = |object: &Object| group.iter().any(|keyword| object.contains(keyword));
    if !has_any(base) || !has_any(other) {
        return true;
    }
    let is_same = |keyword: &&str| match (base.get(keyword), other.get(keyword)) {
        (Some(one), Some(other)) => one.same_value(other),
        (None, None) => true,
        _ => false,
    };
    if group.iter().all(is_same) {
        return true;
    }
    match group {
        ["additionalProperties", ..] => ![base, other].into_iter().any(restricts_others),
        // A single schema for all elements stays one.
        ["items", ..] => {
            let is_listed =
                |object: &Object| object.contains("prefixItems") || object.contains("additionalItems");
            let both_have_items = base.contains("items") && other.contains("items");
            !is_listed(base) && !is_listed(other) && !both_have_items
        }
        _ => false,
    }
}

/// Returns whether members that are not named must have some schema.
fn restricts_others(object: &Object) -> bool {
    object
        .get("additionalProperties")
        .is_some_and(|rest| match &rest.value {
            Value::Bool(allowed) => !allowed,
            Value::Object(schema) => !schema.is_empty(),
            _ => true,
        })
}

fn move_keywords(group: &[&str], from: &mut Object, to: &mut Object) {
    for keyword in group {
        if let Some(member) = from.member(keyword).cloned() {
            to.insert_member((*keyword).into(), member);
            from.remove(keyword);
        }
    }
}

fn whole(mut other: Object, apart: &Object) -> Object {
    for (keyword, member) in apart.iter() {
        other.insert_member(keyword.into(), member.clone());
    }
    other
}

/// Returns the value of one keyword that is equivalent to both, if there is one.
pub(crate) fn both(keyword: &str, one: &Node, other: &Node) -> Option<Node> {
    if one.same_value(other) {
        return Some(one.clone());
    }
    match keyword {
        "properties" | "patternProperties" => {
            let mut merged = one.clone();
            let Value::Object(properties) = &mut merged.value else {
                return None;
            };
            for (name, property) in other.as_object()?.iter() {
                match properties.get_mut(name) {
                    None => properties.insert_member(name.into(), property.clone()),
                    Some(present) => {
                        let both = vec![present.clone(), property.node.clone()];
                        let all_of: Object = [("allOf", Node::from(both))].into_iter().collect();
                        *present = Node {
                            at: present.at,
                            ..Node::from(all_of)
                        };
                    }
                }
            }
            Some(merged)
        }
        "required" => {
            let mut names = one.as_array()?.to_vec();
            names.extend(
                other
                    .as_array()?
                    .iter()
                    .filter(|name| !one.as_array().unwrap_or_default().contains(name))
                    .cloned(),
            );
            Some(Node {
                value: Value::Array(names),
                at: one.at,
            })
        }
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
            Some(if one.as_f64()? <= other.as_f64()? {
                one.clone()
            } else {
                other.clone()
            })
        }
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
            Some(if one.as_f64()? >= other.as_f64()? {
                one.clone()
            } else {
                other.clone()
            })
        }
        // Of annotations, the first one is kept.
        "title" | "description" | "example" | "examples" | "default" | "deprecated" | "externalDocs"
        | "xml" | "nullable" | "readOnly" | "writeOnly" => Some(one.clone()),
        _ => None,
    }
}
