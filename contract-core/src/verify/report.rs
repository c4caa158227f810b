//! What a verification found, as a value.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use crate::json::{self, Map, Value};

use super::Contradictions;
use crate::contract::{Contract, Interaction, Message, Request, Response};
use crate::matching::Mismatch;
use crate::report::{self, Exchange, Failure, Style};
use crate::{Error, ErrorKind};

/// What a verification found.
#[derive(Debug)]
pub struct VerificationReport {
    /// The provider that was verified.
    pub provider: String,
    /// One entry per contract, in the order of the sources.
    pub contracts: Vec<ContractReport>,
    /// Things that a person should know and that fail nothing.
    pub warnings: Vec<String>,
    /// Contracts that could not be read, each with its place and reason; they fail the run.
    pub unreadable: Vec<String>,
    /// Why results could not be published, if they should have been; this fails the run.
    pub publish_error: Option<Error>,
}

/// What was found for one contract.
#[derive(Debug)]
pub struct ContractReport {
    /// The contract.
    pub contract: Arc<Contract>,
    /// The file or URL that it came from.
    pub source: String,
    /// Why the broker chose it (`latest from main branch`), if it did.
    pub selected_as: Option<String>,
    /// Whether a failure does not fail the run: the broker says that this provider never fulfilled this content.
    pub pending: bool,
    /// What the broker says about the contract.
    pub notices: Vec<String>,
    /// One entry per interaction that was verified, in the contract's order.
    pub interactions: Vec<InteractionReport>,
    /// How many interactions of the contract were left out by a selection.
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
    /// What happened.
    pub outcome: Outcome,
    /// Things that a person should know and that fail nothing.
    pub warnings: Vec<String>,
    /// How the contract's own examples do not fit their rules, if they do not.
    pub contradictions: Contradictions,
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

    /// `passed`, `failed` or `error`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Errored(_) => "error",
        }
    }
}

/// How many interactions ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Fulfilled.
    pub passed: usize,
    /// Not fulfilled, or not tried.
    pub failed: usize,
    /// Not fulfilled, and pending.
    pub pending: usize,
}

impl InteractionReport {
    /// Whether it fails the run.
    pub fn fails(&self) -> bool {
        !self.pending && !self.outcome.is_passed()
    }

    /// Whether the provider could not be reached.
    pub fn is_unreachable(&self) -> bool {
        matches!(&self.outcome, Outcome::Errored(error) if error.kind() == ErrorKind::Unreachable)
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
        let (exchange, secrets) = match &difference.compared {
            Compared::Response {
                request,
                expected,
                actual,
            } => (
                Exchange::Response { expected, actual },
                [&request.headers, &actual.headers]
                    .into_iter()
                    .flat_map(report::secret::values)
                    .collect(),
            ),
            Compared::Message { expected, actual } => (Exchange::Message { expected, actual }, Vec::new()),
        };
        Some(Failure {
            consumer: &contract.contract.consumer.name,
            provider: &contract.contract.provider.name,
            interaction: contract.interaction(self),
            source: Some(&contract.source),
            mismatches: &difference.mismatches,
            exchange,
            reproduce: difference.reproduce.clone(),
            secrets,
        })
    }

