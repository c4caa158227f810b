//! Comparing, and naming the outcome in a line.

use contract_core::contract::{Body, Response, read};
use contract_core::matching::{Comparison, ResponsePlan};
use serde_json::{Value, json};

/// A response's JSON body compared by the rules of a contract.
pub(super) fn compare(rules: Value, example: Value, actual: Value) -> String {
    let expected = Response {
        body: Body::json(example),
        rules: match read::matching_rules(json!({ "body": rules })) {
            Ok(rules) => rules,
            Err(error) => return short(&error.to_string()),
        },
        ..Response::default()
    };
    let actual = Response {
        body: Body::json(actual),
        ..Response::default()
    };
    match ResponsePlan::compile(&expected) {
        Ok(plan) => outcome(&plan.compare(&actual)),
        Err(error) => short(&error.to_string()),
    }
}

/// How many mismatches there are, and how long their text is.
pub(super) fn outcome(comparison: &Comparison) -> String {
    let text: usize = comparison
        .mismatches()
        .iter()
        .map(|mismatch| format!("{mismatch:?}").len())
        .sum();
    format!("{} mismatches, {text} bytes", comparison.mismatches().len())
}

/// The beginning of an error.
pub(super) fn short(text: &str) -> String {
    text.chars().take(110).collect()
}
