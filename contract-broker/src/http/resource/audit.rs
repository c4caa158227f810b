//! The audit log, in the form of PactFlow with members of our own.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Links;
use crate::store::{Error, Result, audit::Stored};

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
    /// `success`, `denied` (who asked may not do it) or `failure` (wrong credentials).
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
        let event = stored.event;
        let mut payload = event.request()?;
        payload["params"] = json!({ "resource_name": event.object_name });
        let changes = event.changes()?;
        let at = jiff::Timestamp::from_microsecond(event.at)
            .map_err(|error| Error::unreadable("audit_events", &event.uuid, "at", error))?;
        Ok(Self {
            uuid: event.uuid,
            timestamp: at.to_string(),
            kind: event.action,
            user_uuid: event.actor_uuid,
            user_email: event.actor_email,
            actor: Actor {
                kind: event.actor_kind,
                name: event.actor_name,
                via: event.via,
            },
            object: Object {
                kind: event.object_type,
                name: event.object_name,
            },
            outcome: event.outcome,
            payload,
            changes,
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
