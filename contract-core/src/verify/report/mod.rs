//! What a verification found, as a value.

mod document;
mod findings;
mod text;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::document::{ContractDocument, Document, InteractionDocument, SourceDocument};
use self::findings::Findings;
pub(crate) use self::text::counted;
use super::Contradictions;
use crate::contract::{Contract, Interaction, Message, NotVerifiable, Request, Response};
use crate::matching::Mismatch;
use crate::report::{self, Exchange, Failure};
use crate::{Error, ErrorKind};

/// What a verification found.
#[derive(Debug)]
pub struct VerificationReport {
    /// The provider that was verified.
    pub provider: String,
    /// Its version, under which results are published, if they are.
    pub provider_version: Option<ProviderVersion>,
    /// One entry per source, in their order.
    pub sources: Vec<SourceReport>,
    /// One entry per contract, in the order of the sources.
    pub contracts: Vec<ContractReport>,
    /// Things that a person should know and that fail nothing.
    pub warnings: Vec<String>,
    /// Contracts that could not be read, each with its place and reason; they fail the run.
    pub unreadable: Vec<String>,
    /// Why results could not be published, if they should have been; this fails the run.
    pub publish_error: Option<Error>,
    /// From loading the contracts to the end of the last interaction.
    pub duration: Duration,
}

/// The provider's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderVersion {
    /// The version: the commit's hash, best of all.
    pub version: String,
    /// The branch that it was built from.
    pub branch: Option<String>,
    /// Where the build can be seen.
    pub build_url: Option<String>,
}

/// What was found at one source of contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceReport {
    /// The directory, file or address.
    pub name: String,
    /// How many contracts with other providers were left out.
    pub of_other_providers: usize,
    /// What else was left out, and why.
    pub skipped: Vec<String>,
}

/// What was found for one contract.
#[derive(Debug)]
pub struct ContractReport {
    /// The contract.
    pub contract: Arc<Contract>,
    /// The file or URL that it came from.
    pub source: String,
    /// Which of the report's [sources](VerificationReport::sources) it came from.
    pub source_index: usize,
    /// Why the broker chose it (`latest from main branch`), if it did.
    pub selected_as: Option<String>,
    /// Whether a failure does not fail the run: the broker says that this provider never fulfilled this content.
    pub pending: bool,
    /// Whether it is work in progress: published on a branch that no selector names.
    pub wip: bool,
    /// What the broker says about the contract.
    pub notices: Vec<String>,
    /// One entry per interaction that was verified, in the contract's order.
    pub interactions: Vec<InteractionReport>,
    /// How many interactions of the contract were not run: left out by a selection, or because the run ended early.
    pub left_out: usize,
    /// The address of the published result, if it was published.
    pub published: Option<String>,
}

/// What was found for one interaction.
#[derive(Debug)]
pub struct InteractionReport {
    /// Its position in the contract.
    pub index: usize,
    /// `web-app → user-api: a request for user 42 [user exists]`
    pub name: String,
    /// Whether a failure does not fail the run, because of the contract or of the interaction itself.
    pub pending: bool,
    /// Whether it does not fail the run that it cannot be verified.
    pub allowed: bool,
    /// What happened.
    pub outcome: Outcome,
    /// Things that a person should know and that fail nothing.
    pub warnings: Vec<String>,
    /// How the contract's own examples do not fit their rules, if they do not.
    pub contradictions: Contradictions,
    /// What the provider wrote while the interaction ran, if the verification started it and the interaction did not pass.
    pub provider_output: Vec<String>,
    /// From setting up the states to tearing them down.
    pub duration: Duration,
}

/// What happened with one interaction.
#[derive(Debug)]
pub enum Outcome {
    /// The provider fulfils it.
    Passed,
    /// The provider answers something else.
    Failed(Box<Difference>),
    /// It could not be tried: an unknown provider state, a provider that does not answer, a panic.
    Errored(Error),
    /// No answer of a provider could decide about it: a plugin's contents, an unknown transport, type or rule.
    NotVerifiable(NotVerifiable),
}

/// How the provider's answer differs.
#[derive(Debug)]
pub struct Difference {
    /// All mismatches.
    pub mismatches: Vec<Mismatch>,
    /// What was compared.
    pub compared: Compared,
    /// A command that repeats the request, if there is one.
    pub reproduce: Option<String>,
}

/// What was compared.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it always stands in the box of a difference"
)]
pub enum Compared {
    /// The response to a request.
    Response {
        /// The request as it was sent.
        request: Request,
        /// As the contract states it.
        expected: Response,
        /// As it came.
        actual: Response,
    },
    /// A message.
    Message {
        /// As the contract states it.
        expected: Message,
        /// As it was made.
        actual: Message,
    },
}

impl Outcome {
    /// Whether the provider fulfils the interaction.
    pub fn is_passed(&self) -> bool {
        matches!(self, Self::Passed)
    }

    /// `passed`, `failed`, `error` or `not verifiable`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Errored(_) => "error",
            Self::NotVerifiable(_) => "not verifiable",
        }
    }
}

/// How many interactions ended how. Each counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Counts {
    /// Fulfilled.
    pub passed: usize,
    /// Not fulfilled, or not tried.
    pub failed: usize,
    /// Not fulfilled, and pending.
    pub pending: usize,
    /// Not to be decided.
    pub not_verifiable: usize,
    /// Not run.
    pub left_out: usize,
}

impl Counts {
    /// How many were run.
    pub fn run(&self) -> usize {
        self.passed + self.failed + self.pending + self.not_verifiable
    }

    fn include(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.pending += other.pending;
        self.not_verifiable += other.not_verifiable;
        self.left_out += other.left_out;
    }

