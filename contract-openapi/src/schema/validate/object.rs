//! Keywords for objects.

use super::evaluated::Evaluated;
use super::path::Step;
use super::validator::Walk;
use super::{Undecided, Verdict, combine};
use crate::document::{Node, Object, Value};

/// The keywords that only apply to objects.
pub(super) const KEYWORDS: &[&str] = &[
    "maxProperties",
    "minProperties",
    "required",
    "propertyNames",
    "additionalProperties",
    "dependencies",
    "properties",
    "patternProperties",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "discriminator",
];

/// Validates the keywords for objects.
pub(super) fn check<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    value: &'w Node,
    evaluated: &mut Evaluated,
) {
    let Some(object) = value.as_object() else { return };
    counts(walk, schema, value, object);
    required(walk, schema, value, object);
    property_names(walk, schema, value, object);
    additional(walk, schema, value, object, evaluated);
    for (name, property) in schema.get("properties").into_iter().flat_map(Node::entries) {
        if let Some(member) = object.get(name) {
            let steps = [Step::Name("properties"), Step::Member(name)];
            walk.inside(Step::Member(name), &steps, property, member);
            walk.evaluated_member(evaluated, name);
        }
        if walk.is_settled() {
            return;
        }
    }
    pattern_properties(walk, schema, object, evaluated);
    dependencies(walk, schema, value, object, evaluated);
    if let Some(unevaluated) = schema.get("unevaluatedProperties") {
        for (name, member) in object.iter() {
            if evaluated.has_member(name) {
                continue;
            }
            if unevaluated.as_bool() == Some(false) {
                walk.fail(schema, "unevaluatedProperties", Some(value), || {
                    "must NOT have unevaluated properties".to_owned()
                });
            } else {
                let steps = [Step::Name("unevaluatedProperties")];
                walk.inside(Step::Member(name), &steps, unevaluated, &member.node);
            }
        }
        evaluated.all_members();
    }
    discriminator(walk, schema, value, object, evaluated);
}

fn counts(walk: &mut Walk<'_, '_>, schema: &Node, value: &Node, object: &Object) {
    let count = object.len() as u64;
    let limit = |keyword| schema.get(keyword).and_then(Node::as_u64);
    if let Some(maximum) = limit("maxProperties").filter(|maximum| count > *maximum) {
        walk.fail(schema, "maxProperties", Some(value), || {
            format!("must NOT have more than {maximum} properties")
        });
    }
    if let Some(minimum) = limit("minProperties").filter(|minimum| count < *minimum) {
        walk.fail(schema, "minProperties", Some(value), || {
            format!("must NOT have fewer than {minimum} properties")
        });
    }
}

fn required(walk: &mut Walk<'_, '_>, schema: &Node, value: &Node, object: &Object) {
    for name in schema.get("required").into_iter().flat_map(Node::strings) {
        if !object.contains(name) {
            walk.fail(schema, "required", Some(value), || {
                format!("must have required property '{name}'")
            });
        }
    }
}

fn property_names<'w>(walk: &mut Walk<'_, 'w>, schema: &'w Node, value: &'w Node, object: &'w Object) {
    let Some(names) = schema.get("propertyNames") else {
        return;
    };
    for (name, member) in object.iter() {
        match walk.judge_name(names, name, member.name_at) {
            Verdict::Valid => {}
            Verdict::Invalid => walk.fail(schema, "propertyNames", Some(value), || {
                "property name must be valid".to_owned()
            }),
            Verdict::Undecided(reason) => walk.leave_open(reason),
        }
    }
}

fn additional<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    value: &'w Node,
    object: &'w Object,
    evaluated: &mut Evaluated,
) {
    let Some(additional) = schema.get("additionalProperties") else {
        return;
    };
    evaluated.all_members();
    if additional.as_bool() == Some(true) {
        return;
    }
    let properties = schema.get("properties").and_then(Node::as_object);
    let patterns = schema.get("patternProperties");
    for (name, member) in object.iter() {
        if properties.is_some_and(|properties| properties.contains(name)) {
            continue;
        }
        match matches_any(walk, patterns, name) {
            Some(true) => continue,
            Some(false) => {}
            None => {
                walk.leave_open(Undecided::Pattern);
                continue;
            }
        }
        if additional.as_bool() == Some(false) {
            let extra = Node {
                value: value.value.clone(),
                at: member.name_at,
            };
            walk.fail(schema, "additionalProperties", Some(&extra), || {
                format!("must NOT have additional properties - {name}")
            });
        } else {
            let steps = [Step::Name("additionalProperties")];
            walk.inside(Step::Member(name), &steps, additional, &member.node);
        }
        if walk.is_settled() {
            return;
        }
    }
}

