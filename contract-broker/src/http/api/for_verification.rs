//! Contracts that a provider should verify.

use std::collections::HashSet;

use axum::{Extension, extract::State, response::Response};
use serde_json::{Map, Value, json};

use super::contract_links;
use crate::{
    app::{SelectedContracts, SelectionRequest},
    auth::Principal,
    domain::{
        Refusal,
        pending::{self, Included, Subject},
        selection::Selection,
        text, time,
    },
    http::{
        AppState, base_url::BaseUrl, error::Result, hal, json, member::Members, path::Path, query::Query,
        request_body::Json,
    },
    store::selection::Chosen,
};

/// A question, with what is only said to its client.
#[derive(Debug, Default)]
struct Wish {
    request: SelectionRequest,
    /// Since when work in progress is included, as it was written.
    wip_since: Option<String>,
    /// Told to users of the older form.
    deprecated: bool,
}

pub(crate) async fn post(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(provider): Path<String>,
    body: Json,
) -> Result<Response> {
    let wish = from_body(&body.object()?)?;
    answer(&state, &who, &base, &provider, &wish).await
}

pub(crate) async fn get(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(provider): Path<String>,
    query: Query,
) -> Result<Response> {
    answer(&state, &who, &base, &provider, &from_query(&query)?).await
}

