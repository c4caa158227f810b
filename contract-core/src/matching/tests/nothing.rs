//! Every rule in a contract checks something: wherever it is and whatever the example is, there are values that it
//! rejects. A rule without effect is ignored, or rejected when the contract is compiled.

use crate::json::{Value, json};

use super::{category, in_headers, in_query, in_request, in_response, paths, rules};
use crate::contract::empty_schema::accepts_anything;
use crate::contract::{Body, ContentType, Headers, Query, Request, Response, Specification};
use crate::matching::{RequestPlan, ResponsePlan};

/// Returns one rule of each kind, as in a contract.
fn each_rule() -> Vec<Value> {
    let variant = json!({"index": 0, "rules": {"$": {"matchers": [{"match": "regex", "regex": "[a-z]"}]}}});
    vec![
        json!({"match": "equality"}),
        json!({"match": "regex", "regex": "[a-z]+"}),
        json!({"match": "type"}),
        json!({"match": "type", "min": 1}),
        json!({"match": "type", "min": 2, "max": 3}),
        json!({"match": "include", "value": "a"}),
        json!({"match": "number"}),
        json!({"match": "integer"}),
        json!({"match": "decimal"}),
        json!({"match": "boolean"}),
        json!({"match": "null"}),
        json!({"match": "date"}),
        json!({"match": "time"}),
        json!({"match": "datetime", "format": "yyyy VV"}),
        json!({"match": "contentType", "value": "image/png"}),
        json!({"match": "values"}),
        json!({"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]+"}]}),
        json!({"match": "eachValue", "rules": [{"match": "integer"}]}),
        json!({"match": "eachValue", "rules": []}),
        json!({"match": "arrayContains", "variants": []}),
        json!({"match": "arrayContains", "variants": [variant]}),
        json!({"match": "statusCode", "status": "success"}),
        json!({"match": "notEmpty"}),
        json!({"match": "semver"}),
        json!({"match": "type", "schema": {"type": "integer"}}),
        json!({"match": "type", "schema": {}}),
        json!({"match": "type", "schema": true}),
        json!({"match": "type", "schema": {"title": "anything", "properties": {"a": {}}}}),
    ]
}

/// Returns values that differ in every way that rules can distinguish.
fn some_of_everything() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!("true"),
        json!(1),
        json!(-7),
        json!(1.5),
        json!(""),
        json!("a"),
        json!("Z9?"),
        json!("2024-01-31"),
        json!([]),
        json!([1]),
        json!(["?", "?"]),
        json!([[], {}, null, 1]),
        json!({}),
        json!({"a": 1}),
        json!({"a": "?", "?": [1]}),
        json!({"x": {"a": 1}, "y": {}}),
    ]
}

const TEXTS: [&str; 9] = ["", "a", "A b", "1", "-2.5", "true", "2024-01-31", "1.0.0", "{}"];

/// Returns whether the rule accepts any text by design: all text has one type.
fn takes_any_text(rule: &Value) -> bool {
    rule["match"] == "type" && rule.get("schema").is_none_or(accepts_anything)
}

#[test]
fn every_rule_refuses_something_in_a_json_document() {
    for rule in each_rule() {
        for example in some_of_everything() {
            let places = [
                ("$", example.clone()),
                ("$.m", json!({"m": example})),
                ("$.*", json!({"m": example})),
                ("$.a[0]", json!({"a": [example]})),
                ("$.a[*]", json!({"a": [example]})),
            ];
            for (path, document) in places {
                let lists = json!({ path: [rule] });
                let expected = Response {
                    body: Body::json(document.clone()),
                    rules: rules(&lists),
                    ..Response::default()
                };
                let Ok(plan) = ResponsePlan::compile(&expected) else {
                    // Rejected when compiled: an element that is searched for and does not exist.
                    assert_eq!(rule["match"], "arrayContains", "{lists} {document}");
                    continue;
                };
                let refuses = |actual: Value| {
                    let actual = match path {
                        "$" => actual,
                        "$.m" | "$.*" => json!({ "m": actual }),
                        _ => json!({ "a": [actual] }),
                    };
                    let actual = Response {
                        body: Body::json(actual),
                        ..Response::default()
                    };
                    !plan.compare(&actual).is_match()
                };
                assert!(
                    some_of_everything().into_iter().any(refuses),
                    "{lists} at {document} takes anything"
                );
            }
        }
    }
}

