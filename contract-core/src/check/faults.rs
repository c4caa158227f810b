//! What makes a contract unusable.

use crate::contract::{Contract, Interaction, InteractionKind};
use crate::generate::{self, Context};
use crate::matching::{Mismatch, ResponsePlan};
use crate::{Error, ErrorKind};

use super::example::{misfits_of_message, misfits_of_request, misfits_of_response};
use super::part::{Part, parts};

impl Contract {
    /// What is wrong with the contract, beyond what reading it told: rules that cannot be compiled, generators that cannot
    /// work, interactions that need a plugin, and examples that do not fit their own rules, so that a provider which
    /// answers with the example would fail. Of a value that is generated, what the generator makes counts. Empty if all
    /// is well.
    ///
    /// ```
    /// use contract_core::contract::{Contract, Interaction, InteractionKind, Matcher, RuleList};
    /// use contract_core::prelude::{Request, Response};
    ///
    /// let mut contract = Contract::new("web-app", "user-api");
    /// let mut interaction: Interaction =
    ///     Interaction::http("a request").request(Request::get("/")).response(Response::ok()).into();
    /// assert!(contract.faults_of(&interaction).is_empty());
    /// if let InteractionKind::Http(http) = &mut interaction.kind {
    ///     http.request.rules.path = Some(RuleList::one(Matcher::Regex("(".to_owned())));
    /// }
    /// contract.interactions.push(interaction);
    /// assert_eq!(contract.faults().len(), 1);
    /// ```
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
        let version = self.specification;
        let mut found = Vec::new();
        match &interaction.kind {
            InteractionKind::Http(http) => {
                let (request, response) = (&http.request, &http.response);
                found.extend(fault("request", misfits_of_request(request, version)));
                let misfits = ResponsePlan::compile_for(&request.method, response)
                    .map(|plan| misfits_of_response(&plan, response));
                found.extend(fault("response", misfits));
            }
            InteractionKind::Message(message) => {
                found.extend(fault("message", misfits_of_message(message)));
            }
            InteractionKind::SyncMessage(exchange) => {
                let misfits = misfits_of_message(&exchange.request);
                found.extend(fault("request message", misfits));
                for response in &exchange.responses {
                    found.extend(fault("response message", misfits_of_message(response)));
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
}

/// Why rules cannot be used, or the first place at which the example does not fit them.
fn fault(part: &str, misfits: Result<Vec<Mismatch>, Error>) -> Option<Error> {
    match misfits {
        Ok(misfits) => misfits.first().map(|mismatch| {
            invalid(&format!(
                "the {part}'s example does not match its own rules: {mismatch}"
            ))
        }),
        Err(error) => Some(error),
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
