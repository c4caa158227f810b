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
    app::{self, AuditPage, audited_types},
    domain::time::now,
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
    /// Empty for all of them.
    action: &'static str,
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

/// `GET /audit`: the newest first.
pub(super) async fn page(call: Call, at: At) -> Result<Response> {
    let number = number(&at.query);
    let actions = audited_types();
    let action = at.query.one_of("type", &actions).map_err(app::Error::from)?;
    let wanted = Wanted {
        action: action.map(str::to_owned),
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
            action: action.unwrap_or_default(),
            actions,
            number,
            more,
        },
    )
}
