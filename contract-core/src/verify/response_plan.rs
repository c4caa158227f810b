//! The lazily compiled plan of a response.

use std::sync::OnceLock;

use crate::Error;
use crate::contract::Response;
use crate::matching::ResponsePlan;
use crate::matching::rule::RecentRules;

/// The plan of one response, compiled on first use: the provider's response and the contract's own example share it.
pub(super) struct OncePlan<'r> {
    plan: OnceLock<ResponsePlan>,
    /// The rules that other responses have too.
    recent: &'r RecentRules,
}

impl<'r> OncePlan<'r> {
    pub(super) fn beside(recent: &'r RecentRules) -> Self {
        Self {
            plan: OnceLock::new(),
            recent,
        }
    }

    /// Returns the plan of `response` to a request with this method; every call must pass the same response and method.
    ///
    /// # Errors
    ///
    /// If a rule cannot be compiled.
    pub(super) fn of(&self, method: &str, response: &Response) -> Result<&ResponsePlan, Error> {
        if let Some(plan) = self.plan.get() {
            return Ok(plan);
        }
        let plan = ResponsePlan::compile_beside(Some(self.recent), method, response)?;
        Ok(self.plan.get_or_init(|| plan))
    }
}
