//! Requests that the contract's rules accept and the description does not.

use contract_openapi::{Comparator, CompareOptions, Comparison, ContractFile, Description};
use serde_json::{Value, json};

/// The comparison of a request body with rules, by the path of their places.
fn compared(schema: &str, body: &Value, rules: &Value) -> Comparison {
    let text = format!(
        "openapi: 3.1.0\npaths: {{/a: {{post: {{requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}, \
         responses: {{'200': {{description: a}}}}}}}}}}"
    );
    let description = Description::from_text("openapi.yaml", &text).unwrap();
    let contract = json!({
        "consumer": {"name": "web"},
        "provider": {"name": "api"},
        "interactions": [{
            "description": "d",
            "request": {
                "method": "POST", "path": "/a", "body": body, "headers": {"Content-Type": "application/json"},
                "matchingRules": {"body": rules},
            },
            "response": {"status": 200},
        }],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    let contract = ContractFile::from_text("contract.json", &contract.to_string()).unwrap();
    let comparator = Comparator::new(&description, CompareOptions::default()).unwrap();
    comparator.compare(&contract).unwrap()
}

fn rule(matcher: &Value) -> Value {
    json!({"$.a": {"matchers": [matcher]}})
}

/// Asserts that each finding is about the request and carries a witness; returns the number of findings.
fn witnesses(comparison: &Comparison) -> usize {
    for finding in &comparison.findings {
        assert_eq!(finding.code.as_str(), "request.body.laxer-than-spec");
        let witness = finding.witness.as_ref().unwrap();
        assert!(!witness.refused.is_empty());
        assert_eq!(witness.path, "/a");
    }
    comparison.findings.len()
}

fn object(property: &str) -> String {
    format!("{{type: object, properties: {{a: {property}}}}}")
}

#[test]
fn each_restriction_of_a_schema_has_a_witness() {
    let of_type = json!({"match": "type"});
    let digits = json!({"match": "regex", "regex": "\\d+"});
    let cases = [
        ("{type: string, maxLength: 7}", json!("abc"), &of_type),
        ("{type: string, minLength: 3}", json!("abc"), &of_type),
        ("{type: string, pattern: '^[a-z]+$'}", json!("abc"), &of_type),
        ("{type: string, format: date}", json!("2026-01-01"), &of_type),
        ("{enum: [abc, def]}", json!("abc"), &of_type),
        ("{type: string, maxLength: 4}", json!("123"), &digits),
        ("{type: integer, minimum: -3}", json!(1), &of_type),
        ("{type: integer, maximum: 1000000001}", json!(1), &of_type),
        ("{type: number, exclusiveMinimum: -7}", json!(1), &of_type),
        ("{type: number, exclusiveMaximum: 5000000000}", json!(1), &of_type),
        ("{type: number, multipleOf: 0.25}", json!(1), &of_type),
        ("{type: integer, format: int32}", json!(1), &of_type),
        ("{type: integer}", json!(1), &of_type),
        (
            "{type: array, minItems: 2, items: {type: string}}",
            json!(["x", "y"]),
            &of_type,
        ),
        (
            "{type: array, maxItems: 5, items: {type: string}}",
            json!(["x"]),
            &of_type,
        ),
        (
            "{type: array, uniqueItems: true, items: {type: string}}",
            json!(["x"]),
            &of_type,
        ),
    ];
    for (property, value, matcher) in cases {
        let comparison = compared(&object(property), &json!({"a": value}), &rule(matcher));
        assert_eq!(witnesses(&comparison), 1, "{property}: {comparison:?}");
        assert_eq!(comparison.unknown, 0, "{property}");
        // Without a rule the consumer sends the example alone.
        let exact = compared(&object(property), &json!({"a": value}), &json!({}));
        assert_eq!((exact.findings.len(), exact.unknown), (0, 0), "{property}");
    }
}

#[test]
fn the_reason_is_that_of_the_place() {
    let schema = "{oneOf: [{type: object, required: [z], properties: {z: {type: string}}}, \
                  {type: object, required: [a], properties: {a: {type: string, maxLength: 3}}}]}";
    let comparison = compared(schema, &json!({"a": "abc"}), &rule(&json!({"match": "type"})));
    assert_eq!(witnesses(&comparison), 1);
    let witness = comparison.findings[0].witness.as_ref().unwrap();
    assert_eq!(witness.refused, "must NOT have more than 3 characters");
}

#[test]
fn what_the_description_accepts_is_proved_or_unknown() {
    let proved = [
        ("{type: string}", json!("abc"), json!({"match": "type"})),
        ("{type: number}", json!(1), json!({"match": "decimal"})),
        ("{type: number}", json!(1), json!({"match": "integer"})),
        ("{type: integer}", json!(1), json!({"match": "integer"})),
        ("{type: boolean}", json!(true), json!({"match": "type"})),
        (
            "{type: string}",
            json!("abc"),
            json!({"match": "regex", "regex": "[a-z]+"}),
        ),
        (
            "{type: string, format: date}",
            json!("2026-01-01"),
            json!({"match": "date"}),
        ),
        (
            "{type: array, items: {type: string}}",
            json!(["x"]),
            json!({"match": "type", "min": 1}),
        ),
        (
            "{type: array, minItems: 1, maxItems: 3, items: {type: string}}",
            json!(["x"]),
            json!({"match": "type", "min": 1, "max": 3}),
        ),
        (
            "{type: object, properties: {b: {type: string}}}",
            json!({"b": "x"}),
            json!({"match": "type"}),
        ),
    ];
    for (property, value, matcher) in proved {
        let comparison = compared(&object(property), &json!({"a": value}), &rule(&matcher));
        assert_eq!(
            (comparison.findings.len(), comparison.unknown),
            (0, 0),
            "{property}: {comparison:?}"
        );
    }
    let unknown = [
        // All words of the rule are short enough, which nothing here proves.
        (
            "{type: string, maxLength: 5}",
            json!("abc"),
            json!({"match": "regex", "regex": "abc|abd"}),
            "rule",
        ),
        (
            "{anyOf: [{type: string, maxLength: 2}, {type: string, minLength: 2}]}",
            json!("ab"),
            json!({"match": "type"}),
            "alternatives",
        ),
    ];
    for (property, value, matcher, reason) in unknown {
        let comparison = compared(&object(property), &json!({"a": value}), &rule(&matcher));
        assert_eq!(comparison.findings.len(), 0, "{property}: {comparison:?}");
        assert_eq!(
            comparison.unknown_reasons.get(reason),
            Some(&1),
            "{property}: {comparison:?}"
        );
    }
}

#[test]
fn a_format_bounds_the_integers_of_a_rule() {
    let integer = json!({"match": "integer"});
    for (format, beyond) in [("int32", "2147483648"), ("int64", "9223372036854775808")] {
        let property = format!("{{type: integer, format: {format}}}");
        let comparison = compared(&object(&property), &json!({"a": 1}), &rule(&integer));
        assert_eq!(
            (witnesses(&comparison), comparison.unknown),
            (1, 0),
            "{comparison:?}"
        );
        let witness = comparison.findings[0].witness.as_ref().unwrap();
        assert_eq!(witness.value.0.to_string(), format!("{{\"a\":{beyond}}}"));
        assert_eq!(witness.refused, format!("must match format \"{format}\""));
    }
    // A format of numbers says nothing of texts, and one of texts nothing of numbers.
    for (property, value, matcher) in [
        (
            "{type: string, format: int64}",
            json!("x"),
            json!({"match": "type"}),
        ),
        ("{type: integer, format: date}", json!(1), integer),
    ] {
        let comparison = compared(&object(property), &json!({"a": value}), &rule(&matcher));
        assert_eq!(
            (comparison.findings.len(), comparison.unknown),
            (0, 0),
            "{comparison:?}"
        );
    }
}

#[test]
fn the_schema_is_that_of_the_media_type_with_the_same_parameters() {
    let text = "openapi: 3.1.0
paths:
  /a:
    post:
      requestBody:
        content:
          application/json;profile=long: {schema: {type: object, properties: {a: {type: string}}}}
          application/json;profile=short: {schema: {type: object, properties: {a: {type: string, maxLength: 3}}}}
      responses: {'200': {description: a}}
";
    let description = Description::from_text("openapi.yaml", text).unwrap();
    let comparator = Comparator::new(&description, CompareOptions::default()).unwrap();
    let found = |profile: &str| {
        let contract = json!({
            "interactions": [{
                "description": "d",
                "request": {
                    "method": "POST", "path": "/a", "body": {"a": "abc"},
                    "headers": {"Content-Type": format!("application/json; profile={profile}")},
                    "matchingRules": {"body": rule(&json!({"match": "type"}))},
                },
                "response": {"status": 200},
            }],
            "metadata": {"pactSpecification": {"version": "3.0.0"}},
        });
        let contract = ContractFile::from_text("contract.json", &contract.to_string()).unwrap();
        witnesses(&comparator.compare(&contract).unwrap())
    };
    assert_eq!((found("long"), found("short")), (0, 1));
}
