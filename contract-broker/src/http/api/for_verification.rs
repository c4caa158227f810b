//! Contracts that a provider should verify.

use std::collections::{BTreeSet, HashMap, HashSet};

use axum::{extract::State, response::Response};
use serde_json::{Map, Value, json};

use super::contract_links;
use crate::{
    domain::{
        Refusal,
        pending::{self, Included, Subject},
        selection::Selection,
        selector::Selector,
        text, time,
    },
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Failure, Result},
        hal, json,
        member::Members,
        path::Path,
        query::Query,
        request_body::Json,
    },
    store::{
        environments, pacticipants,
        selection::{self, Chosen, Selected},
    },
};

/// What a provider asks for.
#[derive(Debug, Default)]
struct Wish {
    selectors: Vec<Value>,
    branch: Option<String>,
    tags: Vec<String>,
    pending: bool,
    wip_since: Option<(String, i64)>,
    /// Told to users of the older form.
    deprecated: bool,
}

pub(crate) async fn post(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(provider): Path<String>,
    body: Json,
) -> Result<Response> {
    let wish = from_body(&body.object()?)?;
    answer(&state, &base, &provider, &wish).await
}

pub(crate) async fn get(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(provider): Path<String>,
    query: Query,
) -> Result<Response> {
    answer(&state, &base, &provider, &from_query(&query)?).await
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
    Ok(Wish {
        selectors,
        branch: branch.filter(|branch| !branch.trim().is_empty()),
        tags,
        pending: pending.unwrap_or(true),
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
    Ok(Wish {
        selectors,
        branch: query.get("provider_version_branch").map(str::to_owned),
        tags,
        pending: truth(query.get("include_pending_status")),
        wip_since,
        deprecated: query.iter().next().is_some(),
    })
}

async fn answer(state: &AppState, base: &BaseUrl, provider: &str, wish: &Wish) -> Result<Response> {
    let mut connection = state.app.store.read().await?;
    let unknown = || Failure::not_found(format!("No provider with name '{provider}' found"));
    let names_environment = wish
        .selectors
        .iter()
        .any(|selector| selector.get("environment").is_some());
    let environments: BTreeSet<String> = if names_environment {
        environments::list(&mut connection)
            .await?
            .into_iter()
            .map(|found| found.fields.name)
            .collect()
    } else {
        BTreeSet::new()
    };
    let selectors = match Selector::parse_all(&wish.selectors, wish.branch.as_deref(), &environments) {
        Ok(selectors) => selectors,
        // What is wrong with a question about nobody is not said.
        Err(refusal) => {
            let found = pacticipants::find(&mut connection, provider).await?;
            return Err(found.map_or_else(unknown, |_| refusal.into()));
        }
    };
    let subject = match (&wish.branch, wish.tags.is_empty()) {
        (Some(branch), _) => Subject::Branch(branch.clone()),
        (None, false) => Subject::Tags(wish.tags.clone()),
        (None, true) => Subject::Nothing,
    };
    let Selected { provider_id, chosen } = selection::choose(&mut connection, provider, &selectors)
        .await?
        .ok_or_else(unknown)?;
    let facts = if wish.pending {
        let contents: Vec<i64> = chosen
            .iter()
            .map(|chosen| chosen.publication.content_id)
            .collect();
        selection::facts(&mut connection, provider_id, &contents, &subject).await?
    } else {
        HashMap::default()
    };
    let wip = match (&wish.wip_since, wish.pending) {
        (Some((_, since)), true) => {
            selection::work_in_progress(&mut connection, provider_id, *since, &subject, &chosen).await?
        }
        _ => Vec::new(),
    };
    drop(connection);

    let chosen = chosen.iter().map(|found| {
        let live = found.reasons.iter().any(|reason| reason.why.is_live());
        let pending = wish.pending.then(|| {
            !live
                && facts
                    .get(&found.publication.content_id)
                    .is_some_and(pending::is_pending)
        });
        (found, pending, None)
    });
    let since = wish.wip_since.as_ref().map(|(text, _)| text.as_str());
    let contracts = chosen.chain(wip.iter().map(|found| (found, Some(true), since)));
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
