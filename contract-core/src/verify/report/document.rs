//! The report as a document for programs, from which pages and files are rendered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::findings::Findings;
use super::{ContractReport, Counts, InteractionReport, Outcome, VerificationReport};
use crate::report::{self, Style, one_line};

/// The version of the document format.
const VERSION: u32 = 1;

/// A verification's report as a document. Its JSON is described by the schema in `docs/src/schemas/verification-report.json`.
///
/// Reports of several processes about the same contracts can be [merged](Document::merge).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Document {
    /// The version of this format: 1.
    pub version: u32,
    /// The provider that was verified.
    pub provider: String,
    /// Its version, if results were to be published.
    pub provider_version: Option<String>,
    /// The branch of that version.
    pub provider_branch: Option<String>,
    /// The URL of its build.
    pub build_url: Option<String>,
    /// Whether the run succeeded.
    pub success: bool,
    /// The outcome in one sentence.
    pub decision: String,
    /// The duration of the run, in milliseconds.
    pub duration_ms: u64,
    /// The number of interactions by outcome.
    pub counts: Counts,
    /// The sources of contracts.
    pub sources: Vec<SourceDocument>,
    /// The contracts.
    pub contracts: Vec<ContractDocument>,
    /// Warnings, which do not fail the run.
    pub warnings: Vec<String>,
    /// Contracts that could not be read.
    pub unreadable: Vec<String>,
    /// Why the run ended early.
    #[serde(default)]
    pub ended: Option<String>,
    /// Whether the run ended early because it was interrupted: by Ctrl-C, or because a CI system cancelled the job.
    #[serde(default)]
    pub interrupted: bool,
    /// Why results could not be published.
    pub publish_error: Option<String>,
}

/// A source of contracts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SourceDocument {
    /// A directory, a file, a URL.
    pub name: String,
    /// Number of contracts with this provider.
    pub contracts: usize,
    /// The number of its interactions by outcome.
    pub counts: Counts,
    /// Number of skipped contracts with other providers.
    pub of_other_providers: usize,
    /// What else was skipped, and why.
    pub skipped: Vec<String>,
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ContractDocument {
    /// The consumer.
    pub consumer: String,
    /// The provider.
    pub provider: String,
    /// The file or URL that it came from.
    pub source: String,
    /// The index of its source in the report.
    pub source_index: usize,
    /// Why the broker selected it.
    pub selected_as: Option<String>,
    /// Whether a failure does not fail the run.
    pub pending: bool,
    /// Whether it is work in progress (WIP).
    pub wip: bool,
    /// The broker's notices about it.
    pub notices: Vec<String>,
    /// The address of the published result.
    pub published: Option<String>,
    /// Number of interactions that were not run.
    pub left_out: usize,
    /// The interactions that were verified.
    pub interactions: Vec<InteractionDocument>,
}

/// An interaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InteractionDocument {
    /// Its position in the contract.
    pub index: usize,
    /// `web-app → user-api: a request for user 42 [user exists]`
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its provider states: `[{ "name": …, "params": { … } }]`.
    pub provider_states: Value,
    /// Its key, if the contract has one.
    pub key: Option<String>,
    /// The test that wrote it.
    pub test: Option<String>,
    /// The line of the contract at which it begins, from 1.
    #[serde(default)]
    pub line: Option<usize>,
    /// `passed`, `failed`, `error` or `not verifiable`.
    pub outcome: String,
    /// Whether a failure does not fail the run.
    pub pending: bool,
    /// Whether it fails the run.
    pub fails: bool,
    /// The duration from setting up states to tearing them down, in milliseconds.
    pub duration_ms: u64,
    /// Warnings, which do not fail the run.
    pub warnings: Vec<String>,
    /// Whether it fails only because the contract contradicts itself.
    pub is_fault_of_contract: bool,
    /// What went wrong, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// The mismatches, in the format of [`report::json`](crate::report::json).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Value>,
    /// A line diff of the body: `-` expected, `+` actual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// A command that requests the provider states again if they have an address, and sends the request again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reproduce: Option<String>,
    /// Why it could not be verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The provider's output while it ran.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider_output: Vec<String>,
}

