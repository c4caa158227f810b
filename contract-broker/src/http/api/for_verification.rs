//! Contracts that a provider should verify.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::{
    app::{SelectedContracts, SelectionRequest},
    domain::{Refusal, text, time},
    http::{
        call::Call,
        error::Result,
        hal::Hal,
        member::Members,
        path::Path,
        query::Query,
        request_body::Json,
        resource::{ContractForVerification, ContractsForVerification, Inclusion},
    },
};

/// A selection request, with the data that only appears in the response.
#[derive(Debug, Default)]
struct Wish {
    request: SelectionRequest,
    /// Start of work in progress, as sent by the client.
    wip_since: Option<String>,
    /// Whether the request has the deprecated form.
    deprecated: bool,
}

pub(super) async fn post(
    call: Call,
    Path(provider): Path<String>,
    body: Json,
) -> Result<Hal<ContractsForVerification>> {
    let wish = from_body(&body.object()?)?;
    answer(&call, &provider, &wish).await
}

pub(super) async fn get(
    call: Call,
    Path(provider): Path<String>,
    query: Query,
) -> Result<Hal<ContractsForVerification>> {
    answer(&call, &provider, &from_query(&query)?).await
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

/// Maximum number of different tags of a provider version: each is looked up for every contract.
const MOST_TAGS: usize = 100;

/// Returns the distinct tags.
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
    let mut faults = Vec::new();
    let selectors: Vec<Value> = query
        .objects("consumer_version_selectors")
        .into_iter()
        .map(|pairs| {
            let mut selector = Map::new();
            for (key, value) in pairs {
                let (key, value) = match key.as_str() {
                    "latest" => {
                        if !matches!(value.as_str(), "" | "true" | "false") {
                            let name = "consumer_version_selectors[][latest]".to_owned();
                            faults.push((name, "must be true or false".to_owned()));
                        }
                        ("latest", json!(value == "true"))
                    }
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
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
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
            pending: query.truth("include_pending_status")?.unwrap_or_default(),
            wip_since: since,
        },
        wip_since,
        deprecated: query.iter().next().is_some(),
    })
}

async fn answer(call: &Call, provider: &str, wish: &Wish) -> Result<Hal<ContractsForVerification>> {
    let SelectedContracts { subject, chosen, wip } =
        call.app().select(&call.who, provider, &wish.request).await?;
    let deprecated = wish.deprecated;
    let chosen = chosen.iter().map(|one| Inclusion {
        chosen: &one.chosen,
        pending: one.pending,
        wip_since: None,
        deprecated,
    });
    let in_progress = wip.iter().map(|chosen| Inclusion {
        chosen,
        pending: Some(true),
        wip_since: wish.wip_since.as_deref(),
        deprecated,
    });
    let contracts = chosen
        .chain(in_progress)
        .map(|inclusion| ContractForVerification::of(&call.base, &subject, &inclusion))
        .collect();
    Ok(Hal::ok(ContractsForVerification::of(
        &call.base, provider, contracts,
    )))
}
