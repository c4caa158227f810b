//! Notices: short texts for the person who reads a client's output.

use serde::Serialize;
use utoipa::ToSchema;

/// The kind of a notice; clients colour by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = NoticeType)]
pub(crate) enum Kind {
    Success,
    Info,
    Debug,
    Warning,
    Prompt,
    Error,
}

/// One notice, as clients read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Notice {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

impl Notice {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }
}
