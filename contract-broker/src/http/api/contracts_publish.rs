//! Publishing all contracts of a consumer version at once.

use axum::{Extension, extract::State};
use serde_json::{Value, json};

use crate::{
    app::{Difference, PublishRequest},
    auth::Principal,
    domain::publication,
    http::{
        AppState,
        base_url::{BaseUrl, encode},
        error::{Result, notices},
        hal::{Hal, named, titled},
        request_body::Json,
    },
};

pub(crate) async fn publish(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    body: Json,
) -> Result<Hal> {
    let Json { value, length } = body;
    let read = move || publication::parse(&value);
    let mut request = state.app.heavy.run_on(length, read).await??;
    let publish = PublishRequest {
        consumer: request.consumer.clone(),
        version: request.version.clone(),
        branch: request.branch.clone(),
        tags: request.tags.clone(),
        build_url: request.build_url.clone(),
        contracts: std::mem::take(&mut request.contracts),
        difference: Difference::Shown,
    };
    let published = state.app.publish(&who, publish).await?;
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
