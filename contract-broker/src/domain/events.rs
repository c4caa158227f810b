//! Events that trigger webhooks.

use serde::Serialize;
use utoipa::ToSchema;

/// An event. Stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// A contract was published, whether its content is new or not.
    ContractPublished,
    /// A contract was published whose content differs from the previous one on a branch or tag of its version.
    ContractContentChanged,
    /// A relevant provider version (main branch, deployed, released) has no result for the content.
    ContractRequiringVerificationPublished,
    /// A result was published, or a contract was compared with the description that its provider published.
    ProviderVerificationPublished,
    /// A successful result was published.
    ProviderVerificationSucceeded,
    /// A failed result was published.
    ProviderVerificationFailed,
    /// A provider published a description of its API. It is about the provider alone.
    ProviderContractPublished,
}

impl Event {
    /// All events, in documentation order.
    pub(crate) const ALL: [Self; 7] = [
        Self::ContractPublished,
        Self::ContractContentChanged,
        Self::ContractRequiringVerificationPublished,
        Self::ProviderVerificationPublished,
        Self::ProviderVerificationSucceeded,
        Self::ProviderVerificationFailed,
        Self::ProviderContractPublished,
    ];

    /// Returns the event with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }

    /// Returns the name in webhooks and notices.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ContractPublished => "contract_published",
            Self::ContractContentChanged => "contract_content_changed",
            Self::ContractRequiringVerificationPublished => "contract_requiring_verification_published",
            Self::ProviderVerificationPublished => "provider_verification_published",
            Self::ProviderVerificationSucceeded => "provider_verification_succeeded",
            Self::ProviderVerificationFailed => "provider_verification_failed",
            Self::ProviderContractPublished => "provider_contract_published",
        }
    }
}

/// The content of a new publication and the previous one in one line of development.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// `branch main`, `tag prod`, or `None` for a version without either.
    pub(crate) name: Option<String>,
    /// The id of the previous content; `None` for the first.
    pub(crate) previous: Option<i64>,
}

/// Returns why the content counts as changed: one reason for each line of development where it is first or different.
/// Empty if it did not change anywhere.
pub(crate) fn content_changes(content: i64, lines: &[Line]) -> Vec<String> {
    lines
        .iter()
        .filter(|line| line.previous != Some(content))
        .map(|line| match (&line.name, line.previous) {
            (Some(name), None) => format!("first time the contract was published for {name}"),
            (Some(name), Some(_)) => format!("content is different to the previous contract for {name}"),
            (None, None) => "first time the contract was published".to_owned(),
            (None, Some(_)) => "content is different to the previous contract".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_line_by_line() {
        let line = |name: Option<&str>, previous| Line {
            name: name.map(str::to_owned),
            previous,
        };
        assert!(content_changes(7, &[line(Some("branch main"), Some(7))]).is_empty());
        assert_eq!(
            content_changes(
                7,
                &[line(Some("branch main"), Some(6)), line(Some("tag prod"), None)]
            ),
            [
                "content is different to the previous contract for branch main",
                "first time the contract was published for tag prod"
            ]
        );
    }
}
