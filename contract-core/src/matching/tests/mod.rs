//! The semantics of matching, one table per topic; the page "Semantics" of the book explains them.

mod arrays;
mod bodies;
mod bounds;
mod cascade;
mod combine;
mod headers;
mod laws;
mod maps;
mod nothing;
mod query;
mod scalars;
mod wording;

use crate::json::{Value, json};

use crate::contract::{Body, Headers, MatchingRules, Query, Request, Response, Specification, read};
use crate::matching::{Mismatch, RequestPlan, ResponsePlan};

/// Rules in the form of version 3, for the body: `{"$.a": [{"match": "type"}]}`, with `"OR"` as first element to
/// combine them with OR.
fn rules(body: &Value) -> MatchingRules {
    category("body", body)
}

fn category(name: &str, lists: &Value) -> MatchingRules {
    let lists: crate::json::Map<String, Value> = lists
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, list)| {
            let list = list.as_array().unwrap();
            let (combine, matchers) = match list.first() {
                Some(Value::String(combine)) => (combine.as_str(), &list[1..]),
                _ => ("AND", &list[..]),
            };
            (path.clone(), json!({ "combine": combine, "matchers": matchers }))
        })
        .collect();
    read::matching_rules(json!({ name: lists })).unwrap()
}

/// Returns the mismatches of a response's JSON body.
fn in_response(lists: &Value, example: &Value, actual: &Value) -> Vec<Mismatch> {
    let expected = Response {
        body: Body::json(example.clone()),
        rules: rules(lists),
        ..Response::default()
    };
    let actual = Response {
        body: Body::json(actual.clone()),
        ..Response::default()
    };
    let plan = ResponsePlan::compile(&expected).unwrap();
    plan.compare(&actual).into_mismatches()
}

/// Returns the mismatches of a request's JSON body.
fn in_request(lists: &Value, example: &Value, actual: &Value) -> Vec<Mismatch> {
    let expected = Request {
        body: Body::json(example.clone()),
        rules: rules(lists),
        ..Request::default()
    };
    let actual = Request {
        body: Body::json(actual.clone()),
        ..Request::default()
    };
    let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
    let comparison = plan.compare(&actual);
    assert_eq!(
        comparison.is_match(),
        plan.matches(&actual),
        "compare and matches agree"
    );
    comparison.into_mismatches()
}

/// Returns the paths of mismatches.
fn paths(mismatches: &[Mismatch]) -> Vec<&str> {
    mismatches.iter().map(|mismatch| mismatch.path.as_str()).collect()
}

/// Asserts the mismatches in a response for each row: rules, example, actual, paths.
#[track_caller]
fn assert_responses(rows: &[(Value, Value, Value, &[&str])]) {
    for (rules, example, actual, expected) in rows {
        let mismatches = in_response(rules, example, actual);
        assert_eq!(
            paths(&mismatches),
            *expected,
            "{rules}\n  {example}\n  {actual}\n  {mismatches:#?}"
        );
    }
}

/// Asserts the mismatches in a request for each row: rules, example, actual, paths.
#[track_caller]
fn assert_requests(rows: &[(Value, Value, Value, &[&str])]) {
    for (rules, example, actual, expected) in rows {
        let mismatches = in_request(rules, example, actual);
        assert_eq!(
            paths(&mismatches),
            *expected,
            "{rules}\n  {example}\n  {actual}\n  {mismatches:#?}"
        );
    }
}

/// Returns the mismatches of headers, given as lines of `name: value`.
fn in_headers(lists: &Value, example: &[&str], actual: &[&str]) -> Vec<Mismatch> {
    let parse = |lines: &[&str]| {
        let mut headers = Headers::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            headers.append(name, value);
        }
        headers
    };
    let expected = Response {
        headers: parse(example),
        rules: category("header", lists),
        ..Response::default()
    };
    let actual = Response {
        headers: parse(actual),
        ..Response::default()
    };
    let plan = ResponsePlan::compile(&expected).unwrap();
    plan.compare(&actual).into_mismatches()
}

/// Returns the mismatches of queries.
fn in_query(lists: &Value, example: &str, actual: &str) -> Vec<Mismatch> {
    let expected = Request {
        query: Query::parse(example),
        rules: category("query", lists),
        ..Request::default()
    };
    let actual = Request {
        query: Query::parse(actual),
        ..Request::default()
    };
    let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
    plan.compare(&actual).into_mismatches()
}