    /// What went wrong, for people; empty where nothing did.
    pub fn explanation(&self, contract: &ContractReport, style: Style) -> String {
        match (&self.outcome, self.failure(contract)) {
            (Outcome::Errored(error), _) => {
                let mut text = format!("✗ {}   {}\n\n  {error}\n", self.name, contract.source);
                let mut source = std::error::Error::source(error);
                while let Some(cause) = source {
                    let _ = writeln!(text, "    caused by: {cause}");
                    source = cause.source();
                }
                text
            }
            (_, Some(failure)) => {
                let mut text = report::text(&failure, style);
                if self.is_fault_of_contract() {
                    let _ = writeln!(
                        text,
                        "\n  this is a fault of the contract, which contradicts itself: a provider that answers with its \
                         example fails. Change it in the tests of {}, not {}",
                        contract.contract.consumer.name, contract.contract.provider.name
                    );
                }
                text
            }
            _ => String::new(),
        }
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

    /// Whether the result says something about the provider: every interaction of the contract was tried, and the
    /// provider could be reached. Only such a result is published.
    pub fn is_conclusive(&self) -> bool {
        self.left_out == 0 && self.unreachable().is_none()
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
        self.publish_error.is_none()
            && self.unreadable.is_empty()
            && !self.interactions().any(|(_, report)| report.fails())
    }

    /// All interactions with their contracts.
    pub fn interactions(&self) -> impl Iterator<Item = (&ContractReport, &InteractionReport)> {
        self.contracts
            .iter()
            .flat_map(|contract| contract.interactions.iter().map(move |report| (contract, report)))
    }

    /// How many interactions ended how.
    pub fn counts(&self) -> Counts {
        self.interactions()
            .fold(Counts::default(), |mut counts, (_, report)| {
                match (report.outcome.is_passed(), report.pending) {
                    (true, _) => counts.passed += 1,
                    (false, true) => counts.pending += 1,
                    (false, false) => counts.failed += 1,
                }
                counts
            })
    }

    /// The error of a provider that could not be reached, if there is one.
    pub fn unreachable(&self) -> Option<&Error> {
        self.contracts.iter().find_map(ContractReport::unreachable)
    }

    /// The whole report for people: one line per interaction, then what went wrong, then the decision.
    pub fn to_text(&self, style: Style) -> String {
        let mut text = String::new();
        for contract in &self.contracts {
            let _ = write!(
                text,
                "{} → {}   {}",
                contract.contract.consumer.name, contract.contract.provider.name, contract.source
            );
            if let Some(selected) = &contract.selected_as {
                let _ = write!(text, " · {selected}");
            }
            text.push('\n');
            for notice in &contract.notices {
                let _ = writeln!(text, "  note: {notice}");
            }
            for report in &contract.interactions {
                let mark = match (report.outcome.is_passed(), report.pending) {
                    (true, _) => "✓",
                    (false, true) => "⚠",
                    (false, false) => "✗",
                };
                let interaction = contract.interaction(report);
                let _ = write!(text, "  {mark} {}", describe(interaction));
                if report.pending && !report.outcome.is_passed() {
                    text.push_str(" (pending: does not fail the run)");
                }
                if let Some(test) = interaction.test_name() {
                    let _ = write!(text, " · written by {test}");
                }
                text.push('\n');
                for line in interaction.comment_lines() {
                    let _ = writeln!(text, "      {line}");
                }
                for remark in report.remarks() {
                    let _ = writeln!(text, "      warning: {remark}");
                }
            }
            text.push('\n');
        }
        for (contract, report) in self.interactions() {
            let explanation = report.explanation(contract, style);
            if !explanation.is_empty() {
                text.push_str(explanation.trim_end());
                text.push_str("\n\n");
            }
        }
        for error in &self.unreadable {
            let _ = writeln!(text, "error: {error}");
        }
        for warning in &self.warnings {
            let _ = writeln!(text, "warning: {warning}");
        }
        for contract in &self.contracts {
            if let Some(address) = &contract.published {
                let _ = writeln!(text, "result published: {address}");
            }
        }
        if let Some(error) = &self.publish_error {
            let _ = writeln!(text, "error: {error}");
        }
        let _ = writeln!(text, "{}", self.decision());
        text
    }

    fn faults_of_contracts(&self) -> usize {
        let failing = self.interactions().filter(|(_, report)| report.fails());
        failing
            .filter(|(_, report)| report.is_fault_of_contract())
            .count()
    }

    /// The last line of the text: what was found in one sentence.
    pub fn decision(&self) -> String {
        let Counts {
            passed,
            failed,
            pending,
        } = self.counts();
        let total = passed + failed + pending;
        let interactions = if total == 1 { "interaction" } else { "interactions" };
        let faults = self.faults_of_contracts();
        let mut text = if failed > 0 && faults == failed {
            format!(
                "{}: {failed} of {total} {interactions} failed because the contract contradicts itself",
                self.provider
            )
        } else if failed > 0 {
            let mut text = format!(
                "{} breaks its contracts: {failed} of {total} {interactions} failed",
                self.provider
            );
            if faults > 0 {
                let _ = write!(text, ", {faults} because the contract contradicts itself");
            }
            text
        } else if total == pending && total > 0 {
            format!(
                "{} fulfils nothing yet: {total} {interactions} verified",
                self.provider
            )
        } else {
            format!(
                "{} fulfils its contracts: {passed} of {total} {interactions} passed",
                self.provider
            )
        };
        if pending > 0 {
            let _ = write!(text, ", {pending} pending failed");
        }
        match self.unreadable.len() {
            0 => {}
            1 => text.push_str("; 1 contract could not be read"),
            several => {
                let _ = write!(text, "; {several} contracts could not be read");
            }
        }
        if self.publish_error.is_some() {
            text.push_str("; the result was not published");
        }
        text
    }

    /// The whole report for programs.
    ///
    /// `{provider, success, counts, contracts: [{consumer, source, pending, interactions: [{name, description,
    /// providerStates, outcome, pending, durationMs, mismatches?, error?}]}], warnings, unreadable, publishError?}`
    pub fn to_json(&self) -> Value {
        let counts = self.counts();
        let counts = json::object([
            ("passed", counts.passed.into()),
            ("failed", counts.failed.into()),
            ("pending", counts.pending.into()),
        ]);
        json::object([
            ("provider", self.provider.as_str().into()),
            ("success", self.is_success().into()),
            ("counts", counts),
            (
                "contracts",
                self.contracts.iter().map(ContractReport::to_json).collect(),
            ),
            ("warnings", self.warnings.iter().cloned().collect()),
            ("unreadable", self.unreadable.iter().cloned().collect()),
            (
                "publishError",
                self.publish_error.as_ref().map(ToString::to_string).into(),
            ),
        ])
    }
}

impl ContractReport {
    fn to_json(&self) -> Value {
        json::object([
            ("consumer", self.contract.consumer.name.as_str().into()),
            ("provider", self.contract.provider.name.as_str().into()),
            ("source", self.source.as_str().into()),
            ("selectedAs", self.selected_as.clone().into()),
            ("pending", self.pending.into()),
            ("published", self.published.clone().into()),
            (
                "interactions",
                self.interactions
                    .iter()
                    .map(|report| self.interaction_json(report))
                    .collect(),
            ),
        ])
    }

    fn interaction_json(&self, report: &InteractionReport) -> Value {
        let interaction = self.interaction(report);
        let duration = u64::try_from(report.duration.as_millis()).unwrap_or(u64::MAX);
        let mut members = Map::from([
            ("name".to_owned(), report.name.as_str().into()),
            ("description".to_owned(), interaction.description.as_str().into()),
            (
                "providerStates".to_owned(),
                report::provider_states(&interaction.provider_states),
            ),
            ("outcome".to_owned(), report.outcome.name().into()),
            ("pending".to_owned(), report.pending.into()),
            ("durationMs".to_owned(), duration.into()),
            ("warnings".to_owned(), report.remarks().collect()),
        ]);
        if let Some(failure) = report.failure(self) {
            members.insert("failure".to_owned(), report::json(&failure));
        }
        if let Outcome::Errored(error) = &report.outcome {
            members.insert("error".to_owned(), error.to_string().into());
        }
        members.into()
    }
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
