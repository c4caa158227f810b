//! Each rule about one value.

use crate::json::{Value, json};

use super::{assert_responses, in_response};

/// Rule, example, values that match it, values that do not.
#[test]
fn each_rule_takes_what_it_should() {
    let rows: [(Value, Value, Value, Value); 19] = [
        (
            json!({"match": "type"}),
            json!("a"),
            json!(["", "b"]),
            json!([1, null, true, [], {}]),
        ),
        (
            json!({"match": "type"}),
            json!(1),
            json!([0, 1.5, -3]),
            json!(["1", null]),
        ),
        (
            json!({"match": "type"}),
            json!(null),
            json!([null]),
            json!([0, "", false]),
        ),
        (
            json!({"match": "equality"}),
            json!(1),
            json!([1, 1.0]),
            json!([2, "1", null]),
        ),
        (
            json!({"match": "regex", "regex": r"\d{2,3}"}),
            json!("12"),
            json!(["123", 45, "045"]),
            json!(["1", "1234", "a12", 1.5, null, true, [], {}]),
        ),
        (
            json!({"match": "regex", "regex": "true|null"}),
            json!("true"),
            json!([true, null]),
            json!([false]),
        ),
        (
            json!({"match": "regex", "regex": "^ORD"}),
            json!("ORD"),
            json!(["ORD"]),
            json!(["ORD-1", "xORD"]),
        ),
        (
            json!({"match": "include", "value": "b"}),
            json!("abc"),
            json!(["b", "cab"]),
            json!(["a", 1, null, []]),
        ),
        (
            json!({"match": "number"}),
            json!(1),
            json!([1, 1.5, -2]),
            json!(["1", true, null, [1], {}]),
        ),
        (
            json!({"match": "integer"}),
            json!(1),
            json!([1, -2, 0]),
            json!([1.5, 1.0, "1", null, [1], {"a": 1}]),
        ),
        (
            json!({"match": "decimal"}),
            json!(1.5),
            json!([1.5, 1.0, -0.25]),
            json!([1, "1.5", null]),
        ),
        (
            json!({"match": "boolean"}),
            json!(true),
            json!([true, false, "true", "false"]),
            json!(["TRUE", "yes", "", 1, null, [], {}]),
        ),
        (
            json!({"match": "null"}),
            json!("a"),
            json!([null]),
            json!(["", 0, false, [], {}]),
        ),
        (
            json!({"match": "date", "format": "yyyy-MM-dd"}),
            json!("2024-02-29"),
            json!(["2023-12-31"]),
            json!(["2023-13-01", "2023-1-1", 2023]),
        ),
        (
            json!({"match": "time"}),
            json!("10:00:00"),
            json!(["23:59:59"]),
            json!(["24:00:01", "x"]),
        ),
        (
            json!({"match": "datetime"}),
            json!("2024-01-01T10:00:00Z"),
            json!(["2024-01-01T10:00:00+01:00"]),
            json!(["2024-01-01"]),
        ),
        (
            json!({"match": "semver"}),
            json!("1.0.0"),
            json!(["2.10.3-rc.1+build"]),
            json!(["1.0", "v1.0.0", 1]),
        ),
        (
            json!({"match": "notEmpty"}),
            json!("a"),
            json!(["b", 0, false]),
            json!(["", null, [], {}]),
        ),
        (
            json!({"match": "contentType", "value": "application/json"}),
            json!("{}"),
            json!([r#"{"a": 1}"#, "eyJhIjogMX0="]),
            json!(["<a/>"]),
        ),
    ];
    for (rule, example, good, bad) in rows {
        let rules = json!({ "$.v": [rule] });
        for value in good.as_array().unwrap() {
            let mismatches = in_response(&rules, &json!({ "v": example }), &json!({ "v": value }));
            assert!(
                mismatches.is_empty(),
                "{rule} should take {value}: {mismatches:?}"
            );
        }
        for value in bad.as_array().unwrap() {
            let mismatches = in_response(&rules, &json!({ "v": example }), &json!({ "v": value }));
            assert_eq!(
                mismatches.len(),
                1,
                "{rule} should refuse {value} once: {mismatches:?}"
            );
            assert_eq!(mismatches[0].path, "$.v");
            assert_eq!(mismatches[0].actual.as_ref(), Some(value));
            assert!(mismatches[0].rule.is_some());
        }
    }
}

#[test]
fn without_rules_scalars_are_equal_by_value() {
    let none = json!({});
    assert_responses(&[
        (none.clone(), json!({"a": 1}), json!({"a": 1.0}), &[]),
        (none.clone(), json!({"a": 1}), json!({"a": 2}), &["$.a"]),
        (none.clone(), json!({"a": "x"}), json!({"a": "X"}), &["$.a"]),
        (none.clone(), json!({"a": null}), json!({"a": null}), &[]),
        (none.clone(), json!({"a": null}), json!({"a": 0}), &["$.a"]),
        (none, json!("x"), json!("y"), &["$"]),
    ]);
}

#[test]
fn a_rule_of_a_plugin_is_refused_when_compiled_and_named() {
    use crate::contract::{Body, Response};
    let expected = Response {
        body: Body::json(json!({"v": 1})),
        rules: super::rules(&json!({"$.v": [{"match": "protobuf"}]})),
        ..Response::default()
    };
    let error = crate::matching::ResponsePlan::compile(&expected).unwrap_err();
    assert_eq!(
        error.to_string(),
        "body: matching rule protobuf at $.v: the matching rule \"protobuf\" is unknown to this library; it may belong to a plugin"
    );
}
