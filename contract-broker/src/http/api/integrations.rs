//! Integrations: who consumes whom.

use std::fmt::Write as _;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use crate::{
    http::{
        call::Call,
        error::Result,
        hal::Hal,
        negotiation,
        page::Page,
        path::{At, Path},
        resource::IntegrationList,
    },
    store::integrations::Integration,
};

const OFFERED: &[&str] = &["text/vnd.graphviz", "application/hal+json"];

pub(super) async fn list(call: Call, headers: HeaderMap, at: At) -> Result<Response> {
    let media = negotiation::choose(&headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    let page = Page::of(&at.query)?;
    let (search, slice) = (at.query.search()?, Page::slice(page));
    let found = call.app().integrations(&call.who, search, slice).await?;
    Ok(if media == "text/vnd.graphviz" {
        let kind = [(header::CONTENT_TYPE, "text/vnd.graphviz;charset=utf-8")];
        (kind, graph(&found.rows)).into_response()
    } else {
        Hal::ok(IntegrationList::of(&call.base, &found, page, &at)).into_response()
    })
}

/// Those whose consumer or provider belongs to a team.
pub(super) async fn of_team(call: Call, Path(team): Path<String>, at: At) -> Result<Hal<IntegrationList>> {
    let page = Page::of(&at.query)?;
    let found = call.app().integrations_of_team(&call.who, &team).await?;
    let part = Page::part(page, found);
    Ok(Hal::ok(IntegrationList::of(&call.base, &part, page, &at)))
}

/// The integrations in the language of Graphviz.
fn graph(found: &[Integration]) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    let mut text =
        String::from("digraph {\n  ranksep=3\n  ratio=auto\n  overlap=false\n  node [shape=box]\n\n");
    for Integration {
        consumer, provider, ..
    } in found
    {
        let _ = writeln!(text, "  {} -> {}", quoted(consumer), quoted(provider));
    }
    text.push_str("}\n");
    text
}
