//! Converts a schema and all targets of its references to the keywords of JSON Schema.

use crate::description::Version;
use crate::document::{Documents, Node, Object, Value};
use crate::schema::Bundle;
use crate::schema::bundle::Target;

use super::{Direction, SchemaRules};

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
        let schema = match documents.lookup(target.file, &target.reference) {
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
        keep_discriminator_beside_one_of(schema);
        if let Some(target) = Target::of(schema) {
            wanted.push(target);
        }
        nullable(documents, schema, rules);
        exclusive_bounds(schema);
        if rules.read_only_write_only {
            drop_one_sided(documents, schema, direction);
        }
    });
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

/// Handles members that only the other side sends (OpenAPI 3.0, "schema object": `readOnly`, `writeOnly`). A
/// `readOnly` member is not required in a request, and a `writeOnly` one is not allowed in a response.
fn drop_one_sided(documents: &Documents, schema: &mut Node, direction: Direction) {
    let mark = match direction {
        Direction::Sent => "readOnly",
        Direction::Received => "writeOnly",
    };
    let is_marked = |property: &Node| {
        let resolved = documents.resolve(property).unwrap_or(property);
        [property, resolved]
            .iter()
            .any(|node| node.get(mark).and_then(Node::as_bool) == Some(true))
    };
    let marked: Vec<String> = schema
        .get("properties")
        .into_iter()
        .flat_map(Node::entries)
        .filter(|(_, property)| is_marked(property))
        .map(|(name, _)| name.to_owned())
        .collect();
    if marked.is_empty() {
        return;
    }
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    if let Some(Node {
        value: Value::Array(names),
        ..
    }) = object.get_mut("required")
    {
        names.retain(|name| {
            !name
                .as_str()
                .is_some_and(|name| marked.iter().any(|marked| marked == name))
        });
    }
    if direction == Direction::Received
        && let Some(Node {
            value: Value::Object(properties),
            ..
        }) = object.get_mut("properties")
    {
        for name in &marked {
            if let Some(property) = properties.get_mut(name) {
                property.value = Value::Bool(false);
            }
        }
    }
}