#[test]
fn every_rule_refuses_something_in_text() {
    for rule in each_rule().into_iter().filter(|rule| !takes_any_text(rule)) {
        let refused_in = |place: &str, differs: &dyn Fn(&str) -> Option<bool>| {
            assert!(
                TEXTS.iter().any(|text| differs(text).unwrap_or(true)),
                "{rule} in {place} takes anything"
            );
        };
        refused_in("the path", &|text| {
            let mut expected = Request {
                path: "/a".into(),
                ..Request::default()
            };
            expected.rules = category_of_one("path", &rule);
            let plan = RequestPlan::compile(&expected, Specification::V4).ok()?;
            let actual = Request {
                path: text.into(),
                ..Request::default()
            };
            assert_eq!(plan.matches(&actual), plan.compare(&actual).is_match());
            Some(!plan.matches(&actual))
        });
        for example in ["q=a", "q", "q=", "q=a&q=b"] {
            refused_in(&format!("the query {example}"), &|text| {
                let lists = json!({ "q": [rule] });
                let expected = Request {
                    query: Query::parse(example),
                    rules: category("query", &lists),
                    ..Request::default()
                };
                let plan = RequestPlan::compile(&expected, Specification::V4).ok()?;
                let differs = |query: Query| {
                    let actual = Request {
                        query,
                        ..Request::default()
                    };
                    !plan.compare(&actual).is_match()
                };
                let mut given = Query::new();
                given.append("q", Some(text.to_owned()));
                Some(differs(given) || differs(Query::parse("q")))
            });
        }
        refused_in("a header", &|text| {
            let (mut expected, mut actual) = (Headers::new(), Headers::new());
            expected.append("X-Header", "a");
            actual.append("X-Header", text);
            let expected = Response {
                headers: expected,
                rules: category("header", &json!({ "X-Header": [rule] })),
                ..Response::default()
            };
            let actual = Response {
                headers: actual,
                ..Response::default()
            };
            let plan = ResponsePlan::compile(&expected).ok()?;
            Some(!plan.compare(&actual).is_match())
        });
        for (path, example, write) in [
            ("$", "a", (|text: &str| text.to_owned()) as fn(&str) -> String),
            ("$.f", "f=a", |text| format!("f={text}")),
            ("$.f", "<f>a</f>", |text| format!("<f>{text}</f>")),
            ("$.f.@b", "<f b='a'/>", |text| format!("<f b='{text}'/>")),
        ] {
            if example.starts_with('<') && !cfg!(feature = "xml") {
                continue;
            }
            let content_type: ContentType = match example.as_bytes() {
                [b'<', ..] => "application/xml",
                [_, b'=', ..] => "application/x-www-form-urlencoded",
                _ => "text/plain",
            }
            .parse()
            .unwrap();
            refused_in(&format!("the body {example}"), &|text| {
                let body = |text: String| Body::text(text, Some(content_type.clone()));
                let expected = Response {
                    body: body(example.to_owned()),
                    rules: rules(&json!({ path: [rule] })),
                    ..Response::default()
                };
                let actual = Response {
                    body: body(write(text)),
                    ..Response::default()
                };
                let plan = ResponsePlan::compile(&expected).ok()?;
                Some(!plan.compare(&actual).is_match())
            });
        }
    }
}

/// Returns rules of a part that has no names: `{"path": {"matchers": […]}}`.
fn category_of_one(name: &str, rule: &Value) -> crate::contract::MatchingRules {
    crate::contract::read::matching_rules(json!({ name: {"combine": "AND", "matchers": [rule]} })).unwrap()
}

