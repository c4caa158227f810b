//! JSON Schemas whose checks multiply.

use serde_json::{Value, json};

use super::compare::compare;
use super::input::{Input, array, input, one_list};

pub(super) fn inputs() -> Vec<Input> {
    let at_root = |schema: &Value| one_list("$", "AND", json!([{"match": "type", "schema": schema}]));
    let chain = |keyword: &str, depth: usize| {
        let mut definitions = serde_json::Map::new();
        for level in 0..depth {
            let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
            definitions.insert(format!("d{level}"), json!({ keyword: [next, next] }));
        }
        definitions.insert(format!("d{depth}"), json!({"type": "integer"}));
        json!({"$ref": "#/$defs/d0", "$defs": definitions})
    };
    let nested = |depth: usize| {
        let mut schema = json!({"type": "integer"});
        for _ in 0..depth {
            schema = json!({"anyOf": [schema, {"type": "null"}]});
        }
        schema
    };
    vec![
        input("schema: 40 levels of anyOf by reference", move || {
            compare(at_root(&chain("anyOf", 40)), json!(1), json!("x"))
        }),
        input("schema: 40 levels of allOf by reference", move || {
            compare(at_root(&chain("allOf", 40)), json!(1), json!(1))
        }),
        input("schema: 40 levels of oneOf by reference", move || {
            compare(at_root(&chain("oneOf", 40)), json!(1), json!("x"))
        }),
        input("schema: 60 levels of anyOf", move || {
            compare(at_root(&nested(60)), json!(1), json!("x"))
        }),
        input("schema: 100 levels of anyOf", move || {
            compare(at_root(&nested(100)), json!(1), json!("x"))
        }),
        input("schema: 28 levels of anyOf, two of a kind", move || {
            let mut schema = json!({"type": "integer"});
            for _ in 0..11 {
                schema = json!({"anyOf": [schema, schema]});
            }
            compare(at_root(&schema), json!(1), json!("x"))
        }),
        input("schema: recursive anyOf over a deep document", move || {
            let schema = json!({"anyOf": [
                {"properties": {"a": {"$ref": "#"}, "b": {"type": "integer"}}},
                {"properties": {"a": {"$ref": "#"}, "b": {"type": "null"}}},
            ]});
            let mut document = json!({"b": "x"});
            for _ in 0..60 {
                document = json!({"a": document, "b": "x"});
            }
            compare(at_root(&schema), json!({}), document)
        }),
        input("schema: uniqueItems", move || {
            compare(
                at_root(&json!({"uniqueItems": true})),
                json!([]),
                array(100_000, |index| format!("{{\"a\":{index}}}")),
            )
        }),
        input("schema: enum over many items", move || {
            compare(
                at_root(&json!({"items": {"enum": array(50_000, |index| format!("[{index}]"))}})),
                json!([]),
                array(50_000, |_| "[9]".to_owned()),
            )
        }),
        input("schema: a pattern that backtracks", move || {
            compare(
                at_root(&json!({"items": {"pattern": "^(?:a|aa)+(?=b)$"}})),
                json!([]),
                Value::from(vec!["a".repeat(60); 1_000]),
            )
        }),
        input("schema: contains over many items", move || {
            compare(
                at_root(
                    &json!({"allOf": array(50_000, |index| format!("{{\"contains\":{{\"const\":{index}}}}}"))}),
                ),
                json!([]),
                array(50_000, |index| format!("{}", index % 10)),
            )
        }),
    ]
}
