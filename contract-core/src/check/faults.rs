//! Finds what makes a contract unusable.

use crate::contract::{Contract, Interaction, InteractionKind, NotVerifiable};
use crate::generate::{self, Context};
use crate::matching::{MismatchKind, ResponsePlan};
use crate::{Error, ErrorKind};

use super::example::{Misfit, misfits_of_message, misfits_of_request, misfits_of_response};
use super::finding::Finding;
use super::lint::Lint;
use super::part::{Part, parts};

/// A fault as an error and as a finding.
pub(super) struct Fault {
    error: Error,
    pub(super) finding: Finding,
}

impl Contract {
    /// Returns what is wrong with the contract beyond its syntax: rules that cannot be compiled, generators that cannot
    /// work, interactions that need a plugin, and examples that do not match their own rules, so that a provider that
    /// responds with the example would fail. For a generated value, the generator's output is checked. Empty if nothing
    /// is wrong.
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

    /// Returns what is wrong with one interaction of the contract; like [`faults`](Self::faults), without the
    /// interaction's name.
    pub fn faults_of(&self, interaction: &Interaction) -> Vec<Error> {
        let found = faults(self, interaction).into_iter();
        found.map(|fault| fault.error).collect()
    }
}

/// Returns what is wrong with an interaction.
pub(super) fn faults(contract: &Contract, interaction: &Interaction) -> Vec<Fault> {
    match contract.not_verifiable(interaction) {
        // It is reported for its place together with other faults.
        None | Some(NotVerifiable::UnknownRule { .. }) => {}
        Some(reason) => return vec![not_verifiable(&reason.to_string())],
    }
    let version = contract.specification;
    // One for each part, in order.
    let misfits = match &interaction.kind {
        InteractionKind::Http(http) => {
            let (request, response) = (&http.request, &http.response);
            vec![
                misfits_of_request(request, version),
                ResponsePlan::compile_for(&request.method, response)
                    .map(|plan| misfits_of_response(&plan, response)),
            ]
        }
        InteractionKind::Message(message) => vec![misfits_of_message(message)],
        InteractionKind::SyncMessage(exchange) => std::iter::once(&exchange.request)
            .chain(&exchange.responses)
            .map(misfits_of_message)
            .collect(),
        InteractionKind::Unknown { .. } => Vec::new(),
    };
    let parts = parts(interaction);
    let mut found: Vec<Fault> = parts
        .iter()
        .zip(misfits)
        .flat_map(|(part, misfits)| of_part(part, misfits))
        .collect();
    found.extend(parts.iter().flat_map(generators));
    found
}

/// Returns why rules cannot be used, or the places at which the example does not match them.
fn of_part(part: &Part<'_>, misfits: Result<Vec<Misfit>, Error>) -> Vec<Fault> {
    match misfits {
        Ok(misfits) => misfits.iter().map(|misfit| of_misfit(part, misfit)).collect(),
        Err(error) => {
            let lint = if part.is_not_verifiable() {
                Lint::NOT_VERIFIABLE
            } else {
                Lint::BROKEN_RULE
            };
            vec![broken(part, lint, error, "matchingRules")]
        }
    }
}

/// Returns the fault of an example, or of a value generated in its place, that does not match its own rules.
fn of_misfit(part: &Part<'_>, Misfit { mismatch, generator }: &Misfit) -> Fault {
    let (lint, text) = match mismatch.kind {
        MismatchKind::Differs | MismatchKind::Bytes | MismatchKind::Unreadable => (
            Lint::EXAMPLE_BREAKS_RULE,
            match generator {
                None => format!(
                    "the {}'s example does not match its own rules: {mismatch}",
                    part.name
                ),
                Some(place) => format!(
                    "the generator for {place} of the {} makes values that do not match its own rules, for example: \
                     {mismatch}: add a rule that accepts them, or remove the generator",
                    part.name
                ),
            },
        ),
        MismatchKind::MayBeMore => (
            Lint::EXAMPLE_BREAKS_RULE,
            format!("the {}'s example and its own rules: {mismatch}", part.name),
        ),
        MismatchKind::Undecided => (
            Lint::BROKEN_RULE,
            format!(
                "whether the {}'s example matches its own rules could not be decided: {mismatch}",
                part.name
            ),
        ),
    };
    Fault {
        error: Error::new(ErrorKind::Invalid, &*text),
        finding: part.finding(lint, &["matchingRules"], text),
    }
}

/// Finds generators that are contradictory or unknown. Values of provider states are not known here.
fn generators(part: &Part<'_>) -> Vec<Fault> {
    let context = Context::consumer();
    part.generators()
        .filter_map(|(place, generator)| {
            let error = generate::value(generator, None, &context).err()?;
            let error = error.context(format!("the generator for {place} of the {}", part.name));
            Some(broken(part, Lint::BROKEN_RULE, error, "generators"))
        })
        .collect()
}

fn broken(part: &Part<'_>, lint: Lint, error: Error, member: &str) -> Fault {
    Fault {
        finding: part.finding(lint, &[member], error.to_string()),
        error,
    }
}

fn not_verifiable(text: &str) -> Fault {
    Fault {
        error: Error::new(ErrorKind::Invalid, text),
        finding: Finding {
            lint: Lint::NOT_VERIFIABLE,
            interaction: None,
            message: text.to_owned(),
            steps: Vec::new(),
        },
    }
}
