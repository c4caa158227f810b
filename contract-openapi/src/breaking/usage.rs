//! Judges changes by the contracts of known consumers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::endpoint::is_same_endpoint;
use super::{BreakingOptions, Change, ChangeLevel, Changelog, ReachedOperation, compare_descriptions_while};
use crate::Error;
use crate::compare::{Code, Comparator, CompareOptions, ContractFile, Finding, Level};
use crate::description::Description;

/// A contract with the details of its consumer.
#[derive(Debug, Clone)]
pub struct Consumer<'c> {
    /// The name of the consumer.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// The environments in which that version is deployed or released.
    pub environments: Vec<String>,
    /// Its contract with the provider.
    pub contract: &'c ContractFile,
}

/// Whether there may be consumers without a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Population {
    /// There may be. What no contract uses may still be used.
    #[default]
    Open,
    /// There are none: every consumer has a contract.
    Closed,
}

/// The effect of a change on known consumers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// No known consumer is affected.
    Harmless,
    /// A known consumer uses the operation, and may or may not keep working.
    MayBreak,
    /// A known consumer would break.
    Breaks,
}

/// The effect of a change on one consumer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AffectedConsumer {
    /// The name of the consumer.
    pub consumer: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// Where that version is deployed or released.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub environments: Vec<String>,
    /// The effect.
    pub effect: Effect,
    /// The new mismatches: interaction, place and reason. Empty unless it breaks.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub findings: Vec<Finding>,
}

/// A change with its effect on consumers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JudgedChange {
    /// The change.
    #[serde(flatten)]
    pub change: Change,
    /// The level of its rule.
    pub rule_level: ChangeLevel,
    /// The effect on all known consumers together.
    pub effect: Effect,
    /// The consumers that it breaks or may break.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub consumers: Vec<AffectedConsumer>,
}

/// The changes between two descriptions, judged by contracts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JudgedChangelog {
    /// The changes, highest level first.
    pub changes: Vec<JudgedChange>,
    /// New mismatches with contracts, by consumer, regardless of the change that caused them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub broken: Vec<AffectedConsumer>,
    /// The decision.
    pub decision: Decision,
}

/// A new mismatch with a contract that no reported change explains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnexplainedBreak<'c> {
    /// The consumer that breaks.
    pub consumer: &'c AffectedConsumer,
    /// The mismatch.
    pub finding: &'c Finding,
}

impl JudgedChangelog {
    /// Returns the new mismatches with contracts that belong to no change: what changed has no rule, or its rule is about
    /// no operation of the contract. They make the newer description incompatible like those of a change.
    pub fn unexplained(&self) -> Vec<UnexplainedBreak<'_>> {
        let is_told = |consumer: &AffectedConsumer, finding: &Finding| {
            let told = self.changes.iter().flat_map(|change| &change.consumers);
            told.filter(|affected| affected.is_same_consumer(consumer))
                .any(|affected| affected.findings.contains(finding))
        };
        self.broken
            .iter()
            .flat_map(|consumer| {
                consumer
                    .findings
                    .iter()
                    .map(move |finding| UnexplainedBreak { consumer, finding })
            })
            .filter(|found| !is_told(found.consumer, found.finding))
            .collect()
    }
}

impl AffectedConsumer {
    fn is_same_consumer(&self, other: &Self) -> bool {
        self.consumer == other.consumer && self.version == other.version
    }

    /// Returns its name with its version and where that is deployed: `web 4.2.0 (production)`.
    pub(crate) fn label(&self) -> String {
        let version = self
            .version
            .as_ref()
            .map_or_else(String::new, |version| format!(" {version}"));
        let places = if self.environments.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.environments.join(", "))
        };
        format!("{}{version}{places}", self.consumer)
    }
}

/// The conclusion from all changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// Whether the newer description can replace the older one.
    pub is_compatible: bool,
    /// Which part of `info.version` must be increased: `major`, `minor` or `patch`.
    pub version_bump: VersionBump,
    /// Number of known consumers that would break.
    pub broken_consumers: usize,
    /// Number of known consumers.
    pub known_consumers: usize,
    /// Number of changes whose effect is not judged, as no rule says more than that something changed.
    #[serde(default)]
    pub unjudged_changes: usize,
}

/// Which part of a version must be increased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VersionBump {
    /// No visible change.
    #[default]
    Patch,
    /// Something was added.
    Minor,
    /// Something breaks.
    Major,
}

