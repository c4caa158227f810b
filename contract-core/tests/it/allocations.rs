//! Where nothing differs, matching allocates nothing: its cost is the walk.

use allocation_counter::measure;
use contract_core::contract::{Body, ContentType, Headers, Query, Request, Response, Specification, read};
use contract_core::matching::{RequestPlan, ResponsePlan};
use serde_json::{Value, json};

fn wire(body: &Value) -> Body {
    Body::from_wire(body.to_string().into(), Some(ContentType::json()))
}

fn headers(lines: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in lines {
        headers.append(*name, *value);
    }
    headers
}

/// An order with its lines: all kinds of values, all of them under rules.
fn order(lines: usize) -> Value {
    let line =
        |index: usize| json!({"sku": format!("A-{index}"), "count": index, "price": 9.5, "tags": ["x"]});
    json!({
        "id": 7,
        "placed": "2026-01-31",
        "note": null,
        "lines": (0..lines).map(line).collect::<Vec<_>>(),
        "by_country": {"fr": {"total": 1.5}, "de": {"total": 2.5}},
        "version": "1.2.3",
    })
}

fn rules() -> Value {
    let one = |rule: Value| json!({ "matchers": [rule] });
    json!({
        "body": {
            "$": one(json!({"match": "type"})),
            "$.id": one(json!({"match": "integer"})),
            "$.placed": one(json!({"match": "regex", "regex": r"\d{4}-\d{2}-\d{2}"})),
            "$.note": {"combine": "OR", "matchers": [{"match": "null"}, {"match": "type"}]},
            "$.lines": one(json!({"match": "type", "min": 1})),
            "$.lines[*].sku": one(json!({"match": "include", "value": "-"})),
            "$.lines[*].count": one(json!({"match": "number"})),
            "$.lines[*].price": one(json!({"match": "decimal"})),
            "$.lines[*].*": one(json!({"match": "type"})),
            "$.by_country": {"matchers": [
                {"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]{2}"}]},
                {"match": "eachValue", "rules": [{"match": "type"}]},
            ]},
            "$.version": one(json!({"match": "semver"})),
        },
    })
}

#[test]
fn comparing_a_response_that_matches_allocates_nothing() {
    let expected = Response {
        status: Some(200),
        headers: headers(&[("Content-Type", "application/json"), ("Vary", "accept, origin")]),
        body: Body::json(order(1)),
        rules: read::matching_rules(rules()).unwrap(),
        ..Response::default()
    };
    let plan = ResponsePlan::compile(&expected, Specification::V4).unwrap();
    let actual = Response {
        status: Some(200),
        headers: headers(&[
            ("content-type", "application/json; charset=utf-8"),
            ("vary", "accept,origin"),
        ]),
        body: wire(&order(100)),
        ..Response::default()
    };
    // Once before: a regular expression makes its working memory at first use.
    assert!(plan.compare(&actual).is_match());
    let counted = measure(|| assert!(plan.compare(&actual).is_match()));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn comparing_a_request_that_matches_allocates_nothing() {
    let expected = Request {
        method: "POST".into(),
        path: "/orders".into(),
        query: Query::parse("dry=true&tag=a&tag=b"),
        headers: headers(&[("Accept", "application/json"), ("X-Trace", "1")]),
        body: Body::json(order(3)),
        rules: read::matching_rules(json!({
            "query": {"tag": {"matchers": [{"match": "regex", "regex": "[a-z]"}]}},
            "header": {"X-Trace": {"matchers": [{"match": "integer"}]}},
            "path": {"matchers": [{"match": "regex", "regex": "/[a-z]+"}]},
        }))
        .unwrap(),
        ..Request::default()
    };
    let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
    let actual = Request {
        method: "post".into(),
        path: "/orders".into(),
        query: Query::parse("tag=x&dry=true&tag=y&tag=z"),
        headers: headers(&[
            ("accept", "application/json"),
            ("x-trace", "77"),
            ("host", "localhost"),
        ]),
        body: wire(&order(3)),
        ..Request::default()
    };
    assert!(plan.compare(&actual).is_match());
    let counted = measure(|| {
        assert!(plan.compare(&actual).is_match());
        assert!(plan.matches(&actual));
    });
    assert_eq!(counted.count_total, 0);
}
