//! The plan of a response as the contract has it.

use std::sync::OnceLock;

use crate::Error;
use crate::contract::Response;
use crate::matching::ResponsePlan;

/// The plan of one response, compiled when it is first wanted: the provider's answer and the contract's own example are
/// compared by the same one.
#[derive(Default)]
pub(super) struct OncePlan(OnceLock<ResponsePlan>);

impl OncePlan {
    /// The plan of `response` to a request with this method; each call must name the same response and method.
    ///
    /// # Errors
    ///
    /// A rule that cannot be compiled.
    pub(super) fn of(&self, method: &str, response: &Response) -> Result<&ResponsePlan, Error> {
        if let Some(plan) = self.0.get() {
            return Ok(plan);
        }
        let plan = ResponsePlan::compile_for(method, response)?;
        Ok(self.0.get_or_init(|| plan))
    }
}
