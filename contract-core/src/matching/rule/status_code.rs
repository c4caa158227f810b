//! `statusCode`: one of a class of status codes, or one of a list.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use crate::contract::{StatusClass, StatusRule};
use crate::json::Value;
use crate::matching::given::Given;

/// The allowed codes.
#[derive(Debug)]
pub(crate) struct StatusCode {
    allowed: StatusRule,
}

impl StatusCode {
    pub(crate) fn new(allowed: &StatusRule) -> Self {
        Self {
            allowed: allowed.clone(),
        }
    }
}

impl MatchingRule for StatusCode {
    fn name(&self) -> &'static str {
        "statusCode"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Nothing
    }

    fn holds(&self, given: Given<'_>) -> bool {
        code(given).is_some_and(|code| match &self.allowed {
            StatusRule::Class(class) => class.contains(code),
            StatusRule::Codes(codes) => codes.contains(&code),
        })
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        let allowed = match &self.allowed {
            StatusRule::Class(class) => class_in_words(*class).to_owned(),
            StatusRule::Codes(codes) => format!("one of {}", list(codes)),
        };
        format!(
            "Expected status code {} to be {allowed}",
            rejected.actual.quoted()
        )
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        match &self.allowed {
            StatusRule::Class(class) => format!("a status of class {}", class.name()),
            StatusRule::Codes(codes) => format!("one of the statuses {}", list(codes)),
        }
    }
}

fn class_in_words(class: StatusClass) -> &'static str {
    match class {
        StatusClass::Information => "an Informational response (100–199)",
        StatusClass::Success => "a Successful response (200–299)",
        StatusClass::Redirect => "a Redirect (300–399)",
        StatusClass::ClientError => "a Client error (400–499)",
        StatusClass::ServerError => "a Server error (500–599)",
        StatusClass::NonError => "a Non-error response (< 400)",
        StatusClass::Error => "an Error response (>= 400)",
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
