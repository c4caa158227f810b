//! A webhook as clients read it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Definition, Filters, Party, RequestTemplate};
use crate::{auth::Access, domain::events::Event};

/// What the author of a webhook decided; secrets are masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownDefinition {
    /// As its author wrote it, or made of what the webhook is for.
    description: String,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumer: Option<ShownParty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<ShownParty>,
    events: Vec<ShownEvent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filters: Option<Filters>,
    request: ShownRequest,
}

/// A pacticipant by its name, or all with a label.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ShownParty {
    Name(String),
    Label(String),
}

/// An event that the webhook is for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownEvent {
    name: Event,
}

/// The request that the webhook sends, as far as the reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownRequest {
    method: String,
    url: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl ShownRequest {
    fn of(request: RequestTemplate) -> Self {
        let RequestTemplate {
            method,
            url,
            headers,
            body,
            username,
            password,
        } = request;
        Self {
            method,
            url,
            headers,
            body,
            username,
            password,
        }
    }
}

impl ShownDefinition {
    /// A definition as whoever has this access may see it.
    pub(super) fn of(definition: &Definition, access: Access) -> Self {
        let scope = &definition.scope;
        Self {
            description: definition.title(),
            enabled: scope.enabled,
            consumer: ShownParty::of(&scope.consumer),
            provider: ShownParty::of(&scope.provider),
            events: scope
                .events
                .iter()
                .map(|name| ShownEvent { name: *name })
                .collect(),
            filters: (scope.filters != Filters::default()).then(|| scope.filters.clone()),
            request: ShownRequest::of(definition.request.shown(access)),
        }
    }
}

impl ShownParty {
    /// `None` for a webhook that is for everyone.
    fn of(party: &Party) -> Option<Self> {
        match party {
            Party::Any => None,
            Party::Name(name) => Some(Self::Name(name.clone())),
            Party::Label(label) => Some(Self::Label(label.clone())),
        }
    }
}
