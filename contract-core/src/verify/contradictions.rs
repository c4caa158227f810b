//! Where a contract contradicts itself, found without regard to what the provider answers.

use super::response_plan::OncePlan;
use crate::check::{misfits_of_message, misfits_of_request, misfits_of_response};
use crate::contract::{Body, Data, Interaction, InteractionKind, Response, Specification};
use crate::matching::{Mismatch, Part};

/// Places at which one interaction contradicts itself that are shown at most.
const SHOWN: usize = 5;

/// How the examples of an interaction do not fit their own rules: there the contract contradicts itself.
///
/// The rules decide. A provider can fulfil such an interaction, but not by answering with the example; and what the consumer
/// really sends may be another request than the one that the provider is asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contradictions {
    /// Of the request, or of the message that the consumer sends.
    pub request: Vec<Mismatch>,
    /// Of the response, or of the messages that the provider sends.
    pub response: Vec<Mismatch>,
}

impl Contradictions {
    /// Those of an interaction; `plan` is that of its response. A rule of a request that cannot be used is a warning: a verification does not need it.
    pub(super) fn of(
        interaction: &Interaction,
        version: Specification,
        plan: &OncePlan,
        warnings: &mut Vec<String>,
    ) -> Self {
        let mut found = Self::default();
        let of_request = match &interaction.kind {
            InteractionKind::Http(http) if !http.request.rules.is_empty() => {
                misfits_of_request(&http.request, version)
            }
            InteractionKind::SyncMessage(exchange) if !exchange.request.rules.is_empty() => {
                misfits_of_message(&exchange.request)
            }
            _ => Ok(Vec::new()),
        };
        match of_request {
            Ok(misfits) => found.request = misfits,
            Err(error) => warnings.push(format!("a rule of the request cannot be used: {error}")),
        }
        // A rule of a response that cannot be used is the outcome of the interaction.
        let of_response = match &interaction.kind {
            InteractionKind::Http(http) if can_misfit(&http.response) => {
                let plan = plan.of(&http.request.method, &http.response);
                plan.map_or_else(|_| Vec::new(), |plan| misfits_of_response(plan, &http.response))
            }
            InteractionKind::Message(message) => misfits_of_message(message).unwrap_or_default(),
            InteractionKind::SyncMessage(exchange) => (exchange.responses.iter())
                .flat_map(|response| misfits_of_message(response).unwrap_or_default())
                .collect(),
            _ => Vec::new(),
        };
        found.response = of_response;
        found
    }

    /// Whether all that differs in a response does so where the contract contradicts itself.
    pub(super) fn explain_all(&self, mismatches: &[Mismatch]) -> bool {
        let is_known = |mismatch: &Mismatch| {
            let at_same_place = |other: &Mismatch| other.part == mismatch.part && other.path == mismatch.path;
            self.response.iter().any(at_same_place)
        };
        mismatches.iter().all(is_known)
    }

    /// For people, one line each.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let of_request = self.request.iter().take(SHOWN);
        let of_response = self.response.iter().take(SHOWN);
        of_request
            .map(|mismatch| line("the example of its request", mismatch))
            .chain(of_response.map(|mismatch| line("its example", mismatch)))
    }
}

/// Whether the example may fail its own comparison: without rules, a document or no body at all is what it is.
fn can_misfit(response: &Response) -> bool {
    let is_document = match &response.body {
        Body::Present(content) => matches!(content.data, Data::Json(_)),
        Body::Missing | Body::Empty | Body::Null => true,
    };
    !(response.rules.is_empty() && is_document)
}

fn line(what: &str, mismatch: &Mismatch) -> String {
    let place = match mismatch.part {
        Part::Body if !mismatch.path.is_empty() => String::new(),
        part => format!("{part} "),
    };
    format!("the contract contradicts itself, {what} does not fit its own rule: {place}{mismatch}")
}
