//! The overview: newest contracts, their newest results, and how they stand.

use std::fmt::Write as _;

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::{
    app::{Dashboard, Pair},
    auth::Principal,
    domain::time::iso,
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{Hal, link},
        negotiation,
        page::Page,
        path::Path,
        query::Query,
    },
    store::{contracts::Publication, versions::Details, webhook_status::WebhookStatus},
};

const OFFERED: &[&str] = &["application/hal+json", "text/plain"];

pub(crate) async fn all(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    query: Query,
) -> Result<Response> {
    let page = Page::or_first(&query, 30)?;
    let items = Items(state.app.dashboard(&who, Page::slice(Some(page))).await?);
    let total = items.0.total;
    items.respond(&base, &headers, "/dashboard", Some((page, total, &query)))
}

pub(crate) async fn pair(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer)): Path<(String, String)>,
    query: Query,
) -> Result<Response> {
    let page = Page::of(&query)?;
    let pair = Pair { consumer, provider };
    let items = Items(
        state
            .app
            .dashboard_of_pair(&who, &pair, Page::slice(page))
            .await?,
    );
    let (total, Pair { consumer, provider }) = (items.0.total, &pair);
    let path = base.url(["dashboard", "provider", provider, "consumer", consumer]);
    let path = path.strip_prefix(base.as_str()).unwrap_or_default().to_owned();
    let page = Page::shown(page, total).map(|page| (page, total, &query));
    items.respond(&base, &headers, &path, page)
}

/// Contracts as clients read them.
struct Items(Dashboard);

impl Items {
    /// How a contract stands.
    fn status(&self, contract: &Publication) -> &'static str {
        match self.0.outcomes.get(&contract.content_id) {
            Some(outcome) if outcome.success => "success",
            Some(outcome) if outcome.pending => "failed_pending",
            Some(_) => "failed",
            None if self.0.verified.contains(&contract.pair()) => "stale",
            None => "never",
        }
    }

    fn respond(
        &self,
        base: &BaseUrl,
        headers: &HeaderMap,
        path: &str,
        page: Option<(Page, i64, &Query)>,
    ) -> Result<Response> {
        let media = negotiation::choose(headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
        if media == "text/plain" {
            return Ok(([(header::CONTENT_TYPE, "text/plain;charset=utf-8")], self.text()).into_response());
        }
        let items: Vec<Value> = self
            .0
            .contracts
            .iter()
            .zip(&self.0.webhooks)
            .map(|(contract, webhooks)| self.item(base, contract, webhooks))
            .collect();
        let mut body = json!({ "items": items, "_links": { "self": link(base.join(path)) } });
        if let Some((page, total, query)) = page {
            page.describe(total, &mut body, base, path, query);
        }
        Ok(Hal::ok(body).into_response())
    }

    fn version(&self, base: &BaseUrl, name: &str, id: i64, number: &str) -> Value {
        let empty = Details::default();
        let details = self.0.details.get(&id).unwrap_or(&empty);
        let heads: Vec<&String> = details
            .branches
            .iter()
            .filter(|branch| branch.is_newest)
            .map(|branch| &branch.name)
            .collect();
        json!({
            "number": number,
            "branch": details.branches.last().map(|branch| &branch.name),
            "headBranchNames": heads,
            "_links": { "self": link(super::versions::url(base, name, number)) },
        })
    }

    fn tags(&self, base: &BaseUrl, name: &str, id: i64, number: &str) -> Vec<Value> {
        let tags = self
            .0
            .details
            .get(&id)
            .map(|details| details.tags.as_slice())
            .unwrap_or_default();
        tags.iter()
            .map(|tag| {
                let href = base.url(["pacticipants", name, "versions", number, "tags", &tag.name]);
                json!({ "name": tag.name, "latest": tag.is_newest, "_links": { "self": link(href) } })
            })
            .collect()
    }

    fn item(&self, base: &BaseUrl, contract: &Publication, webhooks: &WebhookStatus) -> Value {
        let Publication {
            consumer,
            provider,
            consumer_version,
            consumer_version_id,
            ..
        } = contract;
        let pacticipant = |name: &str, version: Value| {
            json!({
                "name": name,
                "version": version,
                "_links": { "self": link(base.url(["pacticipants", name])) },
            })
        };
        let outcome = self.0.outcomes.get(&contract.content_id);
        let provider_version = outcome.map(|outcome| {
            self.version(
                base,
                provider,
                outcome.provider_version_id,
                &outcome.provider_version,
            )
        });
        let result = outcome.map(|outcome| {
            let number = outcome.number.to_string();
            let href = base.url([
                "pacts",
                "provider",
                provider,
                "consumer",
                consumer,
                "pact-version",
                &contract.sha,
                "verification-results",
                &number,
            ]);
            json!({
                "success": outcome.success,
                "verifiedAt": iso(outcome.verified_at),
                "_links": { "self": link(href) },
            })
        });
        let result_tags = outcome.map(|outcome| {
            self.tags(
                base,
                provider,
                outcome.provider_version_id,
                &outcome.provider_version,
            )
        });
        let webhook_status = base.url([
            "pacts", "provider", provider, "consumer", consumer, "webhooks", "status",
        ]);
        json!({
            "consumer": pacticipant(consumer, self.version(base, consumer, *consumer_version_id, consumer_version)),
            "provider": pacticipant(provider, provider_version.unwrap_or(Value::Null)),
            "pact": {
                "createdAt": iso(contract.created_at),
                "_links": { "self": link(super::contract_links::url(base, contract)) },
            },
            "pactTags": self.tags(base, consumer, *consumer_version_id, consumer_version),
            "latestVerificationResult": result,
            "latestVerificationResultTags": result_tags,
            "verificationStatus": self.status(contract),
            "webhookStatus": webhooks.status.as_str(),
            "latestWebhookExecution": webhooks.last_attempt.map(|at| json!({ "triggeredAt": iso(at) })),
            "_links": { "pb:webhook-status": link(webhook_status) },
        })
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for contract in &self.0.contracts {
            let by = self
                .0
                .outcomes
                .get(&contract.content_id)
                .map_or("-", |outcome| outcome.provider_version.as_str());
            let Publication {
                consumer,
                consumer_version,
                provider,
                ..
            } = contract;
            let _ = writeln!(
                text,
                "{consumer} {consumer_version} -> {provider} {by}: {}",
                self.status(contract)
            );
        }
        text
    }
}
