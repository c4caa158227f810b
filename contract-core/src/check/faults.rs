//! What makes a contract unusable.

use crate::contract::{Contract, Interaction, InteractionKind, Message, Request, Response};
use crate::generate::{self, Context};
use crate::matching::{MessagePlan, RequestPlan, ResponsePlan};
use crate::{Error, ErrorKind};

use super::part::{Part, parts};

impl Contract {
    /// What is wrong with the contract, beyond what reading it told: rules that cannot be compiled, generators that cannot
    /// work, interactions that need a plugin, and examples that do not fit their own rules, so that a provider which
    /// answers with the example would fail. Of a value that is generated, what the generator makes counts. Empty where all
    /// is well.
    pub fn faults(&self) -> Vec<Error> {
        let mut faults = Vec::new();
        for interaction in &self.interactions {
            let place = format!("interaction {:?}", interaction.description);
            let found = self.faults_of(interaction);
            faults.extend(found.into_iter().map(|fault| fault.context(&place)));
        }
        faults
    }

    /// What is wrong with one interaction of the contract; as [`faults`](Self::faults), without the interaction's name.
    pub fn faults_of(&self, interaction: &Interaction) -> Vec<Error> {
        if let Some(need) = self.plugin_need(interaction) {
            return vec![invalid(&need.to_string())];
        }
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
        found.extend(parts(interaction).iter().flat_map(generators));
        found
    }

    fn request(&self, request: &Request) -> Option<Error> {
        let plan = match RequestPlan::compile(request, self.specification) {
            Ok(plan) => plan,
            Err(error) => return Some(error),
        };
        let example = generate::request(request, &Context::consumer());
        let comparison = plan.compare(example.as_ref().unwrap_or(request));
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
        let example = generate::response(response, &Context::consumer());
        let mut example = example.unwrap_or_else(|_| response.clone());
        example.status = example.example_status();
        let comparison = plan.compare(&example);
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
        let example = generate::message(message, &Context::consumer());
        let comparison = plan.compare(example.as_ref().unwrap_or(message));
        let mismatch = comparison.mismatches().first()?;
        Some(invalid(&format!(
            "the {what}'s example does not fit its own rules: {mismatch}"
        )))
    }
}

/// Generators that contradict themselves or are not known. What values of provider states make is not known here.
fn generators(part: &Part<'_>) -> Vec<Error> {
    let context = Context::consumer();
    part.generators()
        .filter_map(|(place, generator)| {
            let error = generate::value(generator, None, &context).err()?;
            Some(error.context(format!("the generator for {place} of the {}", part.name)))
        })
        .collect()
}

fn invalid(text: &str) -> Error {
    Error::new(ErrorKind::Invalid, text)
}
