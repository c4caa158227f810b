//! Arrays: lengths, bounds, templates, `arrayContains`.

use crate::json::json;

use super::{assert_requests, assert_responses, in_response, paths};

#[test]
fn lengths_are_fixed_without_a_rule_and_free_under_one() {
    let kind = json!({"$.a": [{"match": "type"}]});
    let none = json!({});
    assert_responses(&[
        (none.clone(), json!({"a": [1, 2]}), json!({"a": [1, 2]}), &[]),
        (none.clone(), json!({"a": [1, 2]}), json!({"a": [1]}), &["$.a"]),
        (
            none.clone(),
            json!({"a": [1, 2]}),
            json!({"a": [1, 2, 3]}),
            &["$.a"],
        ),
        (
            none.clone(),
            json!({"a": [1, 2]}),
            json!({"a": [2, 1]}),
            &["$.a[0]", "$.a[1]"],
        ),
        (none.clone(), json!({"a": []}), json!({"a": []}), &[]),
        (none, json!({"a": []}), json!({"a": [1]}), &["$.a"]),
        (kind.clone(), json!({"a": [1]}), json!({"a": [5, 6, 7]}), &[]),
        (kind.clone(), json!({"a": [1, 2, 3]}), json!({"a": [5]}), &[]),
        (kind.clone(), json!({"a": [1]}), json!({"a": []}), &[]),
        // Elements beyond the example's are like the first one.
        (
            kind.clone(),
            json!({"a": [1, "x"]}),
            json!({"a": [5, "y", 6]}),
            &[],
        ),
        (
            kind.clone(),
            json!({"a": [1, "x"]}),
            json!({"a": [5, "y", "z"]}),
            &["$.a[2]"],
        ),
        (kind, json!({"a": [1]}), json!({"a": {}}), &["$.a"]),
    ]);
}

#[test]
fn bounds_hold_for_the_array_where_they_stand() {
    let min = json!({"$.a": [{"match": "type", "min": 2}]});
    let max = json!({"$.a": [{"match": "type", "max": 2}]});
    assert_responses(&[
        (min.clone(), json!({"a": [1]}), json!({"a": [1]}), &["$.a"]),
        (min.clone(), json!({"a": [1]}), json!({"a": [1, 2]}), &[]),
        (max.clone(), json!({"a": [1]}), json!({"a": [1, 2, 3]}), &["$.a"]),
        (max, json!({"a": [1]}), json!({"a": []}), &[]),
        // An empty example does not disable them.
        (min.clone(), json!({"a": []}), json!({"a": [1]}), &["$.a"]),
        (min.clone(), json!({"a": []}), json!({"a": [1, "x"]}), &[]),
        // Nested values inherit them as `type`.
        (min.clone(), json!({"a": [[1]]}), json!({"a": [[], [1]]}), &[]),
        // Elements of an array of the wrong size are still compared.
        (min, json!({"a": [1]}), json!({"a": ["x"]}), &["$.a", "$.a[0]"]),
        (
            json!({"$.a": [{"match": "type", "min": 1, "max": 2}]}),
            json!({"a": [1]}),
            json!({"a": [1, 2, 3]}),
            &["$.a"],
        ),
    ]);
}

#[test]
fn rules_below_an_empty_example_still_hold() {
    let rules = json!({"$.a": [{"match": "type"}], "$.a[*].id": [{"match": "integer"}]});
    assert_responses(&[
        (rules.clone(), json!({"a": []}), json!({"a": [{"id": 1}]}), &[]),
        (
            rules,
            json!({"a": []}),
            json!({"a": [{"id": 1}, {"id": "x"}]}),
            &["$.a[1].id"],
        ),
    ]);
}

#[test]
fn a_rule_for_one_element_holds_beyond_the_example_too() {
    let rules = json!({
        "$.a": [{"match": "type"}],
        "$.a[*].id": [{"match": "type"}],
        "$.a[2].id": [{"match": "include", "value": "z"}],
    });
    assert_responses(&[
        (
            rules.clone(),
            json!({"a": [{"id": "x"}]}),
            json!({"a": [{"id": "p"}, {"id": "q"}, {"id": "z"}]}),
            &[],
        ),
        (
            rules,
            json!({"a": [{"id": "x"}]}),
            json!({"a": [{"id": "p"}, {"id": "q"}, {"id": "r"}]}),
            &["$.a[2].id"],
        ),
    ]);
}

