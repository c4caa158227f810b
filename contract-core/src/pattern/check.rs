//! An example must fit its own pattern; checked with the engine that will match at run time.

use super::Pattern;
use crate::contract::{Body, Response, Specification};
use crate::matching::ResponsePlan;

impl Pattern {
    /// The pattern, if its example fits it. `written` names what the author wrote: `regex("^a$", "b")`.
    ///
    /// # Panics
    ///
    /// Where the example does not fit, or a rule cannot be compiled.
    #[track_caller]
    pub(super) fn checked(self, written: impl FnOnce() -> String) -> Self {
        if let Err(reason) = self.self_check() {
            panic!("{}: {reason}", written());
        }
        self
    }

    fn self_check(&self) -> Result<(), String> {
        let expanded = self.expand();
        let mut response = Response {
            body: Body::json(expanded.example),
            ..Response::default()
        };
        response.rules.body = expanded.rules;
        let plan = ResponsePlan::compile(&response, Specification::V4).map_err(|error| error.to_string())?;
        let comparison = plan.compare(&response);
        match comparison.mismatches().first() {
            None => Ok(()),
            Some(mismatch) => {
                let place = match mismatch.path.as_str() {
                    "" | "$" => String::new(),
                    path => format!(" at {path}"),
                };
                Err(format!(
                    "the example does not fit its own pattern{place}: expected {}, the example says {}",
                    mismatch.expectation,
                    mismatch
                        .actual
                        .as_ref()
                        .map_or_else(|| "nothing".to_owned(), ToString::to_string),
                ))
            }
        }
    }
}
