//! Queries: parameters in any order, values in order, rules about text.

use crate::json::{Value, json};

use super::{in_query, paths};

#[test]
fn parameters_are_compared_by_name_and_values_in_order() {
    let rows: &[(&str, &str, &[&str])] = &[
        ("a=1&b=2", "b=2&a=1", &[]),
        ("a=1&b=2", "a=1", &["b"]),
        ("a=1", "a=1&b=2", &["b"]),
        ("a=1&a=2", "a=1&a=2", &[]),
        ("a=1&a=2", "a=2&a=1", &["a[0]", "a[1]"]),
        ("a=1&a=2", "a=1", &["a"]),
        ("a=1", "a=1&a=2", &["a"]),
        ("a=x%20y", "a=x+y", &[]),
        ("a", "a", &[]),
        ("a", "a=", &["a"]),
        // Not UTF-8, and different.
        ("a=caf%E9", "a=caf%e9", &[]),
        ("a=caf%E9", "a=caf%E8", &["a"]),
        ("a=caf%C3%A9", "a=café", &[]),
        ("", "", &[]),
        ("", "a=1", &["a"]),
    ];
    for (example, actual, expected) in rows {
        let mismatches = in_query(&json!({}), example, actual);
        assert_eq!(
            paths(&mismatches),
            *expected,
            "{example} {actual} {mismatches:#?}"
        );
    }
}

/// Rule, values of one parameter that match it, values that do not.
#[test]
fn rules_read_numbers_and_booleans_from_text() {
    let rows: [(Value, &[&str], &[&str]); 9] = [
        (
            json!({"match": "integer"}),
            &["1", "-5", "007"],
            &["1.5", "x", "", "1e3"],
        ),
        (
            json!({"match": "decimal"}),
            &["1.5", "-0.5", "1e3"],
            &["100", "NaN", ""],
        ),
        (
            json!({"match": "number"}),
            &["1", "-5", "1.5"],
            &["NaN", "Infinity", "0x1", ""],
        ),
        (
            json!({"match": "boolean"}),
            &["true", "false"],
            &["TRUE", "1", ""],
        ),
        (json!({"match": "type"}), &["1", "x", ""], &[]),
        (
            json!({"match": "regex", "regex": "[a-c]+"}),
            &["abc"],
            &["abcd", ""],
        ),
        (json!({"match": "include", "value": "b"}), &["abc"], &["ac"]),
        (json!({"match": "notEmpty"}), &["0"], &[""]),
        (
            json!({"match": "date", "format": "yyyy-MM-dd"}),
            &["2024-01-31"],
            &["2024-01-32"],
        ),
    ];
    for (rule, good, bad) in rows {
        let rules = json!({ "q": [rule] });
        for value in good {
            let mismatches = in_query(&rules, "q=1", &format!("q={value}"));
            assert!(
                mismatches.is_empty(),
                "{rule} should take {value}: {mismatches:?}"
            );
        }
        for value in bad {
            let mismatches = in_query(&rules, "q=1", &format!("q={value}"));
            assert_eq!(
                mismatches.len(),
                1,
                "{rule} should refuse {value:?}: {mismatches:?}"
            );
            assert_eq!(mismatches[0].rule.as_ref().unwrap().path, "q");
        }
    }
}

#[test]
fn a_rule_at_the_name_frees_the_number_of_values_within_its_bounds() {
    let integers = json!({"ids": [{"match": "integer"}]});
    let bounded = json!({"ids": [{"match": "type", "min": 2, "max": 3}]});
    let rows: &[(&Value, &str, &str, &[&str])] = &[
        (&integers, "ids=1", "ids=2&ids=3", &[]),
        (&integers, "ids=1&ids=2", "ids=3", &[]),
        (&integers, "ids=1", "ids=2&ids=x", &["ids[1]"]),
        (&integers, "ids=1", "", &["ids"]),
        (&bounded, "ids=1", "ids=1", &["ids"]),
        (&bounded, "ids=1", "ids=1&ids=2", &[]),
        (&bounded, "ids=1", "ids=1&ids=2&ids=3&ids=4", &["ids"]),
    ];
    for (rules, example, actual, expected) in rows {
        let mismatches = in_query(rules, example, actual);
        assert_eq!(
            paths(&mismatches),
            *expected,
            "{rules} {example} {actual} {mismatches:#?}"
        );
    }
}

#[test]
fn rules_may_be_about_one_value_of_several_and_about_names_with_brackets() {
    let second = json!({"q[1]": [{"match": "integer"}]});
    assert!(in_query(&second, "q=a&q=1", "q=a&q=2").is_empty());
    assert_eq!(paths(&in_query(&second, "q=a&q=1", "q=b&q=x")), ["q[0]", "q[1]"]);
    let every = json!({"q[*]": [{"match": "integer"}]});
    assert!(in_query(&every, "q=1&q=2", "q=3&q=4").is_empty());
    // A parameter that has exactly this name.
    let bracketed = json!({"ids[]": [{"match": "integer"}], "x[0]": [{"match": "integer"}]});
    assert!(in_query(&bracketed, "ids[]=1&x[0]=1", "ids[]=2&ids[]=3&x[0]=4").is_empty());
}

#[test]
fn a_name_without_a_value_is_null() {
    let optional = json!({"q": ["OR", {"match": "integer"}, {"match": "null"}]});
    assert!(in_query(&optional, "q=1", "q").is_empty());
    assert_eq!(paths(&in_query(&optional, "q=1", "q=")), ["q"]);
}

#[test]
fn rules_about_all_values_together() {
    let each = json!({"q": [{"match": "eachValue", "rules": [{"match": "integer"}]}]});
    assert!(in_query(&each, "q=1", "q=2&q=3").is_empty());
    assert_eq!(paths(&in_query(&each, "q=1", "q=2&q=x")), ["q[1]"]);
    let contains = json!({"q": [{"match": "arrayContains", "variants": [
        {"index": 0, "rules": {"$": {"matchers": [{"match": "regex", "regex": "a+"}]}}},
    ]}]});
    assert!(in_query(&contains, "q=a", "q=b&q=aa").is_empty());
    assert_eq!(paths(&in_query(&contains, "q=a", "q=b&q=c")), ["q"]);
}

#[test]
fn version_1_compares_the_decoded_text() {
    use crate::contract::{Query, Request, Specification};
    use crate::matching::RequestPlan;
    let request = |query: &str| Request {
        query: Query::parse(query),
        ..Request::default()
    };
    let plan = RequestPlan::compile(&request("a=1&b=x=y"), Specification::V1).unwrap();
    assert!(plan.compare(&request("a=1&b=x%3Dy")).is_match());
    assert!(!plan.compare(&request("b=x=y&a=1")).is_match());
}
