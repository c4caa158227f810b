//! Failures as documents: as clients of the original read them, and as problem details.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Notice;

/// What is wrong with a request, or why it was not served.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct FailureDocument {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<FailureText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) errors: Option<FailureErrors>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notices: Option<Vec<Notice>>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum FailureText {
    Text(String),
    /// A fault of the broker, whose log has the details under the reference.
    Reported {
        message: &'static str,
        reference: String,
    },
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum FailureErrors {
    Messages(Vec<String>),
    /// Messages by the member of the request that they are about.
    ByMember(BTreeMap<String, Vec<String>>),
}

/// Problem details (RFC 9457, section 3).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProblemDocument {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) status: u16,
    pub(crate) detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instance: Option<String>,
    /// The trace that the request belongs to, as the log has it.
    #[serde(rename = "traceId", skip_serializing_if = "Option::is_none")]
    pub(crate) trace_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) errors: Option<ProblemErrors>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notices: Option<Vec<Notice>>,
    /// The limits that were exceeded.
    #[serde(rename = "violated-policies", skip_serializing_if = "Option::is_none")]
    pub(crate) violated_policies: Option<Vec<&'static str>>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ProblemErrors {
    Each(Vec<InvalidValue>),
    ByMember(BTreeMap<String, Vec<String>>),
}

/// One of several faults of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct InvalidValue {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) title: &'static str,
    pub(crate) detail: String,
    /// Where in the request it is (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pointer: Option<String>,
}