    fn add(&mut self, report: &InteractionReport) {
        match &report.outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::NotVerifiable(_) => self.not_verifiable += 1,
            _ if report.pending => self.pending += 1,
            _ => self.failed += 1,
        }
    }
}

impl InteractionReport {
    /// Whether it fails the run.
    pub fn fails(&self) -> bool {
        !self.pending && !self.allowed && !self.outcome.is_passed()
    }

    /// Whether the provider could not be reached.
    pub fn is_unreachable(&self) -> bool {
        matches!(&self.outcome, Outcome::Errored(error) if error.kind() == ErrorKind::Unreachable)
    }

    /// Whether it says something about the provider: it was tried, and could be decided.
    pub fn is_conclusive(&self) -> bool {
        match &self.outcome {
            Outcome::Passed | Outcome::Failed(_) => true,
            Outcome::Errored(error) => {
                !matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::Interrupted)
            }
            Outcome::NotVerifiable(_) => false,
        }
    }

    /// Whether it fails only where the contract contradicts itself: then the contract is to be changed, not the provider.
    pub fn is_fault_of_contract(&self) -> bool {
        let Outcome::Failed(difference) = &self.outcome else {
            return false;
        };
        self.contradictions.explain_all(&difference.mismatches)
    }

    /// All that a person should know: how the contract contradicts itself, then the warnings.
    pub(crate) fn remarks(&self) -> impl Iterator<Item = String> {
        self.contradictions.lines().chain(self.warnings.iter().cloned())
    }

    /// The failure as the [`report`](crate::report) module shows it; `None` where there is no comparison to show.
    pub fn failure<'a>(&'a self, contract: &'a ContractReport) -> Option<Failure<'a>> {
        let Outcome::Failed(difference) = &self.outcome else {
            return None;
        };
        let (exchange, request, secrets) = match &difference.compared {
            Compared::Response {
                request,
                expected,
                actual,
            } => (
                Exchange::Response { expected, actual },
                Some(request),
                [&request.headers, &actual.headers]
                    .into_iter()
                    .flat_map(report::secret::values)
                    .collect(),
            ),
            Compared::Message { expected, actual } => {
                (Exchange::Message { expected, actual }, None, Vec::new())
            }
        };
        Some(Failure {
            consumer: &contract.contract.consumer.name,
            provider: &contract.contract.provider.name,
            interaction: contract.interaction(self),
            source: Some(&contract.source),
            mismatches: &difference.mismatches,
            exchange,
            request,
            reproduce: difference.reproduce.clone(),
            secrets,
        })
    }
}

impl ContractReport {
    /// The interaction that a report is about.
    pub fn interaction(&self, report: &InteractionReport) -> &Interaction {
        &self.contract.interactions[report.index]
    }

    /// Whether the provider fulfils every interaction that was verified, pending or not.
    pub fn is_fulfilled(&self) -> bool {
        self.interactions.iter().all(|report| report.outcome.is_passed())
    }

    /// Whether the result says something about the provider: every interaction of the contract was tried and could be decided,
    /// and the provider could be reached. Only such a result is published.
    pub fn is_conclusive(&self) -> bool {
        self.left_out == 0 && self.interactions.iter().all(InteractionReport::is_conclusive)
    }

    pub(crate) fn unreachable(&self) -> Option<&Error> {
        self.interactions.iter().find_map(|report| match &report.outcome {
            Outcome::Errored(error) if error.kind() == ErrorKind::Unreachable => Some(error),
            _ => None,
        })
    }
}

impl VerificationReport {
    /// Whether the run is fine: no failure but pending ones, and results were published where they should be.
    pub fn is_success(&self) -> bool {
        self.findings().is_success()
    }

    fn findings(&self) -> Findings {
        let failing = || self.interactions().filter(|(_, report)| report.fails());
        Findings {
            counts: self.counts(),
            failing: failing().count(),
            faults_of_contracts: failing()
                .filter(|(_, report)| report.is_fault_of_contract())
                .count(),
            unreadable: self.unreadable.len(),
            is_unpublished: self.publish_error.is_some(),
        }
    }

    /// All interactions with their contracts.
    pub fn interactions(&self) -> impl Iterator<Item = (&ContractReport, &InteractionReport)> {
        self.contracts
            .iter()
            .flat_map(|contract| contract.interactions.iter().map(move |report| (contract, report)))
    }

    /// How many interactions ended how.
    pub fn counts(&self) -> Counts {
        count(self.contracts.iter())
    }

    /// The contracts of one source.
    fn contracts_of(&self, source: usize) -> impl Iterator<Item = &ContractReport> {
        self.contracts
            .iter()
            .filter(move |contract| contract.source_index == source)
    }

    /// How many interactions of one source ended how.
    fn counts_of(&self, source: usize) -> Counts {
        count(self.contracts_of(source))
    }

    /// The error of a provider that could not be reached, if there is one.
    pub fn unreachable(&self) -> Option<&Error> {
        self.contracts.iter().find_map(ContractReport::unreachable)
    }
}

fn count<'a>(contracts: impl Iterator<Item = &'a ContractReport>) -> Counts {
    let mut counts = Counts::default();
    for contract in contracts {
        counts.left_out += contract.left_out;
        for report in &contract.interactions {
            counts.add(report);
        }
    }
    counts
}

/// `a request for user 42 [user exists]`
pub(crate) fn describe(interaction: &Interaction) -> String {
    if interaction.provider_states.is_empty() {
        return interaction.description.clone();
    }
    let states: Vec<&str> = interaction
        .provider_states
        .iter()
        .map(|state| state.name.as_str())
        .collect();
    format!("{} [{}]", interaction.description, states.join(", "))
}
