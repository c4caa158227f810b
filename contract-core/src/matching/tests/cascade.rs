//! Which rule applies at a place, and what nested values inherit.

use crate::json::json;

use super::{assert_responses, in_response};

#[test]
fn a_rule_goes_down_until_a_weightier_one_stands_there() {
    let rules = json!({"$": [{"match": "type"}], "$.a.b": [{"match": "equality"}], "$.a.b.c": [{"match": "integer"}]});
    let example = json!({"a": {"b": {"c": 1, "d": "x"}, "e": 1}});
    assert_responses(&[
        (
            rules.clone(),
            example.clone(),
            json!({"a": {"b": {"c": 2, "d": "x"}, "e": 9}}),
            &[],
        ),
        (
            rules.clone(),
            example.clone(),
            json!({"a": {"b": {"c": 2, "d": "y"}, "e": 9}}),
            &["$.a.b.d"],
        ),
        (
            rules,
            example,
            json!({"a": {"b": {"c": 1.5, "d": "x"}, "e": "9"}}),
            &["$.a.b.c", "$.a.e"],
        ),
    ]);
}

#[test]
fn rules_about_scalars_go_down_from_containers() {
    assert_responses(&[
        (
            json!({"$.a": [{"match": "integer"}]}),
            json!({"a": [1]}),
            json!({"a": [2, 3]}),
            &[],
        ),
        (
            json!({"$.a": [{"match": "integer"}]}),
            json!({"a": [1]}),
            json!({"a": [2, 1.5]}),
            &["$.a[1]"],
        ),
        (
            json!({"$.a": [{"match": "integer"}]}),
            json!({"a": {"b": 1}}),
            json!({"a": {"b": 2}}),
            &[],
        ),
        (
            json!({"$.a": [{"match": "integer"}]}),
            json!({"a": {"b": 1}}),
            json!({"a": {"b": "2"}}),
            &["$.a.b"],
        ),
        (
            json!({"$.a": [{"match": "integer"}]}),
            json!({"a": 1}),
            json!({"a": [1]}),
            &["$.a"],
        ),
        (
            json!({"$.a": [{"match": "regex", "regex": "x+"}]}),
            json!({"a": ["x"]}),
            json!({"a": ["xx", "y"]}),
            &["$.a[1]"],
        ),
        (
            json!({"$.a": [{"match": "semver"}]}),
            json!({"a": ["1.0.0"]}),
            json!({"a": ["1.0"]}),
            &["$.a[0]"],
        ),
    ]);
}

#[test]
fn rules_about_their_own_value_do_not_go_down() {
    assert_responses(&[
        (
            json!({"$.a": [{"match": "notEmpty"}]}),
            json!({"a": [[1]]}),
            json!({"a": [[]]}),
            &[],
        ),
        (
            json!({"$.a": [{"match": "notEmpty"}]}),
            json!({"a": [[1]]}),
            json!({"a": []}),
            &["$.a"],
        ),
        (
            json!({"$.a": [{"match": "notEmpty"}]}),
            json!({"a": ["b"]}),
            json!({"a": ["", "c"]}),
            &[],
        ),
        // `values` does not override the inherited rule.
        (
            json!({"$": [{"match": "type"}], "$.m": [{"match": "values"}]}),
            json!({"m": {"a": 1}}),
            json!({"m": {"x": 7}}),
            &[],
        ),
    ]);
}

#[test]
fn ties_are_decided_by_the_path_and_not_by_chance() {
    // Both have two exact steps and the same length; the one whose exact step is further right applies.
    let rules = json!({"$.*.x[1]": [{"match": "integer"}], "$.b.x[*]": [{"match": "type"}]});
    let example = json!({"b": {"x": [1, 2]}});
    assert_responses(&[
        (rules.clone(), example.clone(), json!({"b": {"x": [1.5, 2]}}), &[]),
        (rules, example, json!({"b": {"x": [1, 2.5]}}), &["$.b.x[1]"]),
    ]);
    assert_responses(&[(
        json!({"$.a.*": [{"match": "integer"}], "$.*.b": [{"match": "type"}]}),
        json!({"a": {"b": 1}}),
        json!({"a": {"b": 1.5}}),
        &[],
    )]);
}

#[test]
fn the_rule_that_decided_is_told_with_those_that_it_overrode() {
    let rules = json!({
        "$": [{"match": "type"}],
        "$.roles[*]": [{"match": "type"}],
        "$.roles[*].id": [{"match": "integer"}],
        "$.other": [{"match": "null"}],
    });
    let example = json!({"roles": [{"id": 1}]});
    let mismatches = in_response(&rules, &example, &json!({"roles": [{"id": 1}, {"id": "7"}]}));
    assert_eq!(mismatches.len(), 1);
    assert_eq!(mismatches[0].path, "$.roles[1].id");
    assert_eq!(mismatches[0].expectation, "an integer");
    assert_eq!(
        mismatches[0].rule.as_ref().unwrap().to_string(),
        "$ type → $.roles[*] type → $.roles[*].id integer"
    );
}
