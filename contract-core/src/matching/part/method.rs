//! The request's method.

use super::text::{TextRules, report};
use crate::Error;
use crate::contract::RuleList;
use crate::matching::rule::Failure;
use crate::matching::{Mismatch, Part};

/// The expected method: compared case-insensitively (specification 1, "request"), or by rules.
#[derive(Debug)]
pub(crate) struct MethodPlan {
    expected: String,
    rules: TextRules,
}

impl MethodPlan {
    pub(crate) fn compile(expected: &str, list: Option<&RuleList>) -> Result<Self, Error> {
        Ok(Self {
            expected: expected.to_owned(),
            rules: TextRules::compile(Part::Method, list, expected)?,
        })
    }

    /// Returns whether a method matches.
    pub(crate) fn fits(&self, actual: &str) -> bool {
        match self.rules.applied() {
            Some(applied) => applied.holds_text(Some(&self.expected), actual),
            None => self.expected.eq_ignore_ascii_case(actual),
        }
    }

    pub(crate) fn compare(&self, actual: &str, out: &mut Vec<Mismatch>) {
        let applied = self.rules.applied();
        let failures = match applied {
            Some(applied) => match applied.check_text(Some(&self.expected), actual) {
                Ok(()) => return,
                Err(failures) => failures,
            },
            None if self.expected.eq_ignore_ascii_case(actual) => return,
            None => vec![Failure {
                expectation: self.expected.to_ascii_uppercase(),
                description: format!("Expected method {} but received {actual}", self.expected),
                rule: String::new(),
            }],
        };
        report(Part::Method, &self.expected, actual, failures, applied, out);
    }
}
