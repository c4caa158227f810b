//! Finds contradictions within a contract, independently of the provider's response.

use super::response_plan::OncePlan;
use crate::check::{Misfit, misfits_of_message, misfits_of_request, misfits_of_response};
use crate::contract::{Body, Data, Interaction, InteractionKind, Response, Specification};
use crate::matching::{Mismatch, MismatchKind, Part};

/// Maximum number of contradictions of one interaction shown.
const SHOWN: usize = 5;

/// How the examples of an interaction violate their own rules: the contract contradicts itself.
///
/// The rules decide. A provider can fulfil such an interaction, but not by responding with the example; and the
/// consumer's actual request may differ from the one sent to the provider.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contradictions {
    /// In the request, or the message that the consumer sends.
    pub request: Vec<Mismatch>,
    /// In the response, or the messages that the provider sends.
    pub response: Vec<Mismatch>,
}

impl Contradictions {
    /// Returns those of an interaction; `plan` is its response plan. A rule of a request that cannot be used is a
    /// warning: a verification does not need it.
    pub(super) fn of(
        interaction: &Interaction,
        version: Specification,
        plan: &OncePlan<'_>,
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
            Ok(misfits) => found.request = known("its request", misfits, warnings),
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
        found.response = known("its response", of_response, warnings);
        found
    }

    /// Returns whether the contract's contradictions explain all mismatches of a response.
    pub(super) fn explain_all(&self, mismatches: &[Mismatch]) -> bool {
        let is_known = |mismatch: &Mismatch| {
            let at_same_place = |other: &Mismatch| other.part == mismatch.part && other.path == mismatch.path;
            self.response.iter().any(at_same_place)
        };
        mismatches.iter().all(is_known)
    }

    /// Returns a line for each.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let of_request = self.request.iter().take(SHOWN);
        let of_response = self.response.iter().take(SHOWN);
        of_request
            .map(|mismatch| line("the example of its request", mismatch))
            .chain(of_response.map(|mismatch| line("its example", mismatch)))
    }
}

/// Returns whether the example may fail its own comparison: without rules, a document or missing body cannot.
fn can_misfit(response: &Response) -> bool {
    let is_document = match &response.body {
        Body::Present(content) => matches!(content.data, Data::Json(_)),
        Body::Missing | Body::Empty | Body::Null => true,
    };
    !(response.rules.is_empty() && is_document)
}

/// Returns how an example itself does not match its own rules. A warning says what is not known, and what only a generated
/// value does not match.
fn known(what: &str, misfits: Vec<Misfit>, warnings: &mut Vec<String>) -> Vec<Mismatch> {
    let mut known = Vec::new();
    for Misfit { mismatch, generator } in misfits {
        match (mismatch.kind, generator) {
            (MismatchKind::MayBeMore, _) => {}
            (MismatchKind::Undecided, _) => warnings.push(format!(
                "whether the example of {what} matches its own rules could not be decided: {mismatch}"
            )),
            (_, None) => known.push(mismatch),
            (_, Some(place)) => warnings.push(format!(
                "the generator for {place} of {what} makes values that do not match its own rules, for example: {mismatch}"
            )),
        }
    }
    known
}

fn line(what: &str, mismatch: &Mismatch) -> String {
    let place = match mismatch.part {
        Part::Body if !mismatch.path.is_empty() => String::new(),
        part => format!("{part} "),
    };
    format!("the contract contradicts itself, {what} does not match its own rule: {place}{mismatch}")
}
