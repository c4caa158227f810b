//! `statusCode`: one of a class of status codes, or one of a list.

use crate::json::Value;

use crate::contract::{StatusClass, StatusRule};
use crate::matching::given::Given;

/// Whether the code is one of those that the rule allows.
pub(crate) fn holds(rule: &StatusRule, given: Given<'_>) -> bool {
    code(given).is_some_and(|code| match rule {
        StatusRule::Class(class) => class.contains(code),
        StatusRule::Codes(codes) => codes.contains(&code),
    })
}

/// `Expected status code 400 to be a Successful response (200–299)`
pub(crate) fn description(rule: &StatusRule, actual: Given<'_>) -> String {
    let class = match rule {
        StatusRule::Class(StatusClass::Information) => "an Informational response (100–199)",
        StatusRule::Class(StatusClass::Success) => "a Successful response (200–299)",
        StatusRule::Class(StatusClass::Redirect) => "a Redirect (300–399)",
        StatusRule::Class(StatusClass::ClientError) => "a Client error (400–499)",
        StatusRule::Class(StatusClass::ServerError) => "a Server error (500–599)",
        StatusRule::Class(StatusClass::NonError) => "a Non-error response (< 400)",
        StatusRule::Class(StatusClass::Error) => "an Error response (>= 400)",
        StatusRule::Codes(codes) => {
            return format!(
                "Expected status code {} to be one of {}",
                actual.quoted(),
                list(codes)
            );
        }
    };
    format!("Expected status code {} to be {class}", actual.quoted())
}

/// `a status of class success`, `a status of 200 or 201`
pub(crate) fn expectation(rule: &StatusRule) -> String {
    match rule {
        StatusRule::Class(class) => format!("a status of class {}", class.name()),
        StatusRule::Codes(codes) => format!("a status out of {}", list(codes)),
    }
}

fn list(codes: &[u16]) -> String {
    let codes: Vec<_> = codes.iter().map(u16::to_string).collect();
    codes.join(", ")
}

fn code(given: Given<'_>) -> Option<u16> {
    match given {
        Given::Json(Value::Number(number)) => u16::try_from(number.as_u64()?).ok(),
        Given::Json(Value::String(text)) => text.parse().ok(),
        Given::Text(text) => text.parse().ok(),
        Given::Json(_) | Given::Bytes(_) => None,
    }
}