/// Returns whether a name matches one of the patterns; `None` if that is not known.
fn matches_any(walk: &Walk<'_, '_>, patterns: Option<&Node>, name: &str) -> Option<bool> {
    let mut is_known = true;
    for (pattern, _) in patterns.into_iter().flat_map(Node::entries) {
        match walk.validator.patterns.pattern(pattern).is_match(name) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => is_known = false,
        }
    }
    is_known.then_some(false)
}

fn pattern_properties<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    object: &'w Object,
    evaluated: &mut Evaluated,
) {
    for (pattern, property) in schema
        .get("patternProperties")
        .into_iter()
        .flat_map(Node::entries)
    {
        let compiled = walk.validator.patterns.pattern(pattern);
        for (name, member) in object.iter() {
            match compiled.is_match(name) {
                Some(true) => {
                    let steps = [Step::Name("patternProperties"), Step::Member(pattern)];
                    walk.inside(Step::Member(name), &steps, property, &member.node);
                }
                Some(false) => continue,
                None => walk.leave_open(Undecided::Pattern),
            }
            walk.evaluated_member(evaluated, name);
        }
    }
}

/// Validates `dependencies`, `dependentRequired` and `dependentSchemas`.
fn dependencies<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    value: &'w Node,
    object: &'w Object,
    evaluated: &mut Evaluated,
) {
    for keyword in ["dependencies", "dependentRequired", "dependentSchemas"] {
        for (name, dependency) in schema.get(keyword).into_iter().flat_map(Node::entries) {
            if !object.contains(name) {
                continue;
            }
            if let Value::Array(_) = dependency.value {
                for missing in dependency.strings().filter(|needed| !object.contains(needed)) {
                    walk.fail(schema, keyword, Some(value), || {
                        format!("must have property {missing} when property {name} is present")
                    });
                }
            } else {
                let below = walk.below(&[Step::Name(keyword), Step::Member(name)], dependency, value);
                evaluated.merge(below);
            }
        }
    }
}

/// Validates `discriminator` next to `oneOf` (OpenAPI 3.0, "discriminator object"): the tag determines the
/// branch.
fn discriminator<'w>(
    walk: &mut Walk<'_, 'w>,
    schema: &'w Node,
    value: &'w Node,
    object: &'w Object,
    evaluated: &mut Evaluated,
) {
    let Some(discriminator) = schema.get("discriminator") else {
        return;
    };
    let Some(branches) = schema.get("oneOf").and_then(Node::as_array) else {
        return;
    };
    let Some(name) = discriminator.get("propertyName").and_then(Node::as_str) else {
        return;
    };
    let is_required = || {
        let mut required = schema.get("required").into_iter().flat_map(Node::strings);
        required.any(|required| required == name)
    };
    if !object.contains(name) && !is_required() {
        combine::any_of(walk, schema, "oneOf", branches, value, evaluated);
        return;
    }
    let Some(tag) = object.get(name).and_then(Node::as_str) else {
        walk.fail(schema, "discriminator", Some(value), || {
            format!("tag \"{name}\" must be string")
        });
        return;
    };
    let mapping = discriminator.get("mapping");
    let chosen = branches
        .iter()
        .position(|branch| is_tagged(walk, branch, name, tag, mapping));
    match chosen {
        Some(index) => {
            let steps = [Step::Name("oneOf"), Step::Index(index)];
            let below = walk.below(&steps, &branches[index], value);
            evaluated.merge(below);
        }
        None => walk.fail(schema, "discriminator", Some(value), || {
            format!("value of tag \"{name}\" must be in oneOf")
        }),
    }
}

/// Returns whether a branch has this tag: by the mapping, by the values that its tag property allows, or by
/// its name.
fn is_tagged(walk: &Walk<'_, '_>, branch: &Node, name: &str, tag: &str, mapping: Option<&Node>) -> bool {
    let reference = branch.get("$ref").and_then(Node::as_str);
    let short = reference.and_then(|reference| reference.rsplit('/').next());
    if let Some(mapped) = mapping
        .and_then(|mapping| mapping.get(tag))
        .and_then(Node::as_str)
    {
        return Some(mapped) == reference || Some(mapped) == short;
    }
    let resolved = walk.validator.bundle.target_of(branch).unwrap_or(branch);
    let property = resolved
        .get("properties")
        .and_then(|properties| properties.get(name));
    let property = property.map(|property| walk.validator.bundle.resolve(property));
    let listed = property
        .and_then(|property| property.get("enum"))
        .and_then(Node::as_array);
    if let Some(listed) = listed {
        return listed.iter().any(|value| value.as_str() == Some(tag));
    }
    if let Some(expected) = property.and_then(|property| property.get("const")) {
        return expected.as_str() == Some(tag);
    }
    mapping.is_none() && short == Some(tag)
}
