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

/// Merges `other` into `base` so that a value must satisfy both. Anything that one schema cannot represent
/// stays in `allOf`.
pub(super) fn conjoin(base: &mut Object, other: &Object) {
    let mut rest = Object::default();
    for (keyword, member) in other.iter() {
        let Some(present) = base.get(keyword).cloned() else {
            base.insert_member(keyword.into(), member.clone());
            continue;
        };
        match both(keyword, &present, &member.node) {
            Some(merged) => base.insert(keyword, merged),
            None => rest.insert_member(keyword.into(), member.clone()),
        }
    }
    if !rest.is_empty() {
        let mut all_of = base
            .get("allOf")
            .and_then(Node::as_array)
            .unwrap_or_default()
            .to_vec();
        all_of.push(rest.into());
        base.insert("allOf", all_of.into());
    }
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
