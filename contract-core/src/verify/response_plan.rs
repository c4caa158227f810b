//! The lazily compiled plan of a response.

use std::sync::OnceLock;

use crate::Error;
use crate::contract::Response;
use crate::matching::ResponsePlan;

/// The plan of one response, compiled on first use: the provider's response and the contract's own example share it.
#[derive(Default)]
pub(super) struct OncePlan(OnceLock<ResponsePlan>);

impl OncePlan {
    /// Returns the plan of `response` to a request with this method; every call must pass the same response and method.
    ///
    /// # Errors
    ///
    /// If a rule cannot be compiled.
    pub(super) fn of(&self, method: &str, response: &Response) -> Result<&ResponsePlan, Error> {
        if let Some(plan) = self.0.get() {
            return Ok(plan);
        }
        let plan = ResponsePlan::compile_for(method, response)?;
        Ok(self.0.get_or_init(|| plan))
    }
}