#[test]
fn a_list_without_rules_is_as_if_it_were_not_there() {
    for combine in ["AND", "OR"] {
        for path in ["$", "$.a", "$.a.*", "$.*", "$.a.b"] {
            let lists = json!({ path: [combine] });
            let example = json!({"a": {"b": 1}});
            for differing in [json!({"a": {"b": 2}}), json!({"a": 1}), json!([]), json!({})] {
                assert_eq!(
                    paths(&in_response(&lists, &example, &differing)),
                    paths(&in_response(&json!({}), &example, &differing)),
                    "{lists} {differing}"
                );
                assert!(!in_request(&lists, &example, &differing).is_empty());
            }
        }
        // The rule further up still applies.
        let cascading = json!({"$": [{"match": "type"}], "$.a": [combine]});
        assert!(in_response(&cascading, &json!({"a": 1}), &json!({"a": 2})).is_empty());
        assert_eq!(
            paths(&in_response(&cascading, &json!({"a": 1}), &json!({"a": "x"}))),
            ["$.a"]
        );
        assert_eq!(paths(&in_query(&json!({ "q": [combine] }), "q=1", "q=2")), ["q"]);
        assert_eq!(
            paths(&in_headers(
                &json!({ "Accept": [combine] }),
                &["Accept: a/b"],
                &["Accept: a/c"]
            )),
            ["Accept"]
        );
        // Without rules `Accept` is compared as media types.
        assert!(
            in_headers(
                &json!({ "Accept": [combine] }),
                &["Accept: a/b"],
                &["Accept: A/B;q=1"]
            )
            .is_empty()
        );
    }
    for part in ["path", "method"] {
        let empty = json!({ part: {"combine": "AND", "matchers": []} });
        let expected = Request {
            method: "GET".into(),
            path: "/a".into(),
            rules: crate::contract::read::matching_rules(empty).unwrap(),
            ..Request::default()
        };
        let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
        let mut actual = expected.clone();
        assert!(plan.matches(&actual));
        actual.path = "/b".into();
        assert!(!plan.matches(&actual));
        assert_eq!(plan.compare(&actual).mismatches().len(), 1);
        actual.path = "/a".into();
        actual.method = "PUT".into();
        assert!(!plan.matches(&actual));
        assert_eq!(plan.compare(&actual).mismatches().len(), 1);
    }
    let expected = Response {
        status: Some(200),
        rules: crate::contract::read::matching_rules(json!({"status": {"combine": "AND", "matchers": []}}))
            .unwrap(),
        ..Response::default()
    };
    let plan = ResponsePlan::compile(&expected).unwrap();
    let created = Response {
        status: Some(201),
        ..Response::default()
    };
    assert_eq!(plan.compare(&created).mismatches().len(), 1);
    // Rules for names that do not exist.
    let keys = json!({"$": [{"match": "eachKey", "rules": []}]});
    assert_eq!(
        paths(&in_response(&keys, &json!({"a": 1}), &json!({"b": 1}))),
        ["$.a"]
    );
}

#[test]
fn lists_for_one_place_hold_together_however_their_paths_are_written() {
    let lists = json!({
        "$.a": [{"match": "regex", "regex": "[a-z]+"}],
        "$['a']": [{"match": "include", "value": "x"}],
    });
    let example = json!({"a": "xy"});
    assert!(in_response(&lists, &example, &json!({"a": "ax"})).is_empty());
    for differing in ["ab", "X x"] {
        assert_eq!(
            paths(&in_response(&lists, &example, &json!({ "a": differing }))),
            ["$.a"],
            "{differing}"
        );
    }
    let mixed = Response {
        body: Body::json(example),
        rules: rules(
            &json!({"$.a": [{"match": "type"}], "$['a']": ["OR", {"match": "null"}, {"match": "integer"}]}),
        ),
        ..Response::default()
    };
    let error = ResponsePlan::compile(&mixed).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("two lists of matching rules for one place"),
        "{error}"
    );
}

#[test]
fn values_of_a_scalar_are_the_scalar() {
    for name in ["values", "eachValue"] {
        let lists = json!({"$.a": [{ "match": name }]});
        for (example, same, others) in [
            (json!(1), json!(1.0), json!([2, "1", null, [1], {"a": 1}])),
            (json!("x"), json!("x"), json!(["y", "", 1, ["x"]])),
            (json!(null), json!(null), json!([0, "", {}])),
        ] {
            let example = json!({ "a": example });
            assert!(in_response(&lists, &example, &json!({ "a": same })).is_empty());
            for other in others.as_array().unwrap() {
                assert_eq!(
                    paths(&in_response(&lists, &example, &json!({ "a": other }))),
                    ["$.a"],
                    "{name} {example} {other}"
                );
            }
        }
        let mismatches = in_response(&lists, &json!({"a": 1}), &json!({"a": 2}));
        assert_eq!(
            mismatches[0].description,
            "Expected 2 (Integer) to be equal to 1 (Integer)"
        );
        assert_eq!(mismatches[0].expectation, "1");
    }
}

