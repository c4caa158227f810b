//! Converts a schema and all targets of its references to the keywords of JSON Schema.

use crate::description::Version;
use crate::document::{Documents, Node, Object, Value};
use crate::schema::Bundle;
use crate::schema::bundle::Target;

use super::{Direction, SUBTYPES, SchemaRules, one_sided};

/// Collects a schema and all targets of its references. A missing target becomes a schema that accepts
/// everything.
pub(crate) fn bundle_of(
    documents: &Documents,
    schema: &Node,
    direction: Direction,
    rules: SchemaRules,
) -> Bundle {
    let mut wanted = Vec::new();
    let root = converted(documents, schema, direction, rules, &mut wanted);
    let mut bundle = Bundle::of(root);
    let mut next = 0;
    while let Some(target) = wanted.get(next).cloned() {
        next += 1;
        if bundle.has(&target) {
            continue;
        }
        let schema = match documents.lookup(target.base, &target.reference) {
            Ok(schema) => converted(documents, schema, direction, rules, &mut wanted),
            Err(_) => Node::from(Object::default()),
        };
        bundle.insert(target, schema);
    }
    bundle
}

fn converted(
    documents: &Documents,
    schema: &Node,
    direction: Direction,
    rules: SchemaRules,
    wanted: &mut Vec<Target>,
) -> Node {
    let mut schema = schema.clone();
    if let Value::Object(object) = &mut schema.value {
        object.remove("description");
        object.remove("example");
    }
    let stands_alone = rules.reference_stands_alone
        && Version::of(documents.root()).is_some_and(|version| !version.has_json_schema());
    visit(&mut schema, &mut |schema| {
        if stands_alone {
            drop_siblings(schema);
        }
        follow_dynamic(documents, schema);
        if rules.discriminators {
            if rules.partial && direction == Direction::Received {
                name_subtypes(documents, schema, wanted);
            }
            name_tags(schema);
        }
        keep_discriminator_beside_one_of(schema);
        if let Some(target) = Target::of(schema) {
            wanted.push(target);
        }
        nullable(documents, schema, rules);
        exclusive_bounds(schema);
    });
    if rules.read_only_write_only {
        one_sided::drop(documents, &mut schema, direction);
    }
    schema
}

/// Removes what stands beside `$ref` (OpenAPI 3.0, "reference object": it is ignored).
fn drop_siblings(schema: &mut Node) {
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    if object.len() > 1
        && let Some(reference) = object.get("$ref").filter(|node| node.as_str().is_some()).cloned()
    {
        *object = [("$ref", reference)].into_iter().collect();
    }
}

/// Makes a reference of `$dynamicRef` where it can lead to one schema alone.
fn follow_dynamic(documents: &Documents, schema: &mut Node) {
    let Some(target) = documents.dynamic_reference(schema).cloned() else {
        return;
    };
    if let Value::Object(object) = &mut schema.value {
        object.remove("$dynamicRef");
        object.insert("$ref", target);
    }
}

/// Calls `change` for a schema and all its subschemas, innermost first.
pub(super) fn visit(schema: &mut Node, change: &mut dyn FnMut(&mut Node)) {
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    for keyword in ["allOf", "oneOf", "anyOf", "prefixItems"] {
        if let Some(Node {
            value: Value::Array(branches),
            ..
        }) = object.get_mut(keyword)
        {
            for branch in branches {
                visit(branch, change);
            }
        }
    }
    for keyword in ["properties", "patternProperties", "dependentSchemas"] {
        if let Some(Node {
            value: Value::Object(properties),
            ..
        }) = object.get_mut(keyword)
        {
            for (_, member) in properties.iter_mut() {
                visit(&mut member.node, change);
            }
        }
    }
    for keyword in [
        "not",
        "items",
        "additionalProperties",
        "if",
        "then",
        "else",
        "contains",
        "propertyNames",
        "unevaluatedProperties",
        "unevaluatedItems",
    ] {
        if let Some(below) = object.get_mut(keyword) {
            visit(below, change);
        }
    }
    change(schema);
}

