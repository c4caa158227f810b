//! The audit log, in the form of PactFlow with members of our own.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Links;
use crate::store::{
    Error, Result,
    audit::{Event, Stored},
};

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEvent {
    uuid: String,
    /// ISO 8601 with microseconds.
    timestamp: String,
    /// What it was done to, and what was done, such as `team.created`.
    #[serde(rename = "type")]
    kind: String,
    /// The uuid of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_email: Option<String>,
    actor: Actor,
    object: Object,
    /// `success` or `denied`.
    outcome: String,
    /// How it was asked for.
    #[schema(value_type = Object)]
    payload: Value,
    /// Before and after; of a secret only that it was changed.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Value::is_null")]
    changes: Value,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Actor {
    /// `user`, `system`, `settings`, `operator` or `anonymous`.
    kind: String,
    name: String,
    /// The uuid of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<String>,
}

/// What it was done to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Object {
    #[serde(rename = "type")]
    kind: String,
    name: String,
}

impl AuditEvent {
    /// # Errors
    /// What is stored cannot be read.
    pub(crate) fn of(stored: Stored) -> Result<Self> {
        let Event {
            uuid,
            at,
            actor_kind,
            actor_uuid,
            actor_name,
            actor_email,
            via,
            action,
            object_type,
            object_name,
            outcome,
            request,
            changes,
        } = stored.event;
        let read = |column, text: &str| {
            serde_json::from_str::<Value>(text)
                .map_err(|error| Error::unreadable("audit_events", &uuid, column, error))
        };
        let mut payload = read("request", &request)?;
        payload["params"] = json!({ "resource_name": object_name });
        Ok(Self {
            timestamp: jiff::Timestamp::from_microsecond(at)
                .unwrap_or_default()
                .to_string(),
            kind: action,
            user_uuid: actor_uuid,
            user_email: actor_email,
            actor: Actor {
                kind: actor_kind,
                name: actor_name,
                via,
            },
            object: Object {
                kind: object_type,
                name: object_name,
            },
            outcome,
            payload,
            changes: read("changes", &changes)?,
            uuid,
        })
    }
}

/// Events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEvents {
    pub(crate) events: Vec<AuditEvent>,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}
