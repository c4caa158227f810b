//! Objects: missing and unexpected members, and the rules that free member names.

use crate::json::json;

use super::{assert_requests, assert_responses};

#[test]
fn a_request_says_all_members_a_response_may_say_more() {
    let rows = [
        (json!({}), json!({"a": 1}), json!({"a": 1, "b": 2})),
        (
            json!({"$": [{"match": "type"}]}),
            json!({"a": 1}),
            json!({"a": 1, "b": 2}),
        ),
        (
            json!({"$.*": [{"match": "type"}]}),
            json!({"a": 1}),
            json!({"a": 1, "b": 2}),
        ),
    ];
    for (rules, example, actual) in rows {
        assert_responses(&[(rules.clone(), example.clone(), actual.clone(), &[])]);
        assert_requests(&[(rules, example, actual, &["$.b"])]);
    }
    let missing = (
        json!({"$": [{"match": "type"}]}),
        json!({"a": 1, "b": 2}),
        json!({"c": 3}),
    );
    assert_responses(&[(
        missing.0.clone(),
        missing.1.clone(),
        missing.2.clone(),
        &["$.a", "$.b"],
    )]);
    assert_requests(&[(missing.0, missing.1, missing.2, &["$.a", "$.b", "$.c"])]);
}

#[test]
fn values_frees_the_names_and_compares_each_value_with_one_of_the_example() {
    let alone = json!({"$.m": [{"match": "values"}]});
    let typed = json!({"$.m": [{"match": "values"}], "$.m.*": [{"match": "type"}]});
    for assert in [assert_responses, assert_requests] {
        assert(&[
            (
                alone.clone(),
                json!({"m": {"a": 1, "b": 2}}),
                json!({"m": {"b": 2, "x": 1}}),
                &[],
            ),
            (
                alone.clone(),
                json!({"m": {"a": 1, "b": 2}}),
                json!({"m": {"x": 2}}),
                &["$.m.x"],
            ),
            (
                typed.clone(),
                json!({"m": {"a": 1}}),
                json!({"m": {"x": 2, "y": 3}}),
                &[],
            ),
            (
                typed.clone(),
                json!({"m": {"a": 1}}),
                json!({"m": {"x": "s"}}),
                &["$.m.x"],
            ),
            (typed.clone(), json!({"m": {"a": 1}}), json!({"m": {}}), &[]),
            // Nothing to compare with: an empty example accepts any members, in a request too.
            (alone.clone(), json!({"m": {}}), json!({"m": {"x": 1}}), &[]),
            (alone.clone(), json!({"m": {}}), json!({"m": [1]}), &["$.m"]),
        ]);
    }
}

#[test]
fn each_value_holds_beside_the_rules_further_down() {
    let rules = json!({
        "$.m": [{"match": "eachValue", "rules": [{"match": "type"}]}],
        "$.m.*.name": [{"match": "regex", "regex": "[a-z]+"}],
        "$.m.*.kind": [{"match": "equality"}],
    });
    let example = json!({"m": {"a": {"name": "x", "kind": "k", "n": 1}}});
    let row = |actual, differs: &'static [&'static str]| (rules.clone(), example.clone(), actual, differs);
    assert_requests(&[
        row(
            json!({"m": {"p": {"name": "y", "kind": "k", "n": 2}, "q": {"name": "z", "kind": "k", "n": 3}}}),
            &[],
        ),
        row(
            json!({"m": {"p": {"name": "Y", "kind": "k", "n": 2}}}),
            &["$.m.p.name"],
        ),
        row(
            json!({"m": {"p": {"name": "y", "kind": "other", "n": "2"}}}),
            &["$.m.p.kind", "$.m.p.n"],
        ),
        row(json!({"m": {}}), &[]),
    ]);
}

#[test]
fn each_value_and_a_rule_at_the_values_both_hold() {
    let rules = json!({
        "$.m": [{"match": "eachValue", "rules": [{"match": "include", "value": "b"}]}],
        "$.m.*": [{"match": "regex", "regex": "[a-z]+"}],
        "$.m.free": [{"match": "type"}],
    });
    let example = json!({"m": {"a": "abc"}});
    assert_responses(&[
        (rules.clone(), example.clone(), json!({"m": {"x": "b"}}), &[]),
        (
            rules.clone(),
            example.clone(),
            json!({"m": {"x": "B"}}),
            &["$.m.x", "$.m.x"],
        ),
        // A rule for one name is more specific.
        (rules, example, json!({"m": {"free": "XYZ"}}), &[]),
    ]);
}

