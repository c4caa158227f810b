//! Sets of values: what the description allows and the contract does not accept.

use contract_openapi::{Comparator, CompareOptions, ContractFile, Description, Finding, Level};
use serde_json::{Value, json};

/// The findings over sets, for a response body with rules, and the number of unknown bodies.
fn compared(schema: &str, body: &Value, rules: &Value) -> (Vec<Finding>, usize) {
    let text = format!(
        "openapi: 3.1.0\npaths: {{/a: {{get: {{responses: {{'200': {{content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}"
    );
    let description = Description::from_text("openapi.yaml", &text).unwrap();
    let contract = json!({
        "consumer": {"name": "web"},
        "provider": {"name": "api"},
        "interactions": [{
            "description": "d",
            "request": {"method": "GET", "path": "/a"},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": body,
                "matchingRules": {"body": rules},
            },
        }],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    let contract = ContractFile::from_text("contract.json", &contract.to_string()).unwrap();
    let comparison = Comparator::new(&description, CompareOptions::default())
        .unwrap()
        .compare(&contract)
        .unwrap();
    assert!(comparison.is_compatible(), "{:?}", comparison.findings);
    (comparison.findings, comparison.unknown)
}

fn type_rule() -> Value {
    json!({"$": {"matchers": [{"match": "type"}]}})
}

/// The codes and witnesses of findings.
fn told(findings: &[Finding]) -> Vec<(String, String)> {
    findings
        .iter()
        .map(|finding| {
            let witness = finding.witness.as_ref().unwrap();
            (finding.code.to_string(), witness.value.0.to_string())
        })
        .collect()
}

#[test]
fn an_optional_member_may_be_absent() {
    let schema = "{type: object, properties: {id: {type: integer}}}";
    let (findings, _) = compared(schema, &json!({"id": 1}), &type_rule());
    assert_eq!(
        told(&findings),
        [("response.body.may-be-absent".to_owned(), "{}".to_owned())]
    );
    let place = findings[0].contract.as_ref().unwrap().place.as_ref().unwrap();
    assert_eq!(place.file, "contract.json");
}

#[test]
fn a_nullable_member_may_be_null() {
    let schema = "{type: object, required: [id], properties: {id: {type: [string, 'null']}}}";
    let (findings, _) = compared(schema, &json!({"id": "x"}), &type_rule());
    assert_eq!(
        told(&findings),
        [(
            "response.body.may-be-null".to_owned(),
            r#"{"id":null}"#.to_owned()
        )]
    );
}

#[test]
fn an_enum_may_have_other_values() {
    let schema = "{type: object, required: [id], properties: {id: {enum: [A, B]}}}";
    let rules = json!({"$.id": {"matchers": [{"match": "regex", "regex": "A"}]}});
    let (findings, _) = compared(schema, &json!({"id": "A"}), &rules);
    assert_eq!(
        told(&findings),
        [(
            "response.body.value-not-handled".to_owned(),
            r#"{"id":"B"}"#.to_owned()
        )]
    );
}

#[test]
fn an_array_may_be_empty() {
    let schema = "{type: array, items: {type: integer}}";
    let rules = json!({"$": {"matchers": [{"match": "type", "min": 1}]}});
    let (findings, _) = compared(schema, &json!([1]), &rules);
    assert_eq!(
        told(&findings),
        [("response.body.may-be-empty".to_owned(), "[]".to_owned())]
    );
}

#[test]
fn an_array_may_be_longer() {
    let schema = "{type: array, minItems: 1, items: {type: integer}}";
    let rules = json!({"$": {"matchers": [{"match": "type", "min": 1, "max": 2}]}});
    let (findings, _) = compared(schema, &json!([1]), &rules);
    assert_eq!(
        told(&findings),
        [("response.body.value-not-handled".to_owned(), "[1,1,1]".to_owned())]
    );
}

#[test]
fn a_member_of_an_element_that_may_be_absent_is_told_once() {
    let schema = "{type: array, minItems: 1, items: {type: object, properties: {b: {type: string}}}}";
    let rules = json!({"$": {"matchers": [{"match": "type", "min": 1}]}});
    let (findings, _) = compared(schema, &json!([{"b": "x"}]), &rules);
    assert_eq!(
        told(&findings),
        [("response.body.may-be-absent".to_owned(), "[{}]".to_owned())]
    );
}

#[test]
fn a_branch_may_not_be_handled() {
    let schema = "{oneOf: [{type: object, required: [cat], properties: {cat: {type: string}}}, \
                  {type: object, required: [dog], properties: {dog: {type: string}}}]}";
    let (findings, _) = compared(schema, &json!({"cat": "x"}), &type_rule());
    assert!(
        told(&findings).iter().any(|(_, witness)| witness.contains("dog")),
        "{:?}",
        told(&findings)
    );
}

#[test]
fn what_fits_is_proved() {
    let schema =
        "{type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}}}";
    let (findings, unknown) = compared(schema, &json!({"id": 1, "name": "x"}), &type_rule());
    assert_eq!((told(&findings), unknown), (Vec::new(), 0));
}

#[test]
fn what_is_not_known_is_counted() {
    let schema = "{type: object, required: [id], properties: {id: {type: string, pattern: '^[a-c]+$'}}}";
    let rules = json!({"$.id": {"matchers": [{"match": "regex", "regex": "[abc]{1,}"}]}});
    let (findings, unknown) = compared(schema, &json!({"id": "a"}), &rules);
    assert_eq!((told(&findings), unknown), (Vec::new(), 1));
}

#[test]
fn the_strict_profile_makes_errors() {
    let text = "openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {content: {application/json: {schema: \
                {type: object, properties: {id: {type: integer}}}}}}}}}}";
    let description = Description::from_text("openapi.yaml", text).unwrap();
    let contract = json!({"interactions": [{
        "description": "d", "request": {"method": "GET", "path": "/a"},
        "response": {"status": 200, "body": {"id": 1}, "headers": {"Content-Type": "application/json"}},
    }]});
    let contract = ContractFile::from_text("contract.json", &contract.to_string()).unwrap();
    let comparator = Comparator::new(&description, CompareOptions::strict()).unwrap();
    let levels: Vec<Level> = comparator
        .compare(&contract)
        .unwrap()
        .findings
        .iter()
        .map(|finding| finding.level)
        .collect();
    assert!(levels.contains(&Level::Error), "{levels:?}");
}

/// The findings over the request body.
fn sent(schema: &str, request: &Value) -> Vec<Finding> {
    let text = format!(
        "openapi: 3.1.0\npaths: {{/a: {{post: {{requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}, \
         responses: {{'200': {{description: a}}}}}}}}}}"
    );
    let description = Description::from_text("openapi.yaml", &text).unwrap();
    let contract = json!({
        "consumer": {"name": "web"},
        "provider": {"name": "api"},
        "interactions": [{"description": "d", "request": request, "response": {"status": 200}}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    let contract = ContractFile::from_text("contract.json", &contract.to_string()).unwrap();
    let comparator = Comparator::new(&description, CompareOptions::default()).unwrap();
    comparator.compare(&contract).unwrap().findings
}

fn posted(body: &Value, more: &Value) -> Value {
    let mut request = json!({
        "method": "POST", "path": "/a", "headers": {"Content-Type": "application/json"}, "body": body,
    });
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

#[test]
fn generators_stay_within_the_description() {
    let schema = "{type: object, properties: {code: {type: string, maxLength: 2}}}";
    let more = json!({"generators": {"body": {"$.code": {"type": "RandomString", "size": 3}}},
        "matchingRules": {"body": {"$.code": {"matchers": [{"match": "type"}]}}}});
    let findings = sent(schema, &posted(&json!({"code": "ab"}), &more));
    assert_eq!(findings[0].code.to_string(), "request.body.value-outside-spec");
    assert_eq!(findings[0].level, Level::Error);
}

#[test]
fn rules_that_accept_more_than_the_provider_are_told() {
    let schema = "{type: object, properties: {size: {enum: [S, M]}}}";
    let more = json!({"matchingRules": {"body": {"$.size": {"matchers": [{"match": "type"}]}}}});
    let findings = sent(schema, &posted(&json!({"size": "S"}), &more));
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(
        (findings[0].code.to_string().as_str(), findings[0].level),
        ("request.body.laxer-than-spec", Level::Info)
    );
}

/// A tagged union, as `any_of` writes it.
fn cat_or_dog() -> Value {
    let alternative = |name: &str| {
        json!({
            "examples": [{name: "x"}],
            "x-matching-rules": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}},
        })
    };
    json!({"$": {"matchers": [{"match": "type", "schema": {"anyOf": [alternative("cat"), alternative("dog")]}}]}})
}

#[test]
fn alternatives_of_a_contract_are_each_handled_and_the_rest_is_unknown() {
    let branch = |name: &str| {
        format!("{{type: object, required: [{name}], properties: {{{name}: {{type: string}}}}}}")
    };
    let schema = |names: &[&str]| {
        let branches: Vec<String> = names.iter().map(|name| branch(name)).collect();
        format!("{{oneOf: [{}]}}", branches.join(", "))
    };
    let (findings, unknown) = compared(&schema(&["cat", "dog"]), &json!({"cat": "x"}), &cat_or_dog());
    assert_eq!((told(&findings), unknown), (vec![], 1));
    let (findings, _) = compared(
        &schema(&["cat", "dog", "cow"]),
        &json!({"cat": "x"}),
        &cat_or_dog(),
    );
    assert!(
        told(&findings).iter().any(|(_, witness)| witness.contains("cow")),
        "{:?}",
        told(&findings)
    );
}

#[test]
fn a_rule_for_integers_accepts_those_of_every_format() {
    let rules = json!({"$.id": {"matchers": [{"match": "integer"}]}});
    for format in ["int32", "int64"] {
        let schema = format!(
            "{{type: object, required: [id], properties: {{id: {{type: integer, format: {format}}}}}}}"
        );
        assert_eq!(
            compared(&schema, &json!({"id": 7}), &rules),
            (vec![], 0),
            "{format}"
        );
    }
}

#[test]
fn the_greatest_integer_of_a_format_is_tried() {
    let rules = json!({"$.id": {"matchers": [{"match": "regex", "regex": "-?[0-9]{1,10}"}]}});
    let of = |format: &str| {
        let schema = format!(
            "{{type: object, required: [id], properties: {{id: {{type: integer, format: {format}}}}}}}"
        );
        told(&compared(&schema, &json!({"id": 7}), &rules).0)
    };
    assert_eq!(of("int32"), []);
    assert_eq!(
        of("int64"),
        [(
            "response.body.value-not-handled".to_owned(),
            r#"{"id":-9223372036854775808}"#.to_owned()
        )]
    );
}
