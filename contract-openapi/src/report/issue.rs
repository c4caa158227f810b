//! A finding of any kind.

use std::fmt;

use crate::breaking::{Change, ChangeLevel, Effect, JudgedChange, UnexplainedBreak};
use crate::compare::{Finding, Level};
use crate::document::{Documents, Place, Position};
use crate::lint::{LintFinding, Severity};

/// The level of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IssueLevel {
    /// Worth knowing.
    Info,
    /// Worth a look.
    Warning,
    /// Must be changed.
    Error,
}

impl fmt::Display for IssueLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place that an issue is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuePlace {
    /// Which side it is: `contract`, `description`, `before`, `after`.
    pub label: &'static str,
    /// File, line and column.
    pub place: Place,
    /// The line of text there.
    pub line: Option<String>,
}

/// A finding of any kind, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The severity.
    pub level: IssueLevel,
    /// The code or the id of the rule.
    pub code: String,
    /// What was found, in a sentence.
    pub message: String,
    /// What it is about: an operation, an interaction.
    pub subject: String,
    /// Where, on each side.
    pub places: Vec<IssuePlace>,
    /// More lines: a witness, affected consumers.
    pub notes: Vec<String>,
}

impl Issue {
    /// Returns a finding of a comparison.
    pub fn of_finding(finding: &Finding, contract: &Documents, description: Option<&Documents>) -> Self {
        let side = finding.contract.as_ref();
        let spec = finding.spec.as_ref();
        let mut places = Vec::new();
        places.extend(
            side.and_then(|side| side.place.clone())
                .map(|at| place("contract", at, Some(contract))),
        );
        places.extend(
            spec.and_then(|spec| spec.place.clone())
                .map(|at| place("description", at, description)),
        );
        let mut notes: Vec<String> = finding
            .witness
            .iter()
            .map(|witness| format!("for example: {}", witness.value.0))
            .collect();
        notes.extend(
            finding
                .causes
                .iter()
                .map(|cause| format!("{}: {}", cause.code, cause.message)),
        );
        let subject = side.and_then(|side| side.description.clone()).unwrap_or_default();
        Self {
            level: match finding.level {
                Level::Error => IssueLevel::Error,
                Level::Warning => IssueLevel::Warning,
                Level::Info => IssueLevel::Info,
            },
            code: finding.code.to_string(),
            message: finding.message.clone(),
            subject,
            places,
            notes,
        }
    }

    /// Returns a change between two descriptions, which was judged by the contracts of this number of consumers.
    pub fn of_change(
        judged: &JudgedChange,
        known_consumers: usize,
        base: &Documents,
        revision: &Documents,
    ) -> Self {
        let change = &judged.change;
        let mut places = Vec::new();
        places.extend(change.base.clone().map(|at| place("before", at, Some(base))));
        places.extend(
            change
                .revision
                .clone()
                .map(|at| place("after", at, Some(revision))),
        );
        let mut notes: Vec<String> = reach(change).into_iter().collect();
        for consumer in &judged.consumers {
            let verb = if consumer.effect == Effect::Breaks {
                "breaks"
            } else {
                "may break"
            };
            notes.push(format!("{verb} {}", consumer.label()));
            notes.extend(consumer.findings.iter().take(3).map(|finding| {
                let side = finding.contract.as_ref();
                let interaction = side.and_then(|side| side.description.clone()).unwrap_or_default();
                let at = side
                    .and_then(|side| side.place.as_ref())
                    .map_or_else(String::new, |at| format!(" at {at}"));
                format!("  in `{interaction}`{at}: {}", finding.message)
            }));
        }
        let is_harmless = judged.effect == Effect::Harmless && known_consumers > 0;
        if is_harmless && judged.rule_level == ChangeLevel::Error {
            notes.push("no known consumer is affected".to_owned());
        }
        let subject = [change.method.as_deref(), change.path.as_deref()];
        Self {
            level: match change.level {
                ChangeLevel::Error => IssueLevel::Error,
                ChangeLevel::Warning => IssueLevel::Warning,
                ChangeLevel::Info => IssueLevel::Info,
            },
            code: change.id.clone(),
            message: change.text.clone(),
            subject: subject.into_iter().flatten().collect::<Vec<_>>().join(" "),
            places,
            notes,
        }
    }

    /// Returns a mismatch of a consumer's contract with the newer description that no change explains: an error.
    pub fn of_break(
        found: &UnexplainedBreak<'_>,
        contract: Option<&Documents>,
        revision: &Documents,
    ) -> Self {
        let finding = found.finding;
        let places = match contract {
            Some(contract) => Self::of_finding(finding, contract, Some(revision)).places,
            None => Vec::new(),
        };
        let side = finding.contract.as_ref();
        let interaction = side.and_then(|side| side.description.clone()).unwrap_or_default();
        let mut notes = vec![format!("breaks {} in `{interaction}`", found.consumer.label())];
        notes.extend(
            finding
                .witness
                .iter()
                .map(|witness| format!("for example: {}", witness.value.0)),
        );
        Self {
            level: IssueLevel::Error,
            code: finding.code.to_string(),
            message: format!("the contract no longer matches: {}", finding.message),
            subject: format!("{}: {interaction}", found.consumer.consumer),
            places,
            notes,
        }
    }

    /// Returns a finding about a description itself.
    pub fn of_lint(finding: &LintFinding, documents: &Documents) -> Self {
        let way: Vec<String> = finding.path.iter().map(ToString::to_string).collect();
        Self {
            level: match finding.severity {
                Severity::Error => IssueLevel::Error,
                Severity::Warn => IssueLevel::Warning,
                Severity::Info | Severity::Hint => IssueLevel::Info,
            },
            code: finding.code.clone(),
            message: finding.message.clone(),
            subject: way.join("."),
            places: finding
                .place
                .clone()
                .map(|at| place("description", at, Some(documents)))
                .into_iter()
                .collect(),
            notes: Vec::new(),
        }
    }
}

/// How many operations are named that a change reaches.
const NAMED: usize = 3;

/// Returns what else a change reaches; `None` if nothing.
fn reach(change: &Change) -> Option<String> {
    if change.places == 1 {
        return None;
    }
    let named: Vec<String> = change
        .reaches
        .iter()
        .take(NAMED)
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    let more = change.reaches.len().saturating_sub(NAMED);
    let others = match (named.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(", also of {}", named.join(", ")),
        (false, _) => format!(", also of {} and {more} other operations", named.join(", ")),
    };
    Some(format!("reaches {} places{others}", change.places))
}

pub(super) fn place(label: &'static str, at: Place, documents: Option<&Documents>) -> IssuePlace {
    let line = documents.and_then(|documents| {
        let file = documents.by_name(&at.file)?;
        documents
            .line(Position::new(file, at.line, at.column))
            .map(str::to_owned)
    });
    IssuePlace {
        label,
        place: at,
        line,
    }
}