/// Names the schemas that extend a schema with a discriminator by `allOf`: where it is expected, one of them may come.
fn name_subtypes(documents: &Documents, schema: &mut Node, wanted: &mut Vec<Target>) {
    let is_base = schema.get("discriminator").is_some()
        && schema.get("oneOf").is_none()
        && schema.get("anyOf").is_none();
    if !is_base {
        return;
    }
    let subtypes = documents.subtypes(schema.at);
    wanted.extend(subtypes.iter().filter_map(Target::of));
    if subtypes.is_empty() {
        return;
    }
    if let Value::Object(object) = &mut schema.value {
        object.insert(SUBTYPES, subtypes.into());
    }
}

/// Adds the names of the schemas in `oneOf` to the tags of a discriminator with `mapping` (OpenAPI 3.0, "discriminator
/// object": they are tags as well).
fn name_tags(schema: &mut Node) {
    let branches = schema.get("oneOf").and_then(Node::as_array).unwrap_or_default();
    let references: Vec<Node> = branches
        .iter()
        .filter_map(|branch| branch.get("$ref").cloned())
        .collect();
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    let Some(Node {
        value: Value::Object(discriminator),
        ..
    }) = object.get_mut("discriminator")
    else {
        return;
    };
    let Some(Node {
        value: Value::Object(mapping),
        ..
    }) = discriminator.get_mut("mapping")
    else {
        return;
    };
    for reference in references {
        let name = reference.as_str().and_then(|text| text.rsplit('/').next());
        let Some(name) = name.map(str::to_owned) else {
            continue;
        };
        if !mapping.contains(&name) {
            mapping.insert(&name, reference);
        }
    }
}

/// Removes a discriminator that is not next to `oneOf`; otherwise requires its tag.
fn keep_discriminator_beside_one_of(schema: &mut Node) {
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    let Some(discriminator) = object.get("discriminator") else {
        return;
    };
    if !object.contains("oneOf") {
        object.remove("discriminator");
        return;
    }
    let Some(name) = discriminator.get("propertyName").cloned() else {
        return;
    };
    let mut required: Vec<Node> = match object.get("required").map(|required| &required.value) {
        Some(Value::Array(names)) => names.clone(),
        _ => Vec::new(),
    };
    if !required.contains(&name) {
        required.push(name);
    }
    object.insert("required", required.into());
}

/// Converts `nullable` of OpenAPI 3.0 to a type of JSON Schema.
fn nullable(documents: &Documents, schema: &mut Node, rules: SchemaRules) {
    if schema.get("nullable").and_then(Node::as_bool) != Some(true) {
        return;
    }
    let has_type = schema.get("type").is_some();
    if schema.get("$ref").is_some() {
        let referenced = documents
            .resolve(schema)
            .ok()
            .and_then(|target| target.get("type"))
            .cloned();
        if let (Value::Object(object), false, Some(referenced)) = (&mut schema.value, has_type, referenced) {
            object.insert("type", referenced);
        }
        return;
    }
    let at = schema.at;
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    if !has_type {
        if rules.nullable_needs_type {
            object.remove("nullable");
            return;
        }
        object.insert(
            "type",
            Node {
                at,
                ..Node::from("object")
            },
        );
    }
    if let Some(node) = object.get_mut("type")
        && node.as_array().is_none()
    {
        let name = node.clone();
        node.value = Value::Array(vec![
            name,
            Node {
                at,
                ..Node::from("null")
            },
        ]);
    }
}

/// Converts `exclusiveMaximum: true` next to `maximum` (JSON Schema draft 4) to a separate bound.
fn exclusive_bounds(schema: &mut Node) {
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    for (exclusive, bound) in [("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")] {
        match object.get(exclusive).and_then(Node::as_bool) {
            Some(true) => match object.remove(bound) {
                Some(limit) => object.insert(exclusive, limit),
                None => {
                    object.remove(exclusive);
                }
            },
            Some(false) => {
                object.remove(exclusive);
            }
            None => {}
        }
    }
}
