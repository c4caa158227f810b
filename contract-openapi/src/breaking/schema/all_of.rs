//! Brings schemas that mean the same into one notation: `allOf`, and what stands beside `$ref` (OpenAPI 3.1), become one
//! schema where that is exact.

use std::borrow::Cow;

use super::normal::is_annotation;
use crate::description::Description;
use crate::document::{Node, Object, Value};
use crate::schema::both;

/// Maximum nesting of `allOf` and references.
const MAX_DEPTH: usize = 24;

/// Maximum number of schemas that are merged into one.
const MAX_PARTS: usize = 256;

/// Returns a schema without its reference and without `allOf`; with them where one schema cannot say the same.
pub(super) fn merged<'a>(description: &'a Description, schema: &'a Node) -> Cow<'a, Node> {
    let mut left = MAX_PARTS;
    let whole = whole(description, schema, 0, &mut left);
    whole.unwrap_or_else(|| Cow::Borrowed(description.resolve(schema)))
}

/// Returns the schema in one piece; `None` if that is not exact.
fn whole<'a>(
    description: &'a Description,
    schema: &'a Node,
    depth: usize,
    left: &mut usize,
) -> Option<Cow<'a, Node>> {
    if depth > MAX_DEPTH {
        return None;
    }
    *left = left.checked_sub(1)?;
    let reference = schema
        .get("$ref")
        .or_else(|| description.documents().dynamic_reference(schema));
    let referenced = match reference {
        None => None,
        Some(reference) if !counts_beside_reference(description, schema) => {
            return whole_target(description, reference, depth, left);
        }
        Some(reference) => Some(whole_target(description, reference, depth, left)?),
    };
    let branches = schema.get("allOf").and_then(Node::as_array).unwrap_or_default();
    if branches.is_empty() && referenced.is_none() {
        return Some(Cow::Borrowed(schema));
    }
    if reference.is_none() && schema.get("$dynamicRef").is_some() {
        return None;
    }
    let mut parts = vec![without(schema, &["$ref", "$dynamicRef", "allOf"])?];
    parts.extend(referenced.as_deref().and_then(Node::as_object).cloned());
    for branch in branches {
        match whole(description, branch, depth + 1, left)?.value {
            Value::Object(ref object) => parts.push(object.clone()),
            Value::Bool(true) => {}
            _ => return None,
        }
    }
    Some(Cow::Owned(Node {
        value: Value::Object(conjunction(&parts)?),
        at: schema.at,
    }))
}

/// Returns the target of a reference in one piece.
fn whole_target<'a>(
    description: &'a Description,
    reference: &'a Node,
    depth: usize,
    left: &mut usize,
) -> Option<Cow<'a, Node>> {
    let target = description
        .documents()
        .lookup(reference.at.base(), reference.as_str()?)
        .ok()?;
    whole(description, target, depth + 1, left)
}

/// Returns whether keywords stand beside a reference and count: since OpenAPI 3.1.
fn counts_beside_reference(description: &Description, schema: &Node) -> bool {
    description.version().has_json_schema() && schema.as_object().is_some_and(|object| object.len() > 1)
}

fn without(schema: &Node, keywords: &[&str]) -> Option<Object> {
    let mut object = schema.as_object()?.clone();
    for keyword in keywords {
        object.remove(keyword);
    }
    Some(object)
}

/// Keywords that mean something only together with others of the same schema: with them in two parts there is no exact
/// conjunction.
const TOGETHER: [&[&str]; 4] = [
    &["if", "then", "else"],
    &[
        "prefixItems",
        "additionalItems",
        "unevaluatedItems",
        "contains",
        "minContains",
        "maxContains",
    ],
    &["discriminator"],
    &[
        "$id",
        "$dynamicAnchor",
        "$dynamicRef",
        "$recursiveRef",
        "$recursiveAnchor",
    ],
];

/// Returns one schema whose values are those that all parts allow; `None` if there is no exact one.
fn conjunction(parts: &[Object]) -> Option<Object> {
    let count = |keywords: &[&str]| {
        let has = |part: &&Object| keywords.iter().any(|keyword| part.contains(keyword));
        parts.iter().filter(has).count()
    };
    if TOGETHER.iter().any(|keywords| count(keywords) > 1) || !is_open_enough(parts) {
        return None;
    }
    // Draft 4: whether the bound is exclusive stands beside it.
    let is_flag = |keyword: &str| {
        let mut flags = parts.iter().filter_map(|part| part.get(keyword));
        flags.any(|flag| flag.as_bool().is_some())
    };
    let is_ambiguous = is_flag("exclusiveMaximum") && count(&["maximum"]) > 1
        || is_flag("exclusiveMinimum") && count(&["minimum"]) > 1;
    if is_ambiguous {
        return None;
    }
    let mut whole = Object::default();
    for part in parts {
        for (keyword, member) in part.iter().filter(|(keyword, _)| *keyword != "nullable") {
            let merged = match whole.get(keyword) {
                None => member.node.clone(),
                Some(present) => conjoined(keyword, present, &member.node)?,
            };
            whole.insert(keyword, merged);
        }
    }
    // `nullable` counts beside a type alone (OpenAPI 3.0.3).
    let mut typed = parts.iter().filter(|part| part.contains("type")).peekable();
    if typed.peek().is_some() && typed.all(is_nullable) {
        whole.insert("nullable", true.into());
    }
    Some(whole)
}

fn is_nullable(part: &Object) -> bool {
    part.get("nullable").and_then(Node::as_bool) == Some(true)
}