impl VerificationReport {
    /// Returns the report as a document.
    pub fn document(&self) -> Document {
        let version = self.provider_version.as_ref();
        let mut document = Document {
            version: VERSION,
            provider: self.provider.clone(),
            provider_version: version.map(|version| version.version.clone()),
            provider_branch: version.and_then(|version| version.branch.clone()),
            build_url: version.and_then(|version| version.build_url.clone()),
            success: false,
            decision: String::new(),
            duration_ms: milliseconds(self.duration),
            counts: Counts::default(),
            sources: (self.sources.iter())
                .map(|source| SourceDocument {
                    name: source.name.clone(),
                    contracts: 0,
                    counts: Counts::default(),
                    of_other_providers: source.of_other_providers,
                    skipped: source.skipped.clone(),
                })
                .collect(),
            contracts: self.contracts.iter().map(ContractReport::document).collect(),
            warnings: self.warnings.clone(),
            unreadable: self.unreadable.clone(),
            ended: self.ended.as_ref().map(ToString::to_string),
            interrupted: self.is_interrupted(),
            publish_error: self.publish_error.as_ref().map(ToString::to_string),
        };
        document.conclude();
        document
    }

    /// Returns the whole report as indented JSON: the [`document`](Self::document).
    pub fn to_json(&self) -> String {
        self.document().to_json()
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl ContractReport {
    fn document(&self) -> ContractDocument {
        ContractDocument {
            consumer: self.consumer.clone(),
            provider: self.provider.clone(),
            source: self.source.clone(),
            source_index: self.source_index,
            selected_as: self.selected_as.clone(),
            pending: self.pending,
            wip: self.wip,
            notices: self.notices.clone(),
            published: self.published.clone(),
            left_out: self.left_out,
            interactions: (self.interactions.iter())
                .map(|report| report.document(self))
                .collect(),
        }
    }
}

impl InteractionReport {
    fn document(&self, contract: &ContractReport) -> InteractionDocument {
        let summary = contract.summary(self);
        let error = match &self.outcome {
            Outcome::Errored(error) => Some(error.to_string()),
            Outcome::NotVerifiable(reason) => Some(reason.to_string()),
            Outcome::Passed | Outcome::Failed(_) => None,
        };
        let failure = self.failure(contract);
        let explanation = self.explanation(contract, Style::PLAIN).trim_end().to_owned();
        InteractionDocument {
            index: self.index,
            name: self.name.clone(),
            description: summary.description.clone(),
            provider_states: report::provider_states(&summary.provider_states).to_serde(),
            key: summary.key.clone(),
            test: summary.test_name.clone(),
            line: summary.line,
            outcome: self.outcome.name().to_owned(),
            pending: self.pending,
            fails: self.fails(),
            duration_ms: milliseconds(self.duration),
            warnings: self.remarks().collect(),
            is_fault_of_contract: self.is_fault_of_contract(),
            explanation: (!explanation.is_empty()).then_some(explanation),
            failure: failure.as_ref().map(|failure| report::json(failure).to_serde()),
            diff: failure
                .as_ref()
                .map(report::plain_diff)
                .filter(|diff| !diff.is_empty()),
            reproduce: self.reproduce(),
            error,
            provider_output: self.provider_output.clone(),
        }
    }
}

impl ContractDocument {
    fn counts(&self) -> Counts {
        let mut counts = Counts {
            left_out: self.left_out,
            ..Counts::default()
        };
        for interaction in &self.interactions {
            match interaction.outcome.as_str() {
                "passed" => counts.passed += 1,
                "not verifiable" => counts.not_verifiable += 1,
                _ if interaction.pending => counts.pending += 1,
                _ => counts.failed += 1,
            }
        }
        counts
    }

    /// Merges what another process found for the same contract.
    fn merge(&mut self, other: Self) {
        let total = self.left_out + self.interactions.len();
        for interaction in other.interactions {
            self.interactions.retain(|known| known.index != interaction.index);
            self.interactions.push(interaction);
        }
        self.interactions.sort_by_key(|interaction| interaction.index);
        self.left_out = total.saturating_sub(self.interactions.len());
        self.published = other.published.or(self.published.take());
    }
}

impl Document {
    /// Merges the report of another process of the same run, which may have verified other parts of the same contracts.
    /// `other` takes precedence for interactions that both verified.
    pub fn merge(&mut self, other: Self) {
        self.duration_ms = self.duration_ms.max(other.duration_ms);
        for contract in other.contracts {
            let known = (self.contracts.iter_mut())
                .find(|known| known.source == contract.source && known.consumer == contract.consumer);
            match known {
                Some(known) => known.merge(contract),
                None => self.contracts.push(contract),
            }
        }
        for warning in other.warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
        self.ended = self.ended.take().or(other.ended);
        self.interrupted |= other.interrupted;
        self.publish_error = self.publish_error.take().or(other.publish_error);
        self.conclude();
    }

    /// Updates counts and decision from the contracts.
    fn conclude(&mut self) {
        self.counts = Counts::default();
        for source in &mut self.sources {
            source.contracts = 0;
            source.counts = Counts::default();
        }
        for contract in &self.contracts {
            let counts = contract.counts();
            self.counts.include(counts);
            if let Some(source) = self.sources.get_mut(contract.source_index) {
                source.contracts += 1;
                source.counts.include(counts);
            }
        }
        let failing = || self.interactions().filter(|(_, interaction)| interaction.fails);
        let findings = Findings {
            counts: self.counts,
            failing: failing().count(),
            faults_of_contracts: failing()
                .filter(|(_, interaction)| interaction.is_fault_of_contract)
                .count(),
            unreadable: self.unreadable.len(),
            has_ended_early: self.ended.is_some(),
            is_interrupted: self.interrupted,
            is_unpublished: self.publish_error.is_some(),
        };
        self.success = findings.is_success();
        self.decision = findings.decision(&self.provider);
    }

    /// Returns indented JSON.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .expect("all member names are strings, and nothing else can fail");
        text.push('\n');
        text
    }

    /// Iterates over all interactions with their contracts.
    pub fn interactions(&self) -> impl Iterator<Item = (&ContractDocument, &InteractionDocument)> {
        (self.contracts.iter()).flat_map(|contract| {
            contract
                .interactions
                .iter()
                .map(move |interaction| (contract, interaction))
        })
    }
}

impl Document {
    /// Returns the heading of the reason why the run ended early.
    pub(crate) fn end_heading(&self) -> &'static str {
        if self.interrupted {
            "Interrupted"
        } else {
            "Ended early"
        }
    }
}

impl InteractionDocument {
    /// Returns `a request for user 42 [user exists]`.
    pub(crate) fn short_name(&self) -> String {
        let description = one_line(&self.description);
        let states: Vec<_> = (self.provider_states.as_array().into_iter().flatten())
            .filter_map(|state| state["name"].as_str().map(one_line))
            .collect();
        if states.is_empty() {
            return description.into_owned();
        }
        format!("{description} [{}]", states.join(", "))
    }

    /// Returns the line at which it begins in the file of its contract; `None` for a contract of a broker, which is not
    /// checked out, and one in memory.
    pub(crate) fn line_of_file(&self, contract: &ContractDocument) -> Option<usize> {
        self.line.filter(|_| !contract.source.contains("://"))
    }

    /// Returns the mismatches.
    pub(crate) fn mismatches(&self) -> &[Value] {
        let mismatches = self
            .failure
            .as_ref()
            .and_then(|failure| failure["mismatches"].as_array());
        mismatches.map_or(&[], Vec::as_slice)
    }
}
