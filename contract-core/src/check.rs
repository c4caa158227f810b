//! Whether a contract can be used at all.

use crate::Error;
use crate::contract::{Contract, InteractionKind, Message, Request, Response};
use crate::matching::{MessagePlan, RequestPlan, ResponsePlan};

impl Contract {
    /// What is wrong with the contract, beyond what reading it told: rules that cannot be compiled, and examples that do
    /// not fit their own rules, so that a provider which answers with the example would fail. Empty where all is well.
    pub fn faults(&self) -> Vec<Error> {
        let mut faults = Vec::new();
        for interaction in &self.interactions {
            let mut found = Vec::new();
            match &interaction.kind {
                InteractionKind::Http(http) => {
                    found.extend(self.request(&http.request));
                    found.extend(self.response(&http.response));
                }
                InteractionKind::Message(message) => found.extend(self.message("message", message)),
                InteractionKind::SyncMessage(exchange) => {
                    found.extend(self.message("request message", &exchange.request));
                    for response in &exchange.responses {
                        found.extend(self.message("response message", response));
                    }
                }
                InteractionKind::Unknown { type_name, .. } => {
                    found.push(invalid(&format!(
                        "its type {type_name:?} is unknown to this library"
                    )));
                }
            }
            let place = format!("interaction {:?}", interaction.description);
            faults.extend(found.into_iter().map(|fault| fault.context(&place)));
        }
        faults
    }

    fn request(&self, request: &Request) -> Option<Error> {
        let plan = match RequestPlan::compile(request, self.specification) {
            Ok(plan) => plan,
            Err(error) => return Some(error),
        };
        let comparison = plan.compare(request);
        let mismatch = comparison.mismatches().first()?;
        Some(invalid(&format!(
            "the request's example does not fit its own rules: {mismatch}"
        )))
    }

    fn response(&self, response: &Response) -> Option<Error> {
        let plan = match ResponsePlan::compile(response, self.specification) {
            Ok(plan) => plan,
            Err(error) => return Some(error),
        };
        let comparison = plan.compare(response);
        let mismatch = comparison.mismatches().first()?;
        Some(invalid(&format!(
            "the response's example does not fit its own rules: {mismatch}"
        )))
    }

    fn message(&self, what: &str, message: &Message) -> Option<Error> {
        let plan = match MessagePlan::compile(message, self.specification) {
            Ok(plan) => plan,
            Err(error) => return Some(error),
        };
        let comparison = plan.compare(message);
        let mismatch = comparison.mismatches().first()?;
        Some(invalid(&format!(
            "the {what}'s example does not fit its own rules: {mismatch}"
        )))
    }
}

fn invalid(text: &str) -> Error {
    Error::new(crate::ErrorKind::Invalid, text)
}
