//! Integrations: who consumes whom.

use std::fmt::Write as _;

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::{
    auth::Principal,
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{Hal, link, titled},
        negotiation,
        page::Page,
        query::Query,
    },
    store::{Listed, integrations::Integration},
};

const OFFERED: &[&str] = &["text/vnd.graphviz", "application/hal+json"];

pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    query: Query,
) -> Result<Response> {
    let media = negotiation::choose(&headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    let page = Page::of(&query)?;
    let Listed { rows: found, total } = state
        .app
        .integrations(&who, query.search()?, Page::slice(page))
        .await?;
    if media == "text/vnd.graphviz" {
        return Ok((
            [(header::CONTENT_TYPE, "text/vnd.graphviz;charset=utf-8")],
            graph(&found),
        )
            .into_response());
    }
    let items: Vec<Value> = found.iter().map(|integration| body(&base, integration)).collect();
    let mut answer = json!({
        "_embedded": { "integrations": items },
        "_links": { "self": link(base.join("/integrations")) },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, &base, "/integrations", &query);
    }
    Ok(Hal::ok(answer).into_response())
}

fn body(
    base: &BaseUrl,
    Integration {
        consumer, provider, ..
    }: &Integration,
) -> Value {
    let pair = |first: &str| {
        base.url([
            first,
            "provider",
            provider.as_str(),
            "consumer",
            consumer.as_str(),
        ])
    };
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "_links": {
            "pb:dashboard": titled(pair("dashboard"), "Dashboard"),
            "pb:matrix": titled(pair("matrix"), "Matrix"),
            "pb:group": titled(base.url(["groups", consumer.as_str()]), "Network of the consumer"),
            "pb:delete_integration": titled(pair("integrations"), "DELETE here to delete the integration"),
        },
    })
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
