//! Checks that an example matches its own pattern, with the engine that is also used at run time.

use serde::Serialize;

use super::Pattern;
use crate::contract::{Body, Response};
use crate::json::{self, Value};
use crate::matching::{Mismatch, ResponsePlan};

impl Pattern {
    /// Returns whether a value matches the pattern like the body of a response: objects may have more
    /// members. A value that cannot be serialised as JSON does not match.
    ///
    /// ```
    /// use contract_core::prelude::*;
    ///
    /// let pattern = json_like!({ "id": integer(42), "name": "Ada" });
    /// assert!(pattern.matches(&serde_json::json!({ "id": 7, "name": "Grace", "age": 36 })));
    /// assert!(!pattern.matches(&serde_json::json!({ "id": "7", "name": "Grace" })));
    /// ```
    pub fn matches(&self, value: &impl Serialize) -> bool {
        json::to_value(value).is_ok_and(|value| self.accepts(&value).is_ok())
    }

    /// Returns the pattern if its example matches it. `written` returns the author's text: `regex("^a$",
    /// "b")`.
    ///
    /// # Panics
    ///
    /// If the example does not match, or a rule cannot be compiled.
    #[track_caller]
    pub(super) fn checked(self, written: impl FnOnce() -> String) -> Self {
        if let Err(reason) = self.self_check() {
            panic!("{}: {reason}", written());
        }
        self
    }

    fn self_check(&self) -> Result<(), String> {
        let (response, plan) = self.compiled()?;
        let comparison = plan.compare(&response);
        match comparison.mismatches().first() {
            None => Ok(()),
            Some(mismatch) if !mismatch.is_difference() => Err(mismatch.description.clone()),
            Some(mismatch) => Err(format!(
                "the example does not match its own pattern{}: expected {}, the example says {}",
                place(mismatch),
                mismatch.expectation,
                actual(mismatch),
            )),
        }
    }

    /// Checks whether a value matches the pattern; the error describes the mismatches.
    pub(super) fn accepts(&self, value: &Value) -> Result<(), String> {
        let (_, plan) = self.compiled()?;
        let response = Response {
            body: Body::json(value.clone()),
            ..Response::default()
        };
        match plan.compare(&response).mismatches().first() {
            None => Ok(()),
            Some(mismatch) if !mismatch.is_difference() => Err(mismatch.description.clone()),
            Some(mismatch) => Err(format!(
                "expected {}{}, got {}",
                mismatch.expectation,
                place(mismatch),
                actual(mismatch),
            )),
        }
    }

    fn compiled(&self) -> Result<(Response, ResponsePlan), String> {
        let expanded = self.expand();
        let mut response = Response {
            body: Body::json(expanded.example),
            ..Response::default()
        };
        response.rules.body = expanded.rules;
        let plan = ResponsePlan::compile(&response).map_err(|error| error.to_string())?;
        Ok((response, plan))
    }
}

fn place(mismatch: &Mismatch) -> String {
    match mismatch.path.as_str() {
        "" | "$" => String::new(),
        path => format!(" at {path}"),
    }
}

fn actual(mismatch: &Mismatch) -> String {
    let actual = mismatch.actual.as_ref();
    actual.map_or_else(|| "nothing".to_owned(), ToString::to_string)
}
