//! Selects the contracts that a provider verifies.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

/// Selects contracts by consumer version (the Pact Broker's consumer version selectors).
///
/// ```
/// use contract_core::broker::Selector;
///
/// let selector: Selector = "branch=feat/x,consumer=web-app".parse()?;
/// assert_eq!(selector, Selector::branch("feat/x").consumer("web-app"));
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "the protocol has a member for each")]
pub struct Selector {
    #[serde(skip_serializing_if = "Option::is_none")]
    consumer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback_branch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback_tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    main_branch: bool,
    #[serde(skip_serializing_if = "is_false")]
    matching_branch: bool,
    #[serde(skip_serializing_if = "is_false")]
    deployed: bool,
    #[serde(skip_serializing_if = "is_false")]
    released: bool,
    #[serde(skip_serializing_if = "is_false")]
    deployed_or_released: bool,
    #[serde(skip_serializing_if = "is_false")]
    latest: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Selector {
    /// Selects the head of each consumer's main branch.
    pub fn main_branch() -> Self {
        Self {
            main_branch: true,
            ..Self::default()
        }
    }

    /// Selects the head of the branch with the same name as the provider's.
    pub fn matching_branch() -> Self {
        Self {
            matching_branch: true,
            ..Self::default()
        }
    }

    /// Selects the head of this branch.
    pub fn branch(name: impl Into<String>) -> Self {
        Self {
            branch: Some(name.into()),
            ..Self::default()
        }
    }

    /// Selects every version that is deployed or released in any environment.
    pub fn deployed_or_released() -> Self {
        Self {
            deployed_or_released: true,
            ..Self::default()
        }
    }

    /// Selects every version that is deployed to any environment.
    pub fn deployed() -> Self {
        Self {
            deployed: true,
            ..Self::default()
        }
    }

    /// Selects every version that is released and supported in any environment.
    pub fn released() -> Self {
        Self {
            released: true,
            ..Self::default()
        }
    }

    /// Selects every version that is deployed to or released in this environment.
    pub fn environment(name: impl Into<String>) -> Self {
        Self {
            environment: Some(name.into()),
            ..Self::default()
        }
    }

    /// Selects the newest version with this tag.
    pub fn latest_tag(name: impl Into<String>) -> Self {
        Self {
            tag: Some(name.into()),
            latest: true,
            ..Self::default()
        }
    }

    /// Selects every version with this tag.
    pub fn tag(name: impl Into<String>) -> Self {
        Self {
            tag: Some(name.into()),
            ..Self::default()
        }
    }

    /// Selects the newest version of each consumer.
    pub fn latest() -> Self {
        Self {
            latest: true,
            ..Self::default()
        }
    }

    /// Restricts the selector to this consumer.
    pub fn consumer(mut self, name: impl Into<String>) -> Self {
        self.consumer = Some(name.into());
        self
    }

    /// Sets the branch for consumers without a branch of the selector's name.
    pub fn fallback_branch(mut self, name: impl Into<String>) -> Self {
        self.fallback_branch = Some(name.into());
        self
    }

    /// Sets the tag for consumers without a version with the selector's tag.
    pub fn fallback_tag(mut self, name: impl Into<String>) -> Self {
        self.fallback_tag = Some(name.into());
        self
    }

    /// Restricts [`deployed`](Self::deployed) and [`released`](Self::released) to this environment.
    pub fn in_environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }
}

/// Parses the command-line syntax: `main-branch`, `matching-branch`, `deployed-or-released`, `deployed`, `released`,
/// `latest`, `branch=NAME`, `tag=NAME`, `environment=NAME`, each optionally followed by `,consumer=NAME`; or the JSON
/// object of the broker's protocol.
impl FromStr for Selector {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let invalid =
            |reason: &str| Error::new(ErrorKind::Usage, format!("{text:?} is not a selector: {reason}"));
        if text.trim_start().starts_with('{') {
            return serde_json::from_str(text).map_err(|error| invalid(&error.to_string()));
        }
        let mut selector: Option<Self> = None;
        for part in text.split(',') {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim()).filter(|value| !value.is_empty())),
                None => (part.trim(), None),
            };
            selector = Some(match (selector, name, value) {
                (None, "main-branch", None) => Self::main_branch(),
                (None, "matching-branch", None) => Self::matching_branch(),
                (None, "deployed-or-released", None) => Self::deployed_or_released(),
                (None, "deployed", None) => Self::deployed(),
                (None, "released", None) => Self::released(),
                (None, "latest", None) => Self::latest(),
                (None, "branch", Some(branch)) => Self::branch(branch),
                (None, "tag", Some(tag)) => Self::latest_tag(tag),
                (None, "environment", Some(environment)) => Self::environment(environment),
                (Some(selector), "consumer", Some(consumer)) => selector.consumer(consumer),
                (_, name, _) => {
                    let hint = did_you_mean(name, NAMES);
                    return Err(invalid(&format!("write one of {}{hint}", NAMES.join(", "))));
                }
            });
        }
        selector.ok_or_else(|| invalid("it is empty"))
    }
}

const NAMES: [&str; 9] = [
    "main-branch",
    "matching-branch",
    "deployed-or-released",
    "deployed",
    "released",
    "latest",
    "branch=NAME",
    "tag=NAME",
    "environment=NAME",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors_are_read_from_text_and_written_as_the_protocol_wants_them() {
        for (text, expected) in [
            ("main-branch", json!({ "mainBranch": true })),
            ("matching-branch", json!({ "matchingBranch": true })),
            ("deployed-or-released", json!({ "deployedOrReleased": true })),
            ("branch=feat/x", json!({ "branch": "feat/x" })),
            (
                "tag=prod,consumer=web-app",
                json!({ "tag": "prod", "latest": true, "consumer": "web-app" }),
            ),
            ("environment=production", json!({ "environment": "production" })),
            (
                r#"{"branch": "a", "fallbackBranch": "b"}"#,
                json!({ "branch": "a", "fallbackBranch": "b" }),
            ),
        ] {
            let selector: Selector = text.parse().unwrap();
            assert_eq!(json!(selector), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_selector_names_the_nearest() {
        for (text, reason) in [
            ("mainbranch", "did you mean \"main-branch\"?"),
            ("branch", "write one of main-branch"),
            ("consumer=web-app", "write one of main-branch"),
            (r#"{"brunch": "a"}"#, "unknown field `brunch`"),
        ] {
            let error = text.parse::<Selector>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