fn from_body(map: &Map<String, Value>) -> Result<Wish, Refusal> {
    let mut members = Members::of(map);
    let selectors = match members.value("consumerVersionSelectors") {
        None => Vec::new(),
        Some(Value::Array(list)) => list.clone(),
        Some(_) => {
            members.fault("consumerVersionSelectors", "must be a list");
            Vec::new()
        }
    };
    let tags = match members.value("providerVersionTags") {
        None => Vec::new(),
        Some(Value::String(tag)) => vec![tag.clone()],
        Some(Value::Array(list)) if list.iter().all(Value::is_string) => {
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(_) => {
            members.fault("providerVersionTags", "must be a list of strings");
            Vec::new()
        }
    };
    let tags = distinct_tags(tags).unwrap_or_else(|fault| {
        members.fault("providerVersionTags", fault);
        Vec::new()
    });
    let pending = members.flag("includePendingStatus");
    let since = members
        .text("includeWipPactsSince", |_| None)
        .filter(|text| !text.is_empty());
    let branch = members.text("providerVersionBranch", |_| None);
    if branch.as_ref().is_some_and(|branch| branch.trim().is_empty())
        && tags.is_empty()
        && (pending == Some(true) || since.is_some())
    {
        members.fault(
            "providerVersionBranch",
            "can't be blank when pending or work in progress contracts are asked for",
        );
    }
    let wip_since = match since {
        None => None,
        Some(text) => {
            if let Some(at) = time::parse(&text) {
                Some((text, at))
            } else {
                members.fault(
                    "includeWipPactsSince",
                    format!("expected a date such as 2026-01-31, got '{text}'"),
                );
                None
            }
        }
    };
    members.finish()?;
    let (wip_since, since) = wip_since.unzip();
    Ok(Wish {
        request: SelectionRequest {
            selectors,
            branch: branch.filter(|branch| !branch.trim().is_empty()),
            tags,
            pending: pending.unwrap_or(true),
            wip_since: since,
        },
        wip_since,
        deprecated: false,
    })
}

/// The most different tags of a provider version: each is looked up for every contract.
const MOST_TAGS: usize = 100;

/// Each tag once.
fn distinct_tags(tags: Vec<String>) -> Result<Vec<String>, String> {
    let mut known = HashSet::new();
    let tags: Vec<String> = tags.into_iter().filter(|tag| known.insert(tag.clone())).collect();
    if tags.len() > MOST_TAGS {
        let given = tags.len();
        return Err(format!(
            "at most {MOST_TAGS} different tags can be given, not {given}"
        ));
    }
    match tags
        .iter()
        .find_map(|tag| text::fault("providerVersionTags", tag))
    {
        Some(fault) => Err(fault),
        None => Ok(tags),
    }
}

fn from_query(query: &Query) -> Result<Wish, Refusal> {
    let truth = |text: Option<&str>| text == Some("true");
    let selectors = query
        .objects("consumer_version_selectors")
        .into_iter()
        .map(|pairs| {
            let mut selector = Map::new();
            for (key, value) in pairs {
                let (key, value) = match key.as_str() {
                    "latest" => ("latest", json!(value == "true")),
                    "fallback_tag" => ("fallbackTag", json!(value)),
                    "tag" => ("tag", json!(value)),
                    "consumer" => ("consumer", json!(value)),
                    _ => continue,
                };
                selector.insert(key.to_owned(), value);
            }
            Value::Object(selector)
        })
        .collect();
    let tags = query.list("provider_version_tags").into_iter().map(str::to_owned);
    let tags =
        distinct_tags(tags.collect()).map_err(|fault| Refusal::invalid("provider_version_tags", fault))?;
    let wip_since = match query.get("include_wip_pacts_since") {
        None => None,
        Some(text) => {
            if let Some(at) = time::parse(text) {
                Some((text.to_owned(), at))
            } else {
                let message = format!("expected a date such as 2026-01-31, got '{text}'");
                return Err(Refusal::invalid("include_wip_pacts_since", message));
            }
        }
    };
    let (wip_since, since) = wip_since.unzip();
    Ok(Wish {
        request: SelectionRequest {
            selectors,
            branch: query.get("provider_version_branch").map(str::to_owned),
            tags,
            pending: truth(query.get("include_pending_status")),
            wip_since: since,
        },
        wip_since,
        deprecated: query.iter().next().is_some(),
    })
}

async fn answer(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    provider: &str,
    wish: &Wish,
) -> Result<Response> {
    let SelectedContracts { subject, chosen, wip } = state.app.select(who, provider, &wish.request).await?;
    let since = wish.wip_since.as_deref();
    let chosen = chosen.iter().map(|one| (&one.chosen, one.pending, None));
    let contracts = chosen.chain(wip.iter().map(|one| (one, Some(true), since)));
    let body = json::object(|body| {
        body.object("_embedded", |embedded| {
            embedded.objects("pacts", contracts, |body, (found, pending, since)| {
                write_one(body, base, wish, &subject, found, pending, since);
            });
        });
        body.links(|links| {
            let itself = base.url(["pacts", "provider", provider, "for-verification"]);
            links.titled("self", itself, "Contracts to be verified");
            links.curies(base, "pacts", &["pb"]);
        });
    });
    Ok(hal::written(body))
}

fn write_one(
    body: &mut json::Object<'_>,
    base: &BaseUrl,
    wish: &Wish,
    subject: &Subject,
    Chosen { publication, reasons }: &Chosen,
    pending: Option<bool>,
    wip_since: Option<&str>,
) {
    let mut versions: Vec<String> = Vec::new();
    let mut short: Vec<String> = Vec::new();
    let (mut known_versions, mut known_texts) = (HashSet::new(), HashSet::new());
    for reason in reasons {
        let version = &reason.consumer_version;
        // The newest version last: it stands for the content when the contract is fetched.
        if *version != publication.consumer_version && known_versions.insert(version) {
            versions.push(version.clone());
        }
        let text = reason.why.short(&publication.consumer);
        if known_texts.insert(text.clone()) {
            short.push(text);
        }
    }
    versions.push(publication.consumer_version.clone());
    let description = short.join(", ");
    let token = Selection {
        consumer_versions: versions,
        selectors: short,
        pending: pending == Some(true),
        wip: wip_since.is_some(),
    }
    .encode();
    let plain_url = contract_links::content_url(base, publication);
    let included = Included {
        consumer: &publication.consumer,
        provider: &publication.provider,
        reasons,
        pending,
        wip_since,
        live: reasons.iter().any(|reason| reason.why.is_live()),
    };
    let mut notices = pending::notices(&included, &plain_url, subject);
    if wish.deprecated {
        notices.push((
            "before_verification",
            "Selecting contracts by query parameters is an older form: POST the selectors as JSON to the same address"
                .to_owned(),
        ));
    }
    body.text("shortDescription", description);
    body.object("verificationProperties", |properties| {
        properties.objects("notices", &notices, |notice, (when, text)| {
            notice.text("when", when);
            notice.text("text", text);
        });
        if let Some(pending) = pending {
            properties.flag("pending", pending);
        }
        if wip_since.is_some() {
            properties.flag("wip", true);
        }
    });
    body.links(|links| {
        let url = contract_links::selected_url(&plain_url, &token);
        links.add("self", url, &[("name", &contract_links::title(publication))]);
    });
}
