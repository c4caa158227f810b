//! Descriptions that other Pact tools show and test for. They are kept word for word.

use crate::json::{Value, json};

use super::{in_headers, in_query, in_request, in_response};

/// Rule, example, actual, description.
#[test]
fn descriptions_of_values() {
    let rows: [(Value, Value, Value, &str); 19] = [
        (
            json!({}),
            json!("b"),
            json!("c"),
            "Expected 'c' (String) to be equal to 'b' (String)",
        ),
        (
            json!({"match": "equality"}),
            json!("OK"),
            json!("Lovely"),
            "Expected 'Lovely' (String) to be equal to 'OK' (String)",
        ),
        (
            json!({"match": "type"}),
            json!("a"),
            json!(100),
            "Expected 100 (Integer) to be the same type as 'a' (String)",
        ),
        (
            json!({"match": "regex", "regex": r"\w{3}\d{3}"}),
            json!("a"),
            json!("a"),
            r"Expected 'a' to match '\w{3}\d{3}'",
        ),
        (
            json!({"match": "regex", "regex": "[a-z]+"}),
            json!("a"),
            json!(100),
            "Expected '100' to match '[a-z]+'",
        ),
        (
            json!({"match": "include", "value": "a"}),
            json!("a"),
            json!("dog"),
            "Expected 'dog' to include 'a'",
        ),
        (
            json!({"match": "number"}),
            json!("a"),
            json!(true),
            "Expected true (Boolean) to be a number",
        ),
        (
            json!({"match": "integer"}),
            json!("a"),
            json!([]),
            "Expected [] (Array) to be an integer",
        ),
        (
            json!({"match": "integer"}),
            json!("a"),
            json!(100.1),
            "Expected 100.1 (Decimal) to be an integer",
        ),
        (
            json!({"match": "decimal"}),
            json!("a"),
            json!(null),
            "Expected null (Null) to be a decimal number",
        ),
        (
            json!({"match": "null"}),
            json!("a"),
            json!(""),
            "Expected '' (String) to be a null value",
        ),
        (
            json!({"match": "boolean"}),
            json!(true),
            json!(""),
            "Expected '' (String) to match a boolean",
        ),
        (
            json!({"match": "date", "format": "yyyy-MM-dd"}),
            json!("a"),
            json!("23/07/19"),
            "Expected '23/07/19' to match a date pattern of 'yyyy-MM-dd'",
        ),
        (
            json!({"match": "semver"}),
            json!("a"),
            json!("1.0"),
            "'1.0' is not a valid semantic version",
        ),
        (
            json!({"match": "notEmpty"}),
            json!("a"),
            json!(""),
            "Expected '' (String) to not be empty",
        ),
        (
            json!({"match": "notEmpty"}),
            json!(["b"]),
            json!([]),
            "Expected [] (Array) to not be empty",
        ),
        (
            json!({"match": "notEmpty"}),
            json!(["b"]),
            json!("b"),
            r#"Type mismatch: Expected 'b' (String) to be the same type as ["b"] (Array)"#,
        ),
        (
            json!({"match": "type", "min": 1}),
            json!([1]),
            json!([]),
            "Expected [] (size 0) to have minimum size of 1",
        ),
        (
            json!({"match": "type", "min": 1, "max": 4}),
            json!([1]),
            json!([1, 2, 3, 4, 5]),
            "Expected [1, 2, 3, 4, 5] (size 5) to have maximum size of 4",
        ),
    ];
    for (rule, example, actual, description) in rows {
        let rules = if rule == json!({}) {
            json!({})
        } else {
            json!({ "$.v": [rule] })
        };
        let mismatches = in_response(&rules, &json!({ "v": example }), &json!({ "v": actual }));
        assert_eq!(mismatches.len(), 1, "{rule} {actual}: {mismatches:#?}");
        assert_eq!(mismatches[0].description, description);
    }
}

#[test]
fn descriptions_of_containers() {
    let keys = in_request(&json!({}), &json!({"one": 1, "two": 2}), &json!({"one": 1}));
    assert_eq!(
        keys[0].description,
        "Expected a Map with keys [one, two] but received one with keys [one]"
    );
    let keys = in_response(&json!({}), &json!({"one": 1, "two": 2}), &json!({"one": 1}));
    assert_eq!(
        keys[0].description,
        "Actual map is missing the following keys: two"
    );
    let list = in_response(&json!({}), &json!([1, 2]), &json!([1]));
    assert_eq!(
        list[0].description,
        "Expected a List with 2 elements but received 1 elements"
    );
    let each = json!({"$": [{"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]+"}]}]});
    let each = in_response(&each, &json!({"a": 1}), &json!({"100": 1}));
    assert_eq!(
        (each[0].path.as_str(), each[0].description.as_str()),
        ("$[100]", "Expected '100' to match '[a-z]+'")
    );
    let contains = json!({"$": [{"match": "arrayContains", "variants": [{"index": 0, "rules": {}}]}]});
    let contains = in_response(&contains, &json!([{"b": 1, "a": 2}]), &json!([]));
    assert_eq!(
        contains[0].description,
        r#"Variant at index 0 ({"a":2,"b":1}) was not found in the actual list"#
    );
}

#[test]
fn descriptions_of_parts() {
    let none = json!({});
    let header = in_headers(&none, &["X-TEST: a"], &[]);
    assert_eq!(
        header[0].description,
        "Expected a header 'X-TEST' but was missing"
    );
    let header = in_headers(
        &none,
        &["content-type: application/json;charset=UTF-8"],
        &["content-type: application/json"],
    );
    assert_eq!(
        header[0].description,
        "Expected header 'content-type' to have value 'application/json;charset=UTF-8' but was 'application/json'"
    );
    let query = in_query(&none, "b=1", "c=1");
    assert_eq!(
        query[0].description,
        "Expected query parameter 'b' but was missing"
    );
    assert_eq!(query[1].description, "Unexpected query parameter 'c' received");
    let query = in_query(
        &json!({"q": [{"match": "regex", "regex": r"\d{1,4}"}]}),
        "q=1",
        "q=9999X",
    );
    assert_eq!(query[0].description, r"Expected '9999X' to match '\d{1,4}'");
}

#[test]
fn a_status_is_described_by_its_class() {
    use crate::contract::Response;
    let expected = Response {
        status: Some(200),
        rules: crate::contract::read::matching_rules(json!({
            "status": {"matchers": [{"match": "statusCode", "status": "success"}]},
        }))
        .unwrap(),
        ..Response::default()
    };
    let plan = crate::matching::ResponsePlan::compile(&expected).unwrap();
    let status = |code| {
        let actual = Response {
            status: Some(code),
            ..Response::default()
        };
        plan.compare(&actual).into_mismatches()
    };
    assert!(status(299).is_empty());
    assert_eq!(
        status(400)[0].description,
        "Expected status code 400 to be a Successful response (200–299)"
    );
}

#[test]
fn a_missing_key_is_expected_as_its_rule_says() {
    let rules = json!({"$.email": [{"match": "regex", "regex": r"\S+@\S+"}]});
    let mismatches = in_response(&rules, &json!({"email": "a@b"}), &json!({}));
    assert_eq!(mismatches[0].path, "$.email");
    assert_eq!(mismatches[0].expectation, r"a string matching \S+@\S+");
    assert_eq!(mismatches[0].actual, None);
}
