//! Publishing all contracts of a consumer version at once.

use axum::extract::State;
use serde_json::{Value, json};

use crate::{
    domain::publication,
    http::{
        AppState,
        base_url::{BaseUrl, encode},
        error::{Result, notices},
        hal::{Hal, named, titled},
        publishing::{self, Difference},
        request_body::Json,
    },
    store::publish::{NewContract, Publish},
};

pub(crate) async fn publish(State(state): State<AppState>, base: BaseUrl, body: Json) -> Result<Hal> {
    let Json { value, length } = body;
    let mut request = state
        .heavy
        .run_on(length, move || publication::parse(&value))
        .await??;
    let publish = Publish {
        consumer: request.consumer.clone(),
        version: request.version.clone(),
        branch: request.branch.clone(),
        tags: request.tags.clone(),
        build_url: request.build_url.clone(),
        contracts: std::mem::take(&mut request.contracts)
            .into_iter()
            .map(|contract| NewContract {
                provider: contract.provider,
                content: contract.content,
                merge: contract.merge,
                merged: None,
            })
            .collect(),
        allow_modification: state.config.contracts_allow_modification,
        main_candidates: state.config.branches_main_candidates.clone(),
    };
    let mut published = publishing::publish(&state, publish, Difference::Shown).await?;
    state.courier.announce(&mut published).await?;
    let (consumer, version) = (&request.consumer, &request.version);
    let urls: Vec<String> = published
        .contracts
        .iter()
        .map(|contract| {
            let head = [
                "pacts",
                "provider",
                &contract.provider,
                "consumer",
                consumer,
                "version",
                version,
            ];
            base.url(head)
        })
        .collect();
    let texts = publication::notices(&request, &published, &urls);
    let logs: Vec<Value> = texts
        .iter()
        .map(|notice| {
            let level = match notice.kind {
                crate::domain::notice::Kind::Warning => "warn",
                crate::domain::notice::Kind::Debug => "debug",
                crate::domain::notice::Kind::Error => "error",
                _ => "info",
            };
            json!({ "level": level, "message": notice.text, "deprecationWarning": "Replaced by notices" })
        })
        .collect();
    let consumer_url = base.url(["pacticipants", consumer]);
    let version_url = super::versions::url(&base, consumer, version);
    let contracts: Vec<Value> = published
        .contracts
        .iter()
        .zip(&urls)
        .map(|(contract, url)| {
            let title = format!(
                "Contract between {consumer} ({version}) and {}",
                contract.provider
            );
            named(url, "Contract", title)
        })
        .collect();
    let tags: Vec<Value> = request
        .tags
        .iter()
        .map(|tag| named(format!("{version_url}/tags/{}", encode(tag)), "Tag", tag))
        .collect();
    let mut links = json!({
        "pb:pacticipant": named(&consumer_url, "Pacticipant", consumer),
        "pb:pacticipant-version": named(&version_url, "Pacticipant version", version),
        "pb:pacticipant-version-tags": tags,
        "pb:contracts": contracts,
    });
    if let Some(branch) = &request.branch {
        let href = base.url(["pacticipants", consumer, "branches", branch, "versions", version]);
        links["pb:branch-version"] = named(href, "Version on its branch", branch);
    }
    Ok(Hal::ok(json!({
        "notices": notices(&texts),
        "logs": logs,
        "_embedded": {
            "pacticipant": { "name": consumer, "_links": { "self": titled(&consumer_url, consumer) } },
            "version": {
                "number": version,
                "buildUrl": request.build_url,
                "_links": { "self": named(&version_url, "Pacticipant version", version) },
            },
        },
        "_links": links,
    })))
}
