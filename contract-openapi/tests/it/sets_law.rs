//! The law of witnesses: each is allowed by the description and refused by the contract.

use contract_core::contract::{Body, Contract};
use contract_core::matching::ResponsePlan;
use contract_openapi::{Code, Comparator, CompareOptions, ContractFile, Description};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A schema, an example that it is likely to allow, and rules for it.
#[derive(Debug, Clone)]
struct Place {
    schema: Value,
    example: Value,
    rules: Vec<(String, Value)>,
}

fn leaf() -> impl Strategy<Value = Place> {
    let schemas = prop_oneof![
        Just((json!({"type": "integer"}), json!(1))),
        Just((json!({"type": ["integer", "null"]}), json!(1))),
        Just((json!({"type": "integer", "minimum": 0, "maximum": 3}), json!(1))),
        Just((json!({"type": "number"}), json!(1.5))),
        Just((json!({"type": "string"}), json!("A"))),
        Just((json!({"type": "string", "nullable": true}), json!("A"))),
        Just((json!({"type": "string", "maxLength": 2}), json!("A"))),
        Just((json!({"type": "string", "pattern": "^[A-C]$"}), json!("A"))),
        Just((json!({"type": "string", "format": "date"}), json!("2026-01-01"))),
        Just((json!({"enum": ["A", "B"]}), json!("A"))),
        Just((
            json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
            json!("A")
        )),
        Just((json!({"type": "boolean"}), json!(true))),
        Just((json!({}), json!("A"))),
    ];
    let rule = prop_oneof![
        Just(None),
        Just(Some(json!({"match": "type"}))),
        Just(Some(json!({"match": "regex", "regex": "[A-B]"}))),
        Just(Some(json!({"match": "integer"}))),
        Just(Some(json!({"match": "equality"}))),
        Just(Some(json!({"match": "notEmpty"}))),
        Just(Some(json!({"match": "date", "format": "yyyy-MM-dd"}))),
    ];
    (schemas, rule).prop_map(|((schema, example), rule)| Place {
        schema,
        example,
        rules: rule.map(|rule| (String::new(), rule)).into_iter().collect(),
    })
}

fn place() -> impl Strategy<Value = Place> {
    leaf().prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), any::<[bool; 4]>()).prop_map(|(a, b, [needs_a, needs_b, closed, typed])| {
                let mut required = Vec::new();
                required.extend(needs_a.then_some("a"));
                required.extend(needs_b.then_some("b"));
                let mut schema = json!({"type": "object", "properties": {"a": a.schema, "b": b.schema}, "required": required});
                if closed {
                    schema["additionalProperties"] = json!(false);
                }
                let mut rules: Vec<(String, Value)> = Vec::new();
                rules.extend(a.rules.into_iter().map(|(path, rule)| (format!(".a{path}"), rule)));
                rules.extend(b.rules.into_iter().map(|(path, rule)| (format!(".b{path}"), rule)));
                rules.extend(typed.then(|| (String::new(), json!({"match": "type"}))));
                Place { schema, example: json!({"a": a.example, "b": b.example}), rules }
            }),
            (inner, 0..3_u64, any::<bool>()).prop_map(|(items, least, with_minimum)| {
                let mut rules: Vec<(String, Value)> =
                    items.rules.into_iter().map(|(path, rule)| (format!("[*]{path}"), rule)).collect();
                let rule = if with_minimum { json!({"match": "type", "min": 1}) } else { json!({"match": "type"}) };
                rules.push((String::new(), rule));
                Place {
                    schema: json!({"type": "array", "items": items.schema, "minItems": least}),
                    example: json!([items.example]),
                    rules,
                }
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_witness_is_allowed_and_refused(place in place()) {
        let rules: serde_json::Map<String, Value> = place
            .rules
            .iter()
            .map(|(path, rule)| (format!("${path}"), json!({"matchers": [rule]})))
            .collect();
        let description = json!({
            "openapi": "3.0.3",
            "paths": {"/a": {"get": {"responses": {"200": {"content": {"application/json": {"schema": place.schema}}}}}}},
        });
        let contract = json!({
            "consumer": {"name": "web"},
            "provider": {"name": "api"},
            "interactions": [{
                "description": "d",
                "request": {"method": "GET", "path": "/a"},
                "response": {
                    "status": 200,
                    "headers": {"Content-Type": "application/json"},
                    "body": place.example,
                    "matchingRules": {"body": rules},
                },
            }],
            "metadata": {"pactSpecification": {"version": "3.0.0"}},
        });
        let description = Description::from_text("openapi.json", &description.to_string()).unwrap();
        let file = ContractFile::from_text("contract.json", &contract.to_string()).unwrap();
        let comparison = Comparator::new(&description, CompareOptions::default()).unwrap().compare(&file).unwrap();
        let contract = Contract::from_json(contract).unwrap();
        let expected = &contract.interactions[0].as_http().unwrap().response;
        let plan = ResponsePlan::compile_for("GET", expected).unwrap();
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&translated(&place.schema))
            .unwrap();
        for finding in &comparison.findings {
            let Some(witness) = &finding.witness else { continue };
            prop_assert!(finding.code != Code::BodyContainmentUnknown);
            let value = witness.value.0.to_serde();
            prop_assert!(validator.is_valid(&value), "the description refuses {value}");
            let mut actual = expected.clone();
            actual.body = Body::json(value.clone());
            prop_assert!(!plan.compare(&actual).is_match(), "the contract accepts {value}");
        }
        let is_contained = comparison.findings.is_empty() && comparison.unknown == 0;
        for value in changed(&place.example).into_iter().filter(|value| is_contained && validator.is_valid(value)) {
            let mut actual = expected.clone();
            actual.body = Body::json(value.clone());
            prop_assert!(plan.compare(&actual).is_match(), "the contract refuses {value}, which was not found");
        }
    }
}

/// The value with one place at a time replaced by values of every kind, or removed.
fn changed(value: &Value) -> Vec<Value> {
    let mut changes = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("x"),
        json!("B"),
        json!("2000-02-29"),
        json!([]),
        json!({}),
    ];
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                changes.extend(changed(member).into_iter().map(|other| {
                    let mut value = value.clone();
                    value[name] = other;
                    value
                }));
                let mut without = members.clone();
                without.remove(name);
                changes.push(Value::Object(without));
            }
        }
        Value::Array(elements) => {
            for other in elements.first().map(changed).unwrap_or_default() {
                changes.push(json!([other.clone()]));
                changes.push(json!([elements[0], other]));
            }
        }
        _ => {}
    }
    changes
}

/// `nullable` in the words of JSON Schema.
fn translated(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut members: serde_json::Map<String, Value> = members
                .iter()
                .map(|(name, member)| (name.clone(), translated(member)))
                .collect();
            if members.remove("nullable") == Some(json!(true)) {
                members["type"] = json!([members["type"], "null"]);
            }
            Value::Object(members)
        }
        Value::Array(elements) => elements.iter().map(translated).collect(),
        other => other.clone(),
    }
}
