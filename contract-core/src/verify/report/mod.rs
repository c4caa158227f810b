//! The result of a verification.

mod document;
mod findings;
mod summary;
mod text;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::document::{ContractDocument, Document, InteractionDocument, SourceDocument};
use self::findings::Findings;
pub use self::summary::InteractionSummary;
use super::Contradictions;
use crate::contract::{Message, NotVerifiable, Request, Response};
use crate::matching::Mismatch;
use crate::report::{self, Exchange, Failure};
use crate::{Error, ErrorKind};

/// The result of a verification.
///
/// ```no_run
/// # async fn example() -> Result<(), contract_core::Error> {
/// use contract_core::provider::*;
///
/// let report = Verifier::new("user-api")
///     .contracts(Contracts::dir("contracts"))
///     .base_url("http://127.0.0.1:8080")
///     .run()
///     .await?;
/// println!("{}", report.decision());
/// assert!(report.is_success());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct VerificationReport {
    /// The provider that was verified.
    pub provider: String,
    /// The provider version under which results are published, if they are.
    pub provider_version: Option<ProviderVersion>,
    /// One entry per source, in order.
    pub sources: Vec<SourceReport>,
    /// One entry per contract, in source order.
    pub contracts: Vec<ContractReport>,
    /// Warnings, which do not fail the run.
    pub warnings: Vec<String>,
    /// Contracts that could not be read, each with its place and the reason; they fail the run.
    pub unreadable: Vec<String>,
    /// Why the run ended early: the provider could be reached no longer, or the run was
    /// [interrupted](Self::is_interrupted). This fails the run. Nothing is published then, unless the run was interrupted
    /// while it published.
    pub ended: Option<Error>,
    /// Why results could not be published; this fails the run.
    pub publish_error: Option<Error>,
    /// The duration from loading the contracts to the end of the last interaction.
    pub duration: Duration,
}

/// The provider's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderVersion {
    /// The version, ideally the commit hash.
    pub version: String,
    /// Its branch.
    pub branch: Option<String>,
    /// The URL of its build.
    pub build_url: Option<String>,
}

/// The result for one source of contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceReport {
    /// The directory, file or URL.
    pub name: String,
    /// Number of skipped contracts with other providers.
    pub of_other_providers: usize,
    /// What else was skipped, and why.
    pub skipped: Vec<String>,
}

/// The result for one contract.
#[derive(Debug)]
pub struct ContractReport {
    /// The consumer's name.
    pub consumer: String,
    /// The provider's name.
    pub provider: String,
    /// All interactions of the contract, in its order, also those that were not run.
    pub summaries: Arc<[InteractionSummary]>,
    /// The file or URL that it came from.
    pub source: String,
    /// The index of its [source](VerificationReport::sources).
    pub source_index: usize,
    /// Why the broker selected it (`latest from main branch`).
    pub selected_as: Option<String>,
    /// Whether a failure does not fail the run, because this provider has never fulfilled this content according to the
    /// broker.
    pub pending: bool,
    /// Whether it is work in progress (WIP): published on a branch that no selector names.
    pub wip: bool,
    /// The broker's notices about the contract.
    pub notices: Vec<String>,
    /// One entry per verified interaction, in contract order.
    pub interactions: Vec<InteractionReport>,
    /// Number of interactions that were not run: excluded by a selection, or because the run ended early.
    pub left_out: usize,
    /// The URL of the published result.
    pub published: Option<String>,
}

/// The result for one interaction.
#[derive(Debug)]
pub struct InteractionReport {
    /// Its position in the contract.
    pub index: usize,
    /// `web-app → user-api: a request for user 42 [user exists]`
    pub name: String,
    /// Whether a failure does not fail the run, because of the contract or of the interaction itself.
    pub pending: bool,
    /// Whether it may be not verifiable without failing the run.
    pub allowed: bool,
    /// The outcome.
    pub outcome: Outcome,
    /// What was sent to the provider; `None` if the interaction passed.
    pub sent: Option<Box<Sent>>,
    /// Warnings, which do not fail the run.
    pub warnings: Vec<String>,
    /// How the contract's own examples violate their rules.
    pub contradictions: Contradictions,
    /// The provider's output during the interaction, if it did not pass: of a provider that the verification started, and
    /// what a provider in this process wrote to [`provider_output`](crate::verify::provider_output).
    pub provider_output: Vec<String>,
    /// The duration from setting up states to tearing them down.
    pub duration: Duration,
}

/// What was sent to the provider.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Sent {
    /// The request; `None` for a message, and if the interaction failed before.
    pub request: Option<Request>,
    /// Commands that send it again, in order: the provider states that were requested at an address, then the request. There
    /// are none for a provider in this process.
    pub commands: Vec<String>,
}

impl Sent {
    /// Returns the commands as one.
    fn reproduce(&self) -> Option<String> {
        (!self.commands.is_empty()).then(|| self.commands.join(" && "))
    }
}

/// The outcome of one interaction.
#[derive(Debug)]
pub enum Outcome {
    /// The provider fulfils it.
    Passed,
    /// The provider's response differs.
    Failed(Box<Difference>),
    /// It could not be verified: an unknown provider state, a provider that does not respond, a panic.
    Errored(Error),
    /// It cannot be verified by this library: contents of a plugin, an unknown transport, type or rule.
    NotVerifiable(NotVerifiable),
}

/// How the provider's response differs.
#[derive(Debug)]
pub struct Difference {
    /// All mismatches.
    pub mismatches: Vec<Mismatch>,
    /// What was compared.
    pub compared: Compared,
}

/// What was compared.
#[derive(Debug)]
pub enum Compared {
    /// The response to a request.
    Response {
        /// As specified by the contract.
        expected: Response,
        /// As received.
        actual: Response,
    },
    /// A message.
    Message {
        /// As specified by the contract.
        expected: Message,
        /// As produced.
        actual: Message,
    },
}

