//! The request's path.

use super::text::{TextRules, report};
use crate::Error;
use crate::contract::RuleList;
use crate::matching::rule::Failure;
use crate::matching::{Mismatch, Part};

/// The expected path: compared exactly, trailing slash included (specification 1, "request"), or by rules.
#[derive(Debug)]
pub(crate) struct PathPlan {
    expected: String,
    rules: TextRules,
}

impl PathPlan {
    pub(crate) fn compile(expected: &str, list: Option<&RuleList>) -> Result<Self, Error> {
        Ok(Self {
            expected: expected.to_owned(),
            rules: TextRules::compile(Part::Path, list, expected)?,
        })
    }

    /// The path in the example.
    pub(crate) fn example(&self) -> &str {
        &self.expected
    }

    /// The path that alone matches; `None` where rules decide.
    pub(crate) fn literal(&self) -> Option<&str> {
        self.rules.applied().is_none().then_some(self.expected.as_str())
    }

    /// Whether a path fits.
    pub(crate) fn fits(&self, actual: &str) -> bool {
        match self.rules.applied() {
            Some(applied) => applied.holds_text(Some(&self.expected), actual),
            None => self.expected == actual,
        }
    }

    pub(crate) fn compare(&self, actual: &str, out: &mut Vec<Mismatch>) {
        let applied = self.rules.applied();
        let failures = match applied {
            Some(applied) => match applied.check_text(Some(&self.expected), actual) {
                Ok(()) => return,
                Err(failures) => failures,
            },
            None if self.expected == actual => return,
            None => vec![Failure {
                expectation: self.expected.clone(),
                description: format!("Expected path '{}' but received '{actual}'", self.expected),
                rule: String::new(),
            }],
        };
        report(Part::Path, &self.expected, actual, failures, applied, out);
    }
}
