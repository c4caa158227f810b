//! The overview: newest contracts, their newest results, and how they stand.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
};

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::{
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
    store::{
        Connection, Listed,
        contracts::Publication,
        dashboard::{self, Outcome},
        integrations::PairIds,
        pacticipants, pages,
        versions::{self, Details},
        webhook_standing::{self, Named, Standing},
    },
};

const OFFERED: &[&str] = &["application/hal+json", "text/plain"];

pub(crate) async fn all(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    query: Query,
) -> Result<Response> {
    let page = Page::or_first(&query, 30)?;
    let mut connection = state.app.store.read().await?;
    let Listed { rows: found, total } = dashboard::newest(&mut connection, Page::slice(Some(page))).await?;
    let items = Items::load(&mut connection, found).await?;
    items.respond(&base, &headers, "/dashboard", Some((page, total, &query)))
}

pub(crate) async fn pair(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer)): Path<(String, String)>,
    query: Query,
) -> Result<Response> {
    let page = Page::of(&query)?;
    let mut connection = state.app.store.read().await?;
    let provider_id = pacticipants::require(&mut connection, &provider).await?.id;
    let consumer_id = pacticipants::require(&mut connection, &consumer).await?.id;
    let slice = Page::slice(page);
    let Listed { rows: found, total } =
        dashboard::newest_of_pair(&mut connection, consumer_id, provider_id, slice).await?;
    let items = Items::load(&mut connection, found).await?;
    let path = base.url(["dashboard", "provider", &provider, "consumer", &consumer]);
    let path = path.strip_prefix(base.as_str()).unwrap_or_default().to_owned();
    let page = Page::shown(page, total).map(|page| (page, total, &query));
    items.respond(&base, &headers, &path, page)
}

/// Contracts with everything that is shown of them.
struct Items {
    contracts: Vec<Publication>,
    outcomes: HashMap<i64, Outcome>,
    /// Pairs that have any result.
    verified: BTreeSet<PairIds>,
    /// How the webhooks of each contract's pair stand, in the order of the contracts.
    webhooks: Vec<Standing>,
    details: HashMap<i64, Details>,
}

impl Items {
    async fn load(connection: &mut Connection, contracts: Vec<Publication>) -> Result<Self> {
        let contents: Vec<i64> = contracts.iter().map(|contract| contract.content_id).collect();
        let outcomes = dashboard::outcomes(connection, &contents).await?;
        let unverified = contracts
            .iter()
            .filter(|contract| !outcomes.contains_key(&contract.content_id))
            .map(|contract| contract.provider_id);
        let verified = pages::ever_verified(connection, unverified).await?;
        let pairs: Vec<webhook_standing::Pair<'_>> = contracts
            .iter()
            .map(|contract| webhook_standing::Pair {
                consumer: Named {
                    id: contract.consumer_id,
                    name: &contract.consumer,
                },
                provider: Named {
                    id: contract.provider_id,
                    name: &contract.provider,
                },
            })
            .collect();
        let webhooks = webhook_standing::of_pairs(connection, &pairs).await?;
        let mut ids: Vec<i64> = contracts
            .iter()
            .map(|contract| contract.consumer_version_id)
            .collect();
        ids.extend(outcomes.values().map(|outcome| outcome.provider_version_id));
        let details = versions::details(connection, &ids).await?;
        Ok(Self {
            contracts,
            outcomes,
            verified,
            webhooks,
            details,
        })
    }

    /// How a contract stands.
    fn status(&self, contract: &Publication) -> &'static str {
        match self.outcomes.get(&contract.content_id) {
            Some(outcome) if outcome.success => "success",
            Some(outcome) if outcome.pending => "failed_pending",
            Some(_) => "failed",
            None if self.verified.contains(&contract.pair()) => "stale",
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
            .contracts
            .iter()
            .zip(&self.webhooks)
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
        let details = self.details.get(&id).unwrap_or(&empty);
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

    fn item(&self, base: &BaseUrl, contract: &Publication, webhooks: &Standing) -> Value {
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
        let outcome = self.outcomes.get(&contract.content_id);
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
        for contract in &self.contracts {
            let by = self
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
