//! The audit log: in pages, or complete as JSON lines.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, header};

use crate::{
    app::{AuditPage, audited_types},
    domain::{Refusal, time},
    http::{
        address,
        call::Call,
        error::{Failure, Result},
        hal::Hal,
        negotiation,
        page::Page,
        path::At,
        query::Query,
        resource::{AuditEvent, AuditEvents, Link, Links},
    },
    store::audit::Wanted,
};

const LINES: &str = "application/x-ndjson";
/// Maximum number of events per page.
const MOST: i64 = 100;

fn wanted(query: &Query) -> Result<Wanted, Refusal> {
    let since = match query.get("since") {
        None => None,
        Some(text) => {
            let wrong =
                || Refusal::invalid("since", "must be a date, or a time such as 2026-01-31T10:00:00Z");
            Some(time::parse(text).ok_or_else(wrong)?)
        }
    };
    let newest_first = match query.get("sort") {
        None | Some("timestamp" | "+timestamp" | " timestamp") => false,
        Some("-timestamp") => true,
        Some(_) => return Err(Refusal::invalid("sort", "must be timestamp or -timestamp")),
    };
    let action = query.one_of("type", &audited_types())?;
    let text = |name| query.get(name).map(str::to_owned);
    Ok(Wanted {
        since,
        actor: text("userUuid"),
        action: action.map(str::to_owned),
        from: text("from"),
        newest_first,
    })
}

pub(super) async fn show(call: Call, at: At, headers: HeaderMap) -> Result<Response> {
    let wanted = wanted(&at.query)?;
    let types = ["application/hal+json", "application/json", LINES];
    match negotiation::choose(&headers, &types) {
        Some(LINES) => lines(call, wanted).await,
        Some(_) => Ok(page(&call, &at, &wanted).await?.into_response()),
        None => Err(negotiation::refused(&types)),
    }
}

async fn page(call: &Call, at: &At, wanted: &Wanted) -> Result<Hal<AuditEvents>> {
    let page = Page::or_first(&at.query, MOST)?;
    if page.size > MOST {
        return Err(Refusal::invalid("pageSize", format!("must be at most {MOST}")).into());
    }
    let part = AuditPage {
        offset: (page.number - 1).saturating_mul(page.size),
        limit: page.size + 1,
    };
    let mut found = call.app().audit_events(&call.who, wanted, part).await?;
    let mut links = Links::itself(Link::to(call.base.join(&at.path)).titled("Audit log"));
    let size = usize::try_from(page.size).unwrap_or(usize::MAX);
    if found.len() > size
        && let Some(next) = found.pop()
    {
        // The first event of the next page, so that the link stays valid when events are added.
        let mut href = format!(
            "{}?from={}&pageSize={}",
            call.base.to(address::AUDIT, []),
            next.event.uuid,
            page.size
        );
        for (name, value) in at.query.iter().filter(|(name, _)| KEPT.contains(&name.as_str())) {
            href.push('&');
            href.push_str(name);
            href.push('=');
            href.push_str(&crate::domain::segment::encode(value));
        }
        links.add("next", Link::to(href));
    }
    let events = found.into_iter().map(AuditEvent::of);
    Ok(Hal::ok(AuditEvents {
        events: events.collect::<crate::store::Result<_>>()?,
        links,
    }))
}

/// The query parameters that are repeated in the link to the next page.
const KEPT: [&str; 4] = ["since", "userUuid", "type", "sort"];

/// The progress of a streamed response.
struct Sending {
    call: Call,
    wanted: Wanted,
    after: Option<i64>,
}

/// Streams every event, one per line, as it is read.
async fn lines(call: Call, wanted: Wanted) -> Result<Response> {
    // A missing permission is reported before the response begins.
    let first = AuditPage { offset: 0, limit: 1 };
    call.app().audit_events(&call.who, &wanted, first).await?;
    let sending = Sending {
        call,
        wanted,
        after: None,
    };
    let pieces = stream::try_unfold(sending, async |mut sending| {
        let (call, wanted) = (&sending.call, &sending.wanted);
        let found = call
            .app()
            .audit_events_after(&call.who, wanted, sending.after)
            .await;
        let found = found.map_err(|error| std::io::Error::other(error.to_string()))?;
        let Some(last) = found.last() else {
            return Ok::<_, std::io::Error>(None);
        };
        sending.after = Some(last.id);
        let mut text = String::new();
        for stored in found {
            let event = AuditEvent::of(stored).map_err(|error| std::io::Error::other(error.to_string()))?;
            let line = serde_json::to_string(&event).map_err(std::io::Error::other)?;
            text.push_str(&line);
            text.push('\n');
        }
        Ok(Some((Bytes::from(text), sending)))
    });
    let body = Body::from_stream(pieces);
    let response = Response::builder().header(header::CONTENT_TYPE, LINES).body(body);
    response.map_err(|error| Failure::internal(&error))
}
