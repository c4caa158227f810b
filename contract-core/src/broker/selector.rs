//! Which contracts a provider verifies.

use serde::Serialize;

/// Chooses contracts by their consumers' versions (the Pact Broker's consumer version selectors).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    /// The head of each consumer's main branch.
    pub fn main_branch() -> Self {
        Self {
            main_branch: true,
            ..Self::default()
        }
    }

    /// The head of the branch with the same name as the provider's.
    pub fn matching_branch() -> Self {
        Self {
            matching_branch: true,
            ..Self::default()
        }
    }

    /// The head of this branch.
    pub fn branch(name: impl Into<String>) -> Self {
        Self {
            branch: Some(name.into()),
            ..Self::default()
        }
    }

    /// Every version that is deployed or released anywhere.
    pub fn deployed_or_released() -> Self {
        Self {
            deployed_or_released: true,
            ..Self::default()
        }
    }

    /// Every version that is deployed anywhere.
    pub fn deployed() -> Self {
        Self {
            deployed: true,
            ..Self::default()
        }
    }

    /// Every version that is released and supported anywhere.
    pub fn released() -> Self {
        Self {
            released: true,
            ..Self::default()
        }
    }

    /// Every version that is deployed to or released in this environment.
    pub fn environment(name: impl Into<String>) -> Self {
        Self {
            environment: Some(name.into()),
            ..Self::default()
        }
    }

    /// The newest version with this tag.
    pub fn latest_tag(name: impl Into<String>) -> Self {
        Self {
            tag: Some(name.into()),
            latest: true,
            ..Self::default()
        }
    }

    /// Every version with this tag.
    pub fn tag(name: impl Into<String>) -> Self {
        Self {
            tag: Some(name.into()),
            ..Self::default()
        }
    }

    /// The newest version of each consumer.
    pub fn latest() -> Self {
        Self {
            latest: true,
            ..Self::default()
        }
    }

    /// Only of this consumer.
    pub fn consumer(mut self, name: impl Into<String>) -> Self {
        self.consumer = Some(name.into());
        self
    }

    /// The branch for consumers that have no branch of the selector's name.
    pub fn fallback_branch(mut self, name: impl Into<String>) -> Self {
        self.fallback_branch = Some(name.into());
        self
    }

    /// The tag where nothing has the selector's tag.
    pub fn fallback_tag(mut self, name: impl Into<String>) -> Self {
        self.fallback_tag = Some(name.into());
        self
    }

    /// In this environment only, of [`deployed`](Self::deployed) and [`released`](Self::released).
    pub fn in_environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }
}
