//! The audit log.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{ROWS, frame, number, page as render},
    relative_time::RelativeTime,
};
use crate::{
    app::{AuditPage, DENIED, LOGIN_FAILED, PRUNED},
    domain::{access::Action, time::now},
    http::{call::Call, path::At},
    store::{
        self,
        audit::{Stored, Wanted},
    },
};

#[derive(Template)]
#[template(path = "audit.html")]
struct LogPage {
    frame: Frame,
    events: Vec<Shown>,
    action: String,
    actions: Vec<&'static str>,
    number: i64,
    more: bool,
}

struct Shown {
    at: RelativeTime,
    who: String,
    kind: String,
    action: String,
    object: String,
    changes: String,
    /// Empty if it was done.
    outcome: String,
}

impl Shown {
    /// # Errors
    /// What is stored cannot be read.
    fn of(stored: Stored, now: i64) -> store::Result<Self> {
        let event = stored.event;
        let changes = event.changes()?;
        Ok(Self {
            at: RelativeTime::new(event.at, now),
            who: event.actor_name,
            kind: event.actor_kind,
            outcome: Some(event.outcome)
                .filter(|outcome| outcome != "success")
                .unwrap_or_default(),
            action: event.action,
            object: format!("{} {}", event.object_type, event.object_name),
            changes: if changes.is_null() {
                String::new()
            } else {
                format!("{changes:#}")
            },
        })
    }
}

/// What can be asked for: everything that is written down.
fn actions() -> Vec<&'static str> {
    let mut names = Action::changes();
    names.extend([DENIED, LOGIN_FAILED, PRUNED]);
    names.sort_unstable();
    names
}

/// `GET /audit`: the newest first.
pub(super) async fn page(call: Call, at: At) -> Result<Response> {
    let number = number(&at.query);
    let action = at.query.get("type").unwrap_or_default().to_owned();
    let wanted = Wanted {
        action: Some(action.clone()).filter(|action| !action.is_empty()),
        newest_first: true,
        ..Wanted::default()
    };
    let part = AuditPage {
        offset: (number - 1) * ROWS,
        limit: ROWS + 1,
    };
    let mut found = call.app().audit_events(&call.who, &wanted, part).await?;
    let rows = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let more = found.len() > rows;
    found.truncate(rows);
    let now = now();
    let events = found.into_iter().map(|stored| Shown::of(stored, now));
    render(
        StatusCode::OK,
        LogPage {
            frame: frame(&call, Some(Section::Accounts)),
            events: events.collect::<store::Result<_>>()?,
            actions: actions(),
            action,
            number,
            more,
        },
    )
}