#[test]
fn each_value_takes_arrays_too_and_without_rules_says_what_values_says() {
    let integers = json!({"$.a": [{"match": "eachValue", "rules": [{"match": "integer"}]}]});
    let empty = json!({"$.m": [{"match": "eachValue", "rules": []}]});
    assert_responses(&[
        (integers.clone(), json!({"a": [1]}), json!({"a": [2, 3]}), &[]),
        (
            integers.clone(),
            json!({"a": [1]}),
            json!({"a": [2, "x"]}),
            &["$.a[1]"],
        ),
        (integers, json!({"a": []}), json!({"a": [2, "x"]}), &["$.a[1]"]),
        (empty.clone(), json!({"m": {"a": 1}}), json!({"m": {"x": 1}}), &[]),
        (empty, json!({"m": {"a": 1}}), json!({"m": {"x": 2}}), &["$.m.x"]),
    ]);
}

#[test]
fn each_key_speaks_of_names_alone() {
    let alone = json!({"$.m": [{"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]+"}]}]});
    let beside = json!({
        "$.m": [{"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]+"}]}],
        "$.m.*": [{"match": "integer"}],
    });
    let both = json!({"$.m": [
        {"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]+"}]},
        {"match": "eachValue", "rules": [{"match": "type"}]},
    ]});
    for assert in [assert_responses, assert_requests] {
        assert(&[
            (
                alone.clone(),
                json!({"m": {"a": 1}}),
                json!({"m": {"b": "x", "a": 2}}),
                &[],
            ),
            (
                alone.clone(),
                json!({"m": {"a": 1}}),
                json!({"m": {"b": 1, "B": 1, "1": 1}}),
                &["$.m[1]", "$.m.B"],
            ),
            (alone.clone(), json!({"m": {}}), json!({"m": {"b": 1}}), &[]),
            (
                beside.clone(),
                json!({"m": {"a": 1}}),
                json!({"m": {"b": "x"}}),
                &["$.m.b"],
            ),
            (both.clone(), json!({"m": {"a": 1}}), json!({"m": {"b": 2}}), &[]),
            (
                both.clone(),
                json!({"m": {"a": 1}}),
                json!({"m": {"B": "x"}}),
                &["$.m.B", "$.m.B"],
            ),
        ]);
    }
}

#[test]
fn members_whose_name_is_a_number_are_found_by_either_spelling() {
    for path in ["$['100']", "$[100]", "$.*"] {
        let rules = json!({ path: [{"match": "integer"}] });
        assert_responses(&[
            (rules.clone(), json!({"100": 1}), json!({"100": 2}), &[]),
            (rules, json!({"100": 1}), json!({"100": "x"}), &["$[100]"]),
        ]);
    }
    // Leading zeros make a different name.
    let seven = json!({"$[7]": [{"match": "integer"}], "$.*": [{"match": "type"}]});
    assert_responses(&[
        (seven.clone(), json!({"7": 1}), json!({"7": 1.5}), &["$[7]"]),
        (seven.clone(), json!({"007": 1}), json!({"007": 1.5}), &[]),
        (seven, json!({"007": 1}), json!({"007": "x"}), &["$['007']"]),
    ]);
    // The wildcard of an element does not match a member.
    assert_responses(&[(
        json!({"$[*]": [{"match": "integer"}]}),
        json!({"100": 1}),
        json!({"100": 2}),
        &["$[100]"],
    )]);
}

#[test]
fn bounds_at_an_object_count_nothing_and_its_type_is_asked_for() {
    let rules = json!({"$.m": [{"match": "type", "min": 2, "max": 3}]});
    let example = json!({"m": {"a": 1}});
    let row = |actual, differs: &'static [&'static str]| (rules.clone(), example.clone(), actual, differs);
    assert_responses(&[
        row(json!({"m": {"a": 3}}), &[]),
        row(json!({"m": {"a": 3, "b": 4, "c": 5, "d": 6}}), &[]),
        row(json!({"m": {"a": "x"}}), &["$.m.a"]),
        row(json!({"m": [1, 2]}), &["$.m"]),
    ]);
}

#[test]
fn equality_at_an_object_lets_a_response_say_more() {
    let rules = json!({"$": [{"match": "type"}], "$.m": [{"match": "equality"}]});
    let (example, more) = (json!({"m": {"a": 1}}), json!({"m": {"a": 1, "b": 2}}));
    assert_responses(&[
        (rules.clone(), example.clone(), more.clone(), &[]),
        (rules.clone(), example.clone(), json!({"m": {"a": 2}}), &["$.m.a"]),
    ]);
    assert_requests(&[(rules, example, more, &["$.m.b"])]);
}
