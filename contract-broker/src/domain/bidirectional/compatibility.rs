//! The compatibility of a new description of a provider with the previous one.

use contract_openapi::{
    ContractFile, Description,
    breaking::{
        BreakingOptions, ChangeLevel, Consumer, JudgedChangelog, Population, compare_for_consumers_while,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    Notice,
    cancel::{Cancel, Cancelled},
    notice::Kind,
};

/// Maximum number of changes and consumers named in notices.
const NAMED: usize = 10;

/// The consequence of an incompatible description. Stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CompatibilityLevel)]
pub(crate) enum Level {
    /// Nothing is checked.
    #[default]
    Off,
    /// The publisher gets a warning.
    Warn,
    /// The description is refused.
    Refuse,
}

/// The criterion of compatibility. Stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CompatibilityBasis)]
pub(crate) enum Basis {
    /// The description must not break the contract of a consumer that is deployed, released or the newest of
    /// a main branch.
    #[default]
    Usage,
    /// The description must not have a breaking change according to the rules, even if no consumer uses what
    /// it changes.
    Rules,
}

/// The compatibility rule for new descriptions of a provider.
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

/// The verdict on a new description.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) is_compatible: bool,
    /// The breaking changes, one per line; or why nothing was compared.
    pub(crate) notices: Vec<Notice>,
}

impl Verdict {
    /// The verdict where the description before the new one cannot be compared with: it must not be in the way of its
    /// correction.
    pub(crate) fn without_predecessor(problem: &str) -> Self {
        let text =
            format!("  It is not compared with the description before it, which is not whole: {problem}");
        Self {
            is_compatible: true,
            notices: vec![Notice::new(Kind::Warning, text)],
        }
    }
}

/// A stored contract with its consumer.
pub(crate) struct KnownConsumer {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) environments: Vec<String>,
    pub(crate) contract: ContractFile,
}

/// Returns the changes from one description to another, judged by the contracts of known consumers.
///
/// The inner error says why they cannot be compared.
///
/// # Errors
/// The computation was cancelled.
pub(crate) fn changes(
    before: &Description,
    after: &Description,
    consumers: &[KnownConsumer],
    cancel: &Cancel,
) -> Result<Result<JudgedChangelog, String>, Cancelled> {
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
    let wanted = || cancel.check().is_ok();
    match compare_for_consumers_while(before, after, &consumers, Population::Open, &options, &wanted) {
        Ok(Some(changes)) => Ok(Ok(changes)),
        Ok(None) => Err(Cancelled),
        Err(error) => Ok(Err(error.to_string())),
    }
}

/// Returns whether the changes are compatible according to the rule, with the notices for the publisher if
/// they are not.
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
