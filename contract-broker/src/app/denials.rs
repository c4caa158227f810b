//! Requests that were refused because of who sent them: some of them are in the audit log, never so many that they fill it.

use serde_json::json;

use super::{App, act::actor};
use crate::{
    auth::{Origin, Principal},
    domain::time::now,
    store::audit::{self, Event},
};

/// What the audit log calls a request that its caller may not make, and one with wrong credentials.
pub(crate) const DENIED: &str = "access.denied";
pub(crate) const LOGIN_FAILED: &str = "login.failed";

/// A request that was refused.
pub(crate) struct Denial<'a> {
    /// The method and the route.
    pub(crate) request: String,
    pub(crate) reason: &'a str,
    /// How many others were refused since the last one that was written down.
    pub(crate) left_out: u64,
}

impl App {
    /// Writes down that somebody may not do what they asked for.
    pub(crate) async fn note_denied(&self, who: &Principal, denial: Denial<'_>) {
        let event = Event {
            outcome: "denied".to_owned(),
            ..denial.event(DENIED, actor(who), who.origin())
        };
        self.note(event).await;
    }

    /// Writes down that somebody sent wrong credentials; `claimed` is who they say they are, and never a secret.
    pub(crate) async fn note_failed_login(&self, claimed: String, origin: &Origin, denial: Denial<'_>) {
        let nobody = audit::Actor {
            kind: "anonymous",
            uuid: None,
            name: claimed,
            email: None,
            via: None,
        };
        let event = Event {
            outcome: "failure".to_owned(),
            ..denial.event(LOGIN_FAILED, nobody, origin)
        };
        self.note(event).await;
    }

    /// An answer that refuses is given even if it cannot be written down.
    async fn note(&self, event: Event) {
        let noted = self
            .store
            .write(event, |connection, event| Box::pin(audit::add(connection, event)));
        if let Err(error) = noted.await {
            tracing::warn!(%error, "a refused request was not written into the audit log");
        }
    }
}

impl Denial<'_> {
    fn event(&self, action: &str, actor: audit::Actor, origin: &Origin) -> Event {
        let changes = if self.left_out > 0 {
            json!({ "reason": self.reason, "notRecordedBefore": self.left_out })
        } else {
            json!({ "reason": self.reason })
        };
        Event {
            uuid: Event::new_uuid(),
            at: now(),
            actor_kind: actor.kind.to_owned(),
            actor_uuid: actor.uuid,
            actor_name: actor.name,
            actor_email: actor.email,
            via: actor.via,
            action: action.to_owned(),
            object_type: "request".to_owned(),
            object_name: self.request.clone(),
            outcome: String::new(),
            request: json!(origin).to_string(),
            changes: changes.to_string(),
        }
    }
}