/// Compares two descriptions and judges each change by the contracts of known consumers.
///
/// A change gets a lower level than its rule only if `population` is closed, and a higher one if a contract breaks.
///
/// # Errors
///
/// A contract is not readable, or a reference of a description leads nowhere.
pub fn compare_for_consumers(
    base: &Description,
    revision: &Description,
    consumers: &[Consumer<'_>],
    population: Population,
    options: &BreakingOptions,
) -> Result<JudgedChangelog, Error> {
    let judged = compare_for_consumers_while(base, revision, consumers, population, options, &|| true)?;
    Ok(judged.unwrap_or_default())
}

/// Compares two descriptions as long as `wanted` returns true, which is called before each operation, each interaction and
/// each value that is tried; `None` if the comparison was cancelled.
///
/// # Errors
///
/// See [`compare_for_consumers`].
///
/// ```
/// use contract_openapi::Description;
/// use contract_openapi::breaking::{BreakingOptions, Population, compare_for_consumers_while};
///
/// let description = Description::from_text("openapi.yaml", "openapi: 3.1.0\npaths: {}")?;
/// let options = BreakingOptions::default();
/// let judged =
///     compare_for_consumers_while(&description, &description, &[], Population::Open, &options, &|| false)?;
/// assert!(judged.is_none());
/// # Ok::<(), contract_openapi::Error>(())
/// ```
pub fn compare_for_consumers_while(
    base: &Description,
    revision: &Description,
    consumers: &[Consumer<'_>],
    population: Population,
    options: &BreakingOptions,
    wanted: &dyn Fn() -> bool,
) -> Result<Option<JudgedChangelog>, Error> {
    let Some(changelog) = compare_descriptions_while(base, revision, options, wanted) else {
        return Ok(None);
    };
    let before = Comparator::new(base, CompareOptions::default())?;
    let after = Comparator::new(revision, CompareOptions::default())?;
    let mut usages = Vec::new();
    for consumer in consumers {
        let Some(usage) = Usage::of(consumer, &before, &after, wanted)? else {
            return Ok(None);
        };
        usages.push(usage);
    }
    Ok(Some(judge(changelog, &usages, population)))
}

/// What a consumer uses, and what the newer description breaks.
struct Usage<'c> {
    consumer: &'c Consumer<'c>,
    /// The operations that its interactions use, as in the older description.
    operations: BTreeSet<Used>,
    /// Mismatches that do not exist with the older description.
    broken: Vec<Finding>,
    has_unknown: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Used {
    method: String,
    path: String,
}

impl<'c> Usage<'c> {
    fn of(
        consumer: &'c Consumer<'c>,
        before: &Comparator<'_>,
        after: &Comparator<'_>,
        wanted: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, Error> {
        let Some(old) = before.compare_while(consumer.contract, wanted)? else {
            return Ok(None);
        };
        let Some(new) = after.compare_while(consumer.contract, wanted)? else {
            return Ok(None);
        };
        let is_new = |finding: &&Finding| {
            !old.findings
                .iter()
                .any(|other| same_disagreement(other, finding) || prevents(other, finding))
        };
        let broken = new
            .findings
            .iter()
            .filter(|finding| is_disagreement(finding))
            .filter(is_new)
            .cloned();
        Ok(Some(Self {
            consumer,
            operations: before
                .operations_of(consumer.contract)?
                .into_iter()
                .map(|operation| Used {
                    method: operation.method.to_ascii_uppercase(),
                    path: operation.path.to_owned(),
                })
                .collect(),
            broken: broken.collect(),
            has_unknown: new.unknown > old.unknown,
        }))
    }

    fn affected(&self, effect: Effect, findings: Vec<Finding>) -> AffectedConsumer {
        AffectedConsumer {
            consumer: self.consumer.name.clone(),
            version: self.consumer.version.clone(),
            environments: self.consumer.environments.clone(),
            effect,
            findings,
        }
    }

    /// Returns what a change does to this consumer; `None` if nothing.
    fn judged(&self, change: &Change) -> Option<AffectedConsumer> {
        let used: Vec<ReachedOperation> = change
            .operations()
            .filter(|operation| self.uses(&operation.path, &operation.method))
            .collect();
        if used.is_empty() {
            return None;
        }
        let direction = super::rule(&change.id).map_or("none", |rule| rule.direction);
        let is_reached = |finding: &&Finding| {
            used.iter()
                .any(|operation| is_about(finding, &operation.path, &operation.method, direction))
        };
        let findings: Vec<&Finding> = self.broken.iter().filter(is_reached).collect();
        let findings = about_property(change, findings);
        if !findings.is_empty() {
            return Some(self.affected(Effect::Breaks, findings));
        }
        self.has_unknown
            .then(|| self.affected(Effect::MayBreak, Vec::new()))
    }

    fn uses(&self, path: &str, method: &str) -> bool {
        self.operations
            .iter()
            .any(|used| used.method == method && is_same_endpoint(&used.path, path))
    }
}

/// Returns whether a finding says that contract and description do not agree: an error, or a witness that the
/// contract refuses.
fn is_disagreement(finding: &Finding) -> bool {
    finding.level == Level::Error || finding.witness.is_some() && finding.level == Level::Warning
}

/// Returns whether an error of the older description prevents that a witness is looked for: all values are compared only
/// if the examples match. Such a witness says nothing about what is new.
fn prevents(error: &Finding, witness: &Finding) -> bool {
    let part = |finding: &Finding| {
        let side = finding.contract.as_ref()?;
        let is_of_request = finding.code.as_str().starts_with("request.");
        Some((side.interaction, is_of_request))
    };
    error.level == Level::Error && witness.witness.is_some() && part(error) == part(witness)
}

/// Returns the findings about the property that a change is about; all of them if none is, or if it is about none.
fn about_property(change: &Change, findings: Vec<&Finding>) -> Vec<Finding> {
    let property = change
        .arguments
        .first()
        .filter(|_| change.id.contains("-property-"));
    let name = property.and_then(|path| path.rsplit(['/', '.']).next());
    let mentions = |finding: &&&Finding| {
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return false;
        };
        let location = finding
            .contract
            .as_ref()
            .map_or("", |side| side.location.as_str());
        location.split('.').any(|step| step == name)
            || finding.message.ends_with(&format!(" - {name}"))
            || finding.message.ends_with(&format!("'{name}'"))
    };
    let about: Vec<Finding> = findings
        .iter()
        .filter(mentions)
        .map(|finding| (*finding).clone())
        .collect();
    if about.is_empty() {
        findings.into_iter().cloned().collect()
    } else {
        about
    }
}

fn same_disagreement(one: &Finding, other: &Finding) -> bool {
    let place = |finding: &Finding| finding.contract.as_ref().map(|side| side.location.clone());
    one.code == other.code && place(one) == place(other)
}

/// Returns whether a finding is about this operation and this direction.
fn is_about(finding: &Finding, path: &str, method: &str, direction: &str) -> bool {
    let Some(spec) = &finding.spec else { return false };
    let is_unknown_path = finding.code == Code::RequestPathOrMethodUnknown;
    let is_here = spec
        .path_name
        .as_deref()
        .is_some_and(|name| is_same_endpoint(name, path))
        && spec
            .path_method
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case(method));
    let is_of_request = finding.code.as_str().starts_with("request.");
    let fits = match direction {
        "request" => is_of_request,
        "response" => !is_of_request,
        _ => true,
    };
    is_here && fits || is_unknown_path && direction != "response"
}

fn judge(changelog: Changelog, usages: &[Usage<'_>], population: Population) -> JudgedChangelog {
    let mut changes: Vec<JudgedChange> = changelog
        .changes
        .into_iter()
        .map(|change| judged(change, usages, population))
        .collect();
    changes.sort_by(|one, other| {
        other
            .change
            .level
            .cmp(&one.change.level)
            .then_with(|| other.effect.cmp(&one.effect))
    });
    let broken: Vec<AffectedConsumer> = usages
        .iter()
        .filter(|usage| !usage.broken.is_empty())
        .map(|usage| usage.affected(Effect::Breaks, usage.broken.clone()))
        .collect();
    let has_errors = changes
        .iter()
        .any(|change| change.change.level == ChangeLevel::Error);
    let is_compatible = !has_errors && broken.is_empty();
    let version_bump = if !is_compatible {
        VersionBump::Major
    } else if changes.is_empty() {
        VersionBump::Patch
    } else {
        VersionBump::Minor
    };
    let decision = Decision {
        is_compatible,
        version_bump,
        broken_consumers: broken.len(),
        known_consumers: usages.len(),
        unjudged_changes: changes.iter().filter(|judged| !is_judged(&judged.change)).count(),
    };
    JudgedChangelog {
        changes,
        broken,
        decision,
    }
}

fn is_judged(change: &Change) -> bool {
    super::rule(&change.id).is_none_or(super::Rule::is_judged)
}

fn judged(mut change: Change, usages: &[Usage<'_>], population: Population) -> JudgedChange {
    let consumers: Vec<AffectedConsumer> = usages.iter().filter_map(|usage| usage.judged(&change)).collect();
    let effect = consumers
        .iter()
        .map(|consumer| consumer.effect)
        .max()
        .unwrap_or(Effect::Harmless);
    let rule_level = change.level;
    let is_policy = super::rule(&change.id).is_some_and(|rule| rule.kind == "Lifecycle");
    let closed =
        population == Population::Closed && change.path.is_some() && !usages.is_empty() && !is_policy;
    change.level = match (effect, rule_level) {
        (Effect::Breaks, _) => ChangeLevel::Error,
        (Effect::MayBreak, ChangeLevel::Error) if closed => ChangeLevel::Warning,
        (Effect::Harmless, ChangeLevel::Error | ChangeLevel::Warning) if closed => ChangeLevel::Info,
        (_, level) => level,
    };
    JudgedChange {
        change,
        rule_level,
        effect,
        consumers,
    }
}