impl Outcome {
    /// Returns whether the provider fulfils the interaction.
    pub fn is_passed(&self) -> bool {
        matches!(self, Self::Passed)
    }

    /// Returns `passed`, `failed`, `error` or `not verifiable`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Errored(_) => "error",
            Self::NotVerifiable(_) => "not verifiable",
        }
    }
}

/// The number of interactions by outcome. Each counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Counts {
    /// Fulfilled.
    pub passed: usize,
    /// Not fulfilled, or could not be verified.
    pub failed: usize,
    /// Not fulfilled, but pending.
    pub pending: usize,
    /// Not verifiable.
    pub not_verifiable: usize,
    /// Not run.
    pub left_out: usize,
}

impl Counts {
    /// Returns the number of interactions that were run.
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
    /// Returns a command that sends the request again.
    pub(crate) fn reproduce(&self) -> Option<String> {
        self.sent.as_ref()?.reproduce()
    }

    /// Returns whether it fails the run.
    pub fn fails(&self) -> bool {
        !self.pending && !self.allowed && !self.outcome.is_passed()
    }

    /// Returns whether the provider could not be reached.
    pub fn is_unreachable(&self) -> bool {
        matches!(&self.outcome, Outcome::Errored(error) if error.kind() == ErrorKind::Unreachable)
    }

    /// Returns whether the verification was stopped before the interaction was verified.
    pub(crate) fn is_interrupted(&self) -> bool {
        matches!(&self.outcome, Outcome::Errored(error) if error.kind() == ErrorKind::Interrupted)
    }

    /// Returns whether the outcome says something about the provider: it was reached, and the interaction is
    /// verifiable.
    pub fn is_conclusive(&self) -> bool {
        match &self.outcome {
            Outcome::Passed | Outcome::Failed(_) => true,
            Outcome::Errored(error) => {
                !matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::Interrupted)
            }
            Outcome::NotVerifiable(_) => false,
        }
    }

    /// Returns whether it fails only because the contract contradicts itself: the contract must be changed, not the
    /// provider.
    pub fn is_fault_of_contract(&self) -> bool {
        let Outcome::Failed(difference) = &self.outcome else {
            return false;
        };
        self.contradictions.explain_all(&difference.mismatches)
    }

    /// Returns all remarks: contradictions of the contract, then warnings.
    pub(crate) fn remarks(&self) -> impl Iterator<Item = String> {
        self.contradictions.lines().chain(self.warnings.iter().cloned())
    }

    /// Returns the failure for the [`report`](crate::report) module; `None` if nothing was compared.
    pub fn failure<'a>(&'a self, contract: &'a ContractReport) -> Option<Failure<'a>> {
        let Outcome::Failed(difference) = &self.outcome else {
            return None;
        };
        let (exchange, actual) = match &difference.compared {
            Compared::Response { expected, actual } => {
                (Exchange::Response { expected, actual }, Some(&actual.headers))
            }
            Compared::Message { expected, actual } => (Exchange::Message { expected, actual }, None),
        };
        let request = self.sent.as_ref().and_then(|sent| sent.request.as_ref());
        let secrets = [request.map(|request| &request.headers), actual]
            .into_iter()
            .flatten()
            .flat_map(report::secret::values)
            .collect();
        let summary = contract.summary(self);
        Some(Failure {
            consumer: &contract.consumer,
            provider: &contract.provider,
            description: &summary.description,
            provider_states: &summary.provider_states,
            test: summary.test_name.as_deref(),
            source: Some(&contract.source),
            mismatches: &difference.mismatches,
            exchange,
            request,
            reproduce: self.reproduce(),
            secrets,
        })
    }
}

impl ContractReport {
    /// Returns what identifies and describes the interaction of a report.
    pub fn summary(&self, report: &InteractionReport) -> &InteractionSummary {
        &self.summaries[report.index]
    }

    /// Returns whether the provider fulfils every verified interaction, pending or not.
    pub fn is_fulfilled(&self) -> bool {
        self.interactions.iter().all(|report| report.outcome.is_passed())
    }

    /// Returns whether the result says something about the provider: every interaction of the contract was verified
    /// conclusively, and the provider could be reached. Only such a result is published.
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
    /// Returns whether the run succeeded: no failures except pending ones, and results were published if they should
    /// be.
    pub fn is_success(&self) -> bool {
        self.findings().is_success()
    }

    /// Returns whether the run was [stopped](super::Verifier::stop_when) before it was complete.
    pub fn is_interrupted(&self) -> bool {
        self.ended.as_ref().is_some_and(Error::is_interrupted)
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
            has_ended_early: self.ended.is_some(),
            is_interrupted: self.is_interrupted(),
            is_unpublished: self.publish_error.is_some(),
        }
    }

    /// Iterates over all interactions with their contracts.
    pub fn interactions(&self) -> impl Iterator<Item = (&ContractReport, &InteractionReport)> {
        self.contracts
            .iter()
            .flat_map(|contract| contract.interactions.iter().map(move |report| (contract, report)))
    }

    /// Returns the number of interactions by outcome.
    pub fn counts(&self) -> Counts {
        count(self.contracts.iter())
    }

    /// Returns the contracts of one source.
    fn contracts_of(&self, source: usize) -> impl Iterator<Item = &ContractReport> {
        self.contracts
            .iter()
            .filter(move |contract| contract.source_index == source)
    }

    /// Returns the number of interactions of one source by outcome.
    fn counts_of(&self, source: usize) -> Counts {
        count(self.contracts_of(source))
    }

    /// Returns the error of a provider that could not be reached, if any.
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
