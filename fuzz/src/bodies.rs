//! Two bodies of one type, compared.

use contract_core::contract::{Body, Request, Response, Specification, read};
use contract_core::matching::{RequestPlan, ResponsePlan};
use serde_json::json;

/// Compares the second body with the first, as bodies of requests and of responses, under rules at the root and below.
pub fn compare(content_type: &str, expected: &str, actual: &str) {
    let body = |text: &str| Body::text(text, content_type.parse().ok());
    for rules in [
        json!({}),
        json!({"body": {"$": {"matchers": [{"match": "type"}]}}}),
        json!({"body": {"$.*": {"matchers": [{"match": "regex", "regex": "[a-z]+"}]}, "$.a.b": {"matchers": [{"match": "type", "min": 2}]}}}),
    ] {
        let rules = read::matching_rules(rules).expect("the rules are well-formed");
        let request = |text: &str| Request {
            body: body(text),
            ..Request::default()
        };
        let expected_request = Request {
            rules: rules.clone(),
            ..request(expected)
        };
        if let Ok(plan) = RequestPlan::compile(&expected_request, Specification::V4) {
            let actual = request(actual);
            assert_eq!(plan.matches(&actual), plan.compare(&actual).is_match());
        }
        let response = |text: &str| Response {
            body: body(text),
            ..Response::default()
        };
        let expected_response = Response {
            rules,
            ..response(expected)
        };
        if let Ok(plan) = ResponsePlan::compile(&expected_response) {
            let _ = plan.compare(&response(actual));
        }
    }
}
