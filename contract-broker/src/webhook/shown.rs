//! A webhook as displayed to clients.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Definition, Filters, Party, RequestTemplate};
use crate::{auth::Access, domain::events::Event};

/// The author's configuration; secrets are masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownDefinition {
    /// The author's description, or one derived from the scope of the webhook.
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

/// A pacticipant by name, or all with a label.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ShownParty {
    Name(String),
    Label(String),
}

/// An event that triggers the webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownEvent {
    name: Event,
}

/// The request of the webhook, as far as the reader may see it.
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
    /// Returns a definition for a reader with this access.
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
    /// Returns `None` for a webhook that applies to all.
    fn of(party: &Party) -> Option<Self> {
        match party {
            Party::Any => None,
            Party::Name(name) => Some(Self::Name(name.clone())),
            Party::Label(label) => Some(Self::Label(label.clone())),
        }
    }
}