/// Returns whether no part forbids properties that another part describes.
fn is_open_enough(parts: &[Object]) -> bool {
    const PROPERTIES: [&str; 2] = ["properties", "patternProperties"];
    let describes = |part: &Object| PROPERTIES.iter().any(|keyword| part.contains(keyword));
    let closes = |part: &Object, keyword: &str| {
        part.get(keyword).is_some_and(|rest| {
            let is_empty = rest.as_object().is_some_and(Object::is_empty);
            rest.as_bool() != Some(true) && !is_empty
        })
    };
    parts.iter().enumerate().all(|(index, part)| {
        let others_describe = parts
            .iter()
            .enumerate()
            .any(|(other, part)| other != index && describes(part));
        let is_inner = index > 0;
        let is_closed =
            closes(part, "additionalProperties") || (is_inner && closes(part, "unevaluatedProperties"));
        !(is_closed && others_describe)
    })
}

/// Returns the value of one keyword that says what both say; `None` if there is none.
fn conjoined(keyword: &str, one: &Node, other: &Node) -> Option<Node> {
    match keyword {
        "type" => types_in_common(one, other),
        "enum" => {
            let (one_values, others) = (one.as_array()?, other.as_array()?);
            let common: Vec<Node> = one_values
                .iter()
                .filter(|value| others.contains(value))
                .cloned()
                .collect();
            (!common.is_empty()).then_some(Node {
                value: Value::Array(common),
                at: one.at,
            })
        }
        "items" | "additionalProperties" if !one.same_value(other) => {
            let all_of: Object = [("allOf", Node::from(vec![one.clone(), other.clone()]))]
                .into_iter()
                .collect();
            Some(all_of.into())
        }
        _ if is_annotation(keyword) || keyword.starts_with('$') => Some(one.clone()),
        _ => both(keyword, one, other),
    }
}

/// Returns the types that both allow; `None` if there are none.
fn types_in_common(one: &Node, other: &Node) -> Option<Node> {
    let names = |node: &Node| -> Vec<String> {
        match node.as_str() {
            Some(name) => vec![name.to_owned()],
            None => node.strings().map(str::to_owned).collect(),
        }
    };
    let (ones, others) = (names(one), names(other));
    let covers = |names: &[String], name: &str| {
        names
            .iter()
            .any(|other| other == name || other == "number" && name == "integer")
    };
    let mut common: Vec<Node> = Vec::new();
    for name in ones.iter().chain(&others) {
        let node = Node::from(name.as_str());
        if covers(&ones, name) && covers(&others, name) && !common.contains(&node) {
            common.push(node);
        }
    }
    match common.len() {
        0 => None,
        1 => common.pop().map(|node| Node { at: one.at, ..node }),
        _ => Some(Node {
            value: Value::Array(common),
            at: one.at,
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::merged;
    use crate::description::Description;
    use crate::document::Node;

    fn merged_schema(version: &str, schema: &Json) -> Json {
        let description = json!({"openapi": version, "components": {"schemas": {
            "Base": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
            "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}]},
            "It": schema,
        }}});
        let description = Description::from_text("openapi.json", &description.to_string()).unwrap();
        let schema = description
            .root()
            .descend(["components", "schemas", "It"])
            .unwrap();
        Node::to_serde(&merged(&description, schema))
    }

    #[test]
    fn what_one_schema_can_say_is_said_by_one() {
        let base = json!({"$ref": "#/components/schemas/Base"});
        for (version, schema, expected) in [
            (
                "3.0.3",
                json!({"allOf": [base, {"required": ["b"], "properties": {"b": {"type": "integer"}}}]}),
                json!({"type": "object", "required": ["a", "b"], "properties": {
                    "a": {"type": "string"}, "b": {"type": "integer"}}}),
            ),
            (
                "3.1.0",
                json!({"$ref": "#/components/schemas/Base", "required": ["z"], "description": "with z"}),
                json!({"type": "object", "required": ["z", "a"], "description": "with z",
                    "properties": {"a": {"type": "string"}}}),
            ),
            (
                "3.0.3",
                json!({"$ref": "#/components/schemas/Base", "required": ["z"]}),
                json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}),
            ),
            (
                "3.0.3",
                json!({"allOf": [{"type": "number", "nullable": true, "maximum": 9}, {"type": "integer", "maximum": 7}]}),
                json!({"type": "integer", "maximum": 7}),
            ),
            (
                "3.1.0",
                json!({"allOf": [{"type": ["string", "null"], "enum": ["a", "b"]}, {"enum": ["b", "c"]}]}),
                json!({"type": ["string", "null"], "enum": ["b"]}),
            ),
        ] {
            assert_eq!(merged_schema(version, &schema), expected, "{schema}");
        }
    }

    #[test]
    fn what_one_schema_cannot_say_stays() {
        for schema in [
            json!({"allOf": [{"$ref": "#/components/schemas/Base"},
                {"properties": {"b": {}}, "additionalProperties": false}]}),
            json!({"allOf": [{"pattern": "a"}, {"pattern": "b"}]}),
            json!({"allOf": [{"type": "string"}, {"type": "object"}]}),
            json!({"allOf": [{"oneOf": [{"type": "string"}]}, {"oneOf": [{"maxLength": 3}]}]}),
            json!({"allOf": [{"minimum": 1, "exclusiveMinimum": true}, {"minimum": 2}]}),
            json!({"allOf": [{"$ref": "#/components/schemas/Loop"}]}),
        ] {
            assert_eq!(merged_schema("3.0.3", &schema), schema);
        }
    }
}
