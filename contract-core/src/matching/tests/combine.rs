//! AND and OR, on scalars, objects and arrays.

use crate::json::json;

use super::{assert_responses, in_response, paths};

#[test]
fn or_takes_what_one_rule_takes() {
    let nullable = |path: &str| json!({ path: ["OR", {"match": "type"}, {"match": "null"}] });
    assert_responses(&[
        (nullable("$.v"), json!({"v": "a"}), json!({"v": null}), &[]),
        (nullable("$.v"), json!({"v": "a"}), json!({"v": "b"}), &[]),
        (nullable("$.v"), json!({"v": "a"}), json!({"v": 1}), &["$.v"]),
        // An object or null: nested values are compared by type, and null is accepted only for the whole.
        (nullable("$.v"), json!({"v": {"n": 1}}), json!({"v": null}), &[]),
        (
            nullable("$.v"),
            json!({"v": {"n": 1}}),
            json!({"v": {"n": 7}}),
            &[],
        ),
        (
            nullable("$.v"),
            json!({"v": {"n": 1}}),
            json!({"v": {"n": null}}),
            &["$.v.n"],
        ),
        (
            nullable("$.v"),
            json!({"v": {"n": 1}}),
            json!({"v": {}}),
            &["$.v.n"],
        ),
        (
            nullable("$.v"),
            json!({"v": {"n": 1}}),
            json!({"v": "x"}),
            &["$.v"],
        ),
        (
            nullable("$.v"),
            json!({"v": {"n": 1}}),
            json!({"v": []}),
            &["$.v"],
        ),
        // An array or null.
        (nullable("$.v"), json!({"v": [1]}), json!({"v": null}), &[]),
        (nullable("$.v"), json!({"v": [1]}), json!({"v": [2, 3]}), &[]),
        (
            nullable("$.v"),
            json!({"v": [1]}),
            json!({"v": [2, "x"]}),
            &["$.v[1]"],
        ),
        // The whole body.
        (nullable("$"), json!({"n": 1}), json!({"n": 2}), &[]),
        (
            json!({"$.v": ["OR", {"match": "integer"}, {"match": "regex", "regex": "[a-z]+"}]}),
            json!({"v": 1}),
            json!({"v": "abc"}),
            &[],
        ),
        (
            json!({"$.v": ["OR", {"match": "type", "min": 3}, {"match": "type", "max": 1}]}),
            json!({"v": [1]}),
            json!({"v": [1, 2]}),
            &["$.v"],
        ),
    ]);
}

#[test]
fn and_takes_what_all_rules_take_and_reports_each_that_does_not_hold() {
    let rules = json!({"$.v": [{"match": "regex", "regex": "[a-z]+"}, {"match": "include", "value": "b"}]});
    let differs = |value| in_response(&rules, &json!({"v": "abc"}), &json!({ "v": value }));
    assert!(differs("bb").is_empty());
    assert_eq!(differs("aa").len(), 1);
    let both = differs("A");
    assert_eq!(paths(&both), ["$.v", "$.v"]);
    assert_eq!(both[0].rule.as_ref().unwrap().name, "regex");
    assert_eq!(both[1].rule.as_ref().unwrap().name, "include");
}

#[test]
fn one_mismatch_speaks_for_all_rules_of_which_one_would_do() {
    let rules = json!({"$.v": ["OR", {"match": "integer"}, {"match": "null"}]});
    let mismatches = in_response(&rules, &json!({"v": 1}), &json!({"v": "x"}));
    assert_eq!(mismatches.len(), 1);
    assert_eq!(mismatches[0].expectation, "an integer or null");
    assert_eq!(
        mismatches[0].description,
        "Expected 'x' (String) to be an integer, or Expected 'x' (String) to be a null value"
    );
    assert_eq!(mismatches[0].rule.as_ref().unwrap().name, "integer or null");
}

#[test]
fn rules_about_members_are_tried_whole_where_one_is_enough() {
    let rules = json!({"$.v": [
        "OR",
        {"match": "eachValue", "rules": [{"match": "integer"}]},
        {"match": "eachValue", "rules": [{"match": "boolean"}]},
    ]});
    assert_responses(&[
        (
            rules.clone(),
            json!({"v": {"a": 1}}),
            json!({"v": {"x": 1, "y": 2}}),
            &[],
        ),
        (
            rules.clone(),
            json!({"v": {"a": 1}}),
            json!({"v": {"x": true, "y": false}}),
            &[],
        ),
        // Neither all integers nor all booleans: the alternative with the fewest mismatches is reported.
        (
            rules,
            json!({"v": {"a": 1}}),
            json!({"v": {"x": 1, "y": 2, "z": true}}),
            &["$.v.z"],
        ),
    ]);
}

#[test]
fn alternatives_inside_of_alternatives_do_not_multiply_without_end() {
    let mut rules = crate::json::Map::new();
    let (mut path, mut example, mut actual) = ("$".to_owned(), json!(1), json!("x"));
    for _ in 0..100 {
        path.push_str(".a");
        let each = json!({"match": "eachKey", "rules": [{"match": "type"}]});
        rules.insert(path.clone(), json!(["OR", {"match": "values"}, each]));
        (example, actual) = (json!({ "a": example }), json!({ "a": actual }));
    }
    // The test is that this terminates.
    assert!(!in_response(&rules.into(), &example, &actual).is_empty());
}
