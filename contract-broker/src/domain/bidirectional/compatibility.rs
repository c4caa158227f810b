//! Whether a new description of a provider may take the place of the one before it.

use contract_openapi::{
    ContractFile, Description,
    breaking::{BreakingOptions, ChangeLevel, Consumer, JudgedChangelog, Population, compare_for_consumers},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Notice, notice::Kind};

/// How many changes and consumers are named.
const NAMED: usize = 10;

/// What follows when a new description is not compatible. Stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CompatibilityLevel)]
pub(crate) enum Level {
    /// Nothing is checked.
    #[default]
    Off,
    /// The publisher is told.
    Warn,
    /// It is not stored.
    Refuse,
}

/// What makes a new description incompatible. Stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CompatibilityBasis)]
pub(crate) enum Basis {
    /// The contract of a consumer that is deployed, released or the newest of a main branch would break.
    #[default]
    Usage,
    /// A rule about breaking changes says so, whoever uses what is changed.
    Rules,
}

/// What a new description of a provider is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Compatibility {
    pub(crate) level: Level,
    pub(crate) basis: Basis,
}

impl Level {
    pub(crate) const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Refuse];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Refuse => "refuse",
        }
    }
}

impl Basis {
    pub(crate) const ALL: [Self; 2] = [Self::Usage, Self::Rules];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == name)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Rules => "rules",
        }
    }
}

/// What was found about a new description.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) is_compatible: bool,
    /// What breaks, a line each.
    pub(crate) notices: Vec<Notice>,
}

/// A stored contract with its consumer.
pub(crate) struct KnownConsumer {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) environments: Vec<String>,
    pub(crate) contract: ContractFile,
}

/// The changes from one description to another, judged by the contracts of known consumers.
///
/// # Errors
/// A contract cannot be read.
pub(crate) fn changes(
    before: &Description,
    after: &Description,
    consumers: &[KnownConsumer],
) -> Result<JudgedChangelog, String> {
    let consumers: Vec<Consumer<'_>> = consumers
        .iter()
        .map(|known| Consumer {
            name: known.name.clone(),
            version: Some(known.version.clone()),
            environments: known.environments.clone(),
            contract: &known.contract,
        })
        .collect();
    let options = BreakingOptions::default();
    compare_for_consumers(before, after, &consumers, Population::Open, &options)
        .map_err(|error| error.to_string())
}

/// Whether the changes are compatible on this basis, and what the publisher is told where they are not.
pub(crate) fn judge(changes: &JudgedChangelog, Compatibility { level, basis }: Compatibility) -> Verdict {
    let kind = if level == Level::Refuse {
        Kind::Error
    } else {
        Kind::Warning
    };
    let lines: Vec<String> = match basis {
        Basis::Usage => changes
            .broken
            .iter()
            .map(|affected| {
                let version = affected.version.as_deref().unwrap_or("unknown");
                let first = affected.findings.first().map_or_else(String::new, |finding| {
                    let operation = super::operation(finding).unwrap_or_default();
                    format!(": {operation} {} ({})", finding.message, finding.code)
                });
                format!("breaks {} version {version}{first}", affected.consumer)
            })
            .collect(),
        Basis::Rules => changes
            .changes
            .iter()
            .filter(|judged| judged.change.level == ChangeLevel::Error)
            .map(|judged| {
                let change = &judged.change;
                let operation = match (&change.method, &change.path) {
                    (Some(method), Some(path)) => format!("{method} {path}: "),
                    (None, Some(path)) => format!("{path}: "),
                    _ => String::new(),
                };
                format!("{operation}{} ({})", change.text, change.id)
            })
            .collect(),
    };
    let more = lines.len().saturating_sub(NAMED);
    let mut notices: Vec<Notice> = lines
        .iter()
        .take(NAMED)
        .map(|line| Notice::new(kind, format!("  {line}")))
        .collect();
    if more > 0 {
        notices.push(Notice::new(kind, format!("  and {more} more")));
    }
    Verdict {
        is_compatible: lines.is_empty(),
        notices,
    }
}