#[test]
fn contains_finds_each_variant_wherever_it_stands() {
    let rules = json!({"$.a": [{"match": "arrayContains", "variants": [
        {"index": 0, "rules": {"$.kind": {"matchers": [{"match": "equality"}]}, "$.*": {"matchers": [{"match": "type"}]}}},
        {"index": 1, "rules": {"$.kind": {"matchers": [{"match": "equality"}]}, "$.*": {"matchers": [{"match": "type"}]}}},
    ]}]});
    let example = json!({"a": [{"kind": "x", "n": 1}, {"kind": "y", "s": "t"}]});
    let row = |actual, differs: &'static [&'static str]| (rules.clone(), example.clone(), actual, differs);
    assert_responses(&[
        row(
            json!({"a": [{"kind": "z"}, {"kind": "y", "s": ""}, {"kind": "x", "n": 9}]}),
            &[],
        ),
        row(json!({"a": [{"kind": "x", "n": 9}]}), &["$.a"]),
        row(json!({"a": []}), &["$.a", "$.a"]),
        row(json!({"a": {}}), &["$.a"]),
    ]);
    assert_requests(&[row(
        json!({"a": [{"kind": "y", "s": ""}, {"kind": "x", "n": 9, "more": 1}]}),
        &["$.a"],
    )]);
}

#[test]
fn a_missing_variant_is_explained_by_the_nearest_element() {
    let rules = json!({"$.a": [{"match": "arrayContains", "variants": [
        {"index": 0, "rules": {"$.id": {"matchers": [{"match": "integer"}]}}},
    ]}]});
    let example = json!({"a": [{"id": 1, "kind": "x", "on": true}]});
    let actual =
        json!({"a": [{"id": "1", "kind": "q", "on": false}, {"id": 2, "kind": "y", "on": true}, {}]});
    let mismatches = in_response(&rules, &example, &actual);
    assert_eq!(paths(&mismatches), ["$.a"]);
    assert_eq!(paths(&mismatches[0].nearest), ["$.a[1].kind"]);
    assert_eq!(
        mismatches[0].expected,
        Some(json!({"id": 1, "kind": "x", "on": true}))
    );
}

#[test]
fn contains_without_variants_looks_for_the_example_s_elements() {
    let rules = json!({"$.a": [{"match": "arrayContains", "variants": []}]});
    assert_responses(&[
        (
            rules.clone(),
            json!({"a": [1, "x"]}),
            json!({"a": ["x", 2, 1]}),
            &[],
        ),
        (rules, json!({"a": [1, "x"]}), json!({"a": [1]}), &["$.a"]),
    ]);
}

#[test]
fn variants_may_be_scalars_and_nest() {
    let scalars = json!({"$.a": [{"match": "arrayContains", "variants": [
        {"index": 0, "rules": {"$": {"matchers": [{"match": "regex", "regex": "a+"}]}}},
    ]}]});
    let nested = json!({"$": [{"match": "arrayContains", "variants": [
        {"index": 0, "rules": {"$.b": {"matchers": [{"match": "arrayContains", "variants": [
            {"index": 0, "rules": {"$": {"matchers": [{"match": "integer"}]}}},
        ]}]}}},
    ]}]});
    assert_responses(&[
        (
            scalars.clone(),
            json!({"a": ["a"]}),
            json!({"a": [1, "b", "aaa"]}),
            &[],
        ),
        (scalars, json!({"a": ["a"]}), json!({"a": [1, "b"]}), &["$.a"]),
        (nested.clone(), json!([{"b": [1]}]), json!([{"b": ["x", 7]}]), &[]),
        (nested, json!([{"b": [1]}]), json!([{"b": ["x"]}]), &["$"]),
    ]);
}
