//! What retention would delete, and why the rest stays.

use axum::{Extension, extract::State};
use serde_json::{Map, Value, json};

use crate::{
    auth::Principal,
    domain::{Refusal, time::iso},
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{Hal, link},
        page::Page,
        query::Query,
    },
    store::retention::Judged,
};

/// Judges every version and deletes none. `goes` picks those that would go (`true`) or stay (`false`).
pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    query: Query,
) -> Result<Hal> {
    let wanted = match query.get("goes") {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => {
            let fault = ("goes".to_owned(), "must be true or false".to_owned());
            return Err(Refusal::Invalid(vec![fault]).into());
        }
    };
    let pacticipant = query.get("pacticipant");
    let page = Page::or_first(&query, 100)?;
    let slice = Page::slice(Some(page));
    let shown = slice.offset..slice.offset.saturating_add(slice.limit);
    let mut found = 0;
    let mut versions: Vec<Value> = Vec::new();
    let plan = state
        .app
        .plan_retention(&who, |version| {
            if wanted.is_none_or(|goes| goes == version.goes())
                && pacticipant.is_none_or(|name| name == version.pacticipant)
            {
                if shown.contains(&found) {
                    versions.push(describe(&version, &base));
                }
                found += 1;
            }
        })
        .await?;
    let (rules, summary) = (plan.rules, plan.summary);
    let staying: Map<String, Value> = summary
        .staying
        .iter()
        .map(|(reason, count)| (reason.as_str().to_owned(), json!(count)))
        .collect();
    let mut body = json!({
        "enabled": plan.enabled,
        "rules": {
            "keepDays": rules.days,
            "keepNewest": rules.newest,
            "keepMainBranch": rules.main_branch,
            "keepBranchDays": rules.branch_days,
        },
        "summary": {
            "versions": summary.versions,
            "going": summary.going,
            "staying": staying,
            "staleBranches": summary.branches,
        },
        "versions": versions,
        "_links": { "self": link(base.join("/retention")) },
    });
    page.describe(found, &mut body, &base, "/retention", &query);
    Ok(Hal::ok(body))
}

fn describe(version: &Judged, base: &BaseUrl) -> Value {
    json!({
        "pacticipant": version.pacticipant,
        "number": version.number,
        "createdAt": iso(version.created_at),
        "goes": version.goes(),
        "reasons": version.reasons.iter().map(|reason| reason.as_str()).collect::<Vec<_>>(),
        "_links": {
            "pb:version": link(base.url(["pacticipants", &version.pacticipant, "versions", &version.number])),
        },
    })
}