#[test]
fn a_variant_that_would_take_any_element_is_refused() {
    let contains = |variants: Value| json!({"$.a": [{"match": "arrayContains", "variants": variants}]});
    let integer = json!({"$": {"matchers": [{"match": "integer"}]}});
    let nested = |index: usize| json!({"$.b": {"matchers": [{"match": "arrayContains", "variants": [{"index": index, "rules": {}}]}]}});
    for (variants, example, problem) in [
        (
            json!([{"index": 1, "rules": integer}]),
            json!({"a": [1]}),
            "no element at index 1",
        ),
        (
            json!([{"index": 0, "rules": integer}]),
            json!({"a": []}),
            "no element at index 0",
        ),
        (
            json!([{"index": 3, "rules": {}}]),
            json!({"a": [1, 2]}),
            "no element at index 3",
        ),
        (
            json!([{"index": 0, "rules": {}}]),
            json!({}),
            "no example of the array",
        ),
        (
            json!([{"index": 0, "rules": nested(2)}]),
            json!({"a": [{"b": [1]}]}),
            "no element at index 2",
        ),
    ] {
        let expected = Response {
            body: Body::json(example),
            rules: rules(&contains(variants)),
            ..Response::default()
        };
        let error = ResponsePlan::compile(&expected).unwrap_err().to_string();
        assert!(
            error.contains(problem) && error.contains("arrayContains at $.a"),
            "{error}"
        );
    }
    // By its rules, or by the element that it represents.
    let by_rules = contains(json!([{"index": 0, "rules": integer}]));
    assert_eq!(
        paths(&in_response(&by_rules, &json!({"a": [1]}), &json!({"a": ["x"]}))),
        ["$.a"]
    );
    let by_example = contains(json!([{"index": 1, "rules": {}}]));
    assert!(in_response(&by_example, &json!({"a": [1, 2]}), &json!({"a": [2]})).is_empty());
    assert_eq!(
        paths(&in_response(
            &by_example,
            &json!({"a": [1, 2]}),
            &json!({"a": [1]})
        )),
        ["$.a"]
    );
}

#[test]
fn equality_of_a_parameter_is_about_all_its_values() {
    let equal = json!({"q": [{"match": "equality"}]});
    for (example, actual, differing) in [
        ("q", "q", &[][..]),
        ("q", "q=10", &["q"]),
        ("q", "q=", &["q"]),
        ("q=", "q", &["q"]),
        ("q=1", "q", &["q"]),
        ("q=1&q=2", "q=1&q=2", &[]),
        ("q=1&q=2", "q=1", &["q"]),
        ("q=1", "q=1&q=1", &["q"]),
        ("q=1&q", "q=1&q=2", &["q[1]"]),
    ] {
        assert_eq!(
            paths(&in_query(&equal, example, actual)),
            *differing,
            "{example} {actual}"
        );
    }
    let header = json!({"X-A": [{"match": "equality"}]});
    assert_eq!(
        paths(&in_headers(&header, &["X-A: 1", "X-A: 2"], &["X-A: 1"])),
        ["X-A"]
    );
    // It keeps its effect next to another rule.
    let both = json!({"$.a": [{"match": "equality"}, {"match": "type"}]});
    assert_eq!(
        paths(&in_response(&both, &json!({"a": [1, 2]}), &json!({"a": [1]}))),
        ["$.a"]
    );
}

#[test]
fn each_key_is_about_names_and_knows_the_one_that_it_is_equal_to() {
    let named = json!({"$": [{"match": "eachKey", "value": "id", "rules": [{"match": "equality"}]}]});
    assert!(in_response(&named, &json!({"id": 1}), &json!({"id": 2})).is_empty());
    assert_eq!(
        paths(&in_response(&named, &json!({"id": 1}), &json!({"ix": 2}))),
        ["$.ix"]
    );
    for (inner, problem) in [
        (json!({"match": "equality"}), "`value`"),
        (json!({"match": "values"}), "says nothing about the name"),
        (
            json!({"match": "eachValue", "rules": []}),
            "says nothing about the name",
        ),
    ] {
        let expected = Response {
            body: Body::json(json!({"a": 1})),
            rules: rules(&json!({"$": [{"match": "eachKey", "rules": [inner]}]})),
            ..Response::default()
        };
        let error = ResponsePlan::compile(&expected).unwrap_err().to_string();
        assert!(
            error.contains(problem) && error.contains("eachKey at $"),
            "{error}"
        );
    }
    let keys = json!({"$.a": [{"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]"}]}]});
    for other in [json!([1]), json!(1), json!("a"), json!(null)] {
        assert_eq!(
            paths(&in_response(
                &keys,
                &json!({ "a": other }),
                &json!({ "a": other })
            )),
            ["$.a"],
            "{other} has no names"
        );
    }
}
