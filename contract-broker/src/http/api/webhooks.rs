//! Webhooks: reading, writing and trying them out.

use axum::{Extension, extract::State};
use http::StatusCode;
use serde_json::{Value, json};

use super::super::{
    AppState,
    base_url::BaseUrl,
    error::Result,
    hal::{self, Hal, link, named, titled},
    page::Page,
    path::{At, Path},
    request_body::Json,
};
use crate::{
    app::{OpenWebhook, TriedWebhook},
    auth::{Access, Principal},
    domain::time::iso,
    store::{Listed, webhooks::Listener},
    webhook::{Definition, Outcome, Party},
};

/// `GET /webhooks`
pub(super) async fn list(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    at: At,
) -> Result<Hal> {
    let stored = state.app.listeners(&who).await?;
    listing(&base, stored, &at, "Webhooks")
}

/// `GET /webhooks/provider/{provider}`
pub(super) async fn list_for_provider(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(provider): Path<String>,
    at: At,
) -> Result<Hal> {
    list_for(&state, &who, &base, None, Some(&provider), &at).await
}

/// `GET /webhooks/consumer/{consumer}`
pub(super) async fn list_for_consumer(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(consumer): Path<String>,
    at: At,
) -> Result<Hal> {
    list_for(&state, &who, &base, Some(&consumer), None, &at).await
}

/// `GET /webhooks/provider/{provider}/consumer/{consumer}`, and the same below `/pacts`
pub(super) async fn list_for_pair(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer)): Path<(String, String)>,
    at: At,
) -> Result<Hal> {
    list_for(&state, &who, &base, Some(&consumer), Some(&provider), &at).await
}

/// The webhooks that are for these two, by name, by label or because they are for everyone.
async fn list_for(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    consumer: Option<&str>,
    provider: Option<&str>,
    at: &At,
) -> Result<Hal> {
    let stored = state.app.listeners_for(who, consumer, provider).await?;
    listing(base, stored, at, "Webhooks for this consumer and provider")
}

fn listing(base: &BaseUrl, stored: Vec<Listener>, at: &At, title: &str) -> Result<Hal> {
    let page = Page::of(&at.query)?;
    let Listed { rows: stored, total } = Page::part(page, stored);
    let links: Vec<Value> = stored
        .iter()
        .map(|webhook| {
            named(
                base.url(["webhooks", &webhook.uuid]),
                webhook.title(),
                webhook.title(),
            )
        })
        .collect();
    let own = base.join(&at.path);
    let mut answer = json!({ "_links": {
        "self": titled(&own, title),
        "pb:create": titled(&own, "POST to create a webhook"),
        "pb:webhooks": links,
        "curies": hal::curies(base, "index"),
    } });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, base, &at.path, &at.query);
    }
    Ok(Hal::ok(answer))
}

/// `GET /webhooks/{uuid}`
pub(super) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Hal> {
    let webhook = state.app.open_webhook(&who, &uuid).await?;
    Ok(Hal::ok(body(&base, &webhook, who.access())))
}

/// `POST /webhooks`
pub(super) async fn create(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    body: Json,
) -> Result<Hal> {
    create_in(&state, &who, &base, body, None, None).await
}

/// `POST /webhooks/provider/{provider}`
pub(super) async fn create_for_provider(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(provider): Path<String>,
    body: Json,
) -> Result<Hal> {
    create_in(&state, &who, &base, body, None, Some(provider)).await
}

/// `POST /webhooks/consumer/{consumer}`
pub(super) async fn create_for_consumer(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(consumer): Path<String>,
    body: Json,
) -> Result<Hal> {
    create_in(&state, &who, &base, body, Some(consumer), None).await
}

/// `POST /webhooks/provider/{provider}/consumer/{consumer}`, and the same below `/pacts`
pub(super) async fn create_for_pair(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer)): Path<(String, String)>,
    body: Json,
) -> Result<Hal> {
    create_in(&state, &who, &base, body, Some(consumer), Some(provider)).await
}

/// Creates a webhook; names in the path win over those in the body.
async fn create_in(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    body: Json,
    consumer: Option<String>,
    provider: Option<String>,
) -> Result<Hal> {
    let definition = body.object()?;
    let webhook = state
        .app
        .create_webhook(who, definition, consumer, provider)
        .await?;
    Ok(saved(base, true, &webhook))
}

/// `PUT /webhooks/{uuid}`: replaces the webhook, or creates it under that uuid.
pub(super) async fn put(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
    body: Json,
) -> Result<Hal> {
    let created = state.app.put_webhook(&who, &uuid, &body.object()?).await?;
    let webhook = state.app.open_webhook(&who, &uuid).await?;
    Ok(saved(&base, created, &webhook))
}

/// The answer to a change. Whoever changes a webhook may write.
fn saved(base: &BaseUrl, created: bool, webhook: &OpenWebhook) -> Hal {
    let location = base.url(["webhooks", &webhook.uuid]);
    Hal::put(created, location, body(base, webhook, Access::Write))
}

/// `DELETE /webhooks/{uuid}`
pub(super) async fn delete(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path(uuid): Path<String>,
) -> Result<StatusCode> {
    state.app.delete_webhook(&who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /webhooks/{uuid}/execute`: sends the webhook once, with the newest contract that it is for.
pub(super) async fn execute(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Hal> {
    let OpenWebhook { definition, .. } = state.app.open_webhook(&who, &uuid).await?;
    let links = json!({
        "webhook": link(base.url(["webhooks", &uuid])),
        "try-again": titled(base.url(["webhooks", &uuid, "execute"]), "Execute the webhook again"),
    });
    Ok(Hal::ok(try_out(&state, &who, &base, &definition, links).await?))
}

/// `POST /webhooks/execute`: the same with a webhook that is not stored.
pub(super) async fn execute_unsaved(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    body: Json,
) -> Result<Hal> {
    let definition = state.app.read_webhook(&body.object()?, None)?;
    let links =
        json!({ "try-again": titled(base.url(["webhooks", "execute"]), "Execute the webhook again") });
    Ok(Hal::ok(try_out(&state, &who, &base, &definition, links).await?))
}

async fn try_out(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    definition: &Definition,
    links: Value,
) -> Result<Value> {
    let TriedWebhook {
        request,
        outcome,
        shows_answer,
    } = state.app.try_webhook(who, definition, base.as_str()).await?;
    let mut shown = json!({
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": request.headers,
            "body": request.body,
        },
        "success": outcome.success,
        "logs": outcome.log.text(Access::Write),
        "_links": links,
    });
    answer(&mut shown, &outcome, shows_answer);
    Ok(shown)
}

/// Adds what the receiver said, as far as it may be shown.
fn answer(shown: &mut Value, outcome: &Outcome, open: bool) {
    if let Some(error) = &outcome.error {
        shown["error"] = json!({ "message": error });
    }
    if let Some(answer) = &outcome.answer {
        shown["response"] = json!({ "status": answer.status });
        if open {
            let body = serde_json::from_str(&answer.body).unwrap_or_else(|_| json!(answer.body));
            hal::extend(
                &mut shown["response"],
                json!({ "headers": answer.shown_headers(), "body": body }),
            );
        } else {
            shown["message"] = json!(
                "The answer is not shown, because webhook.allowed_hosts lists no hosts. \
                 Its status is above."
            );
        }
    }
}

fn body(base: &BaseUrl, webhook: &OpenWebhook, access: Access) -> Value {
    let OpenWebhook {
        uuid,
        definition,
        created_at,
        updated_at,
    } = webhook;
    let mut links = json!({
        "self": titled(base.url(["webhooks", uuid]), definition.title()),
        "pb:execute": titled(base.url(["webhooks", uuid, "execute"]), "Test the execution of the webhook with the latest matching contract by sending a POST request to this URL"),
        "pb:triggered-webhooks": titled(base.url(["webhooks", uuid, "triggered-webhooks"]), "What this webhook sent"),
        "pb:webhooks": titled(base.url(["webhooks"]), "All webhooks"),
        "curies": hal::curies(base, "index"),
    });
    for (party, one, many, title) in [
        (
            &definition.scope.consumer,
            "pb:consumer",
            "pb:consumers",
            "Consumer",
        ),
        (
            &definition.scope.provider,
            "pb:provider",
            "pb:providers",
            "Provider",
        ),
    ] {
        match party {
            Party::Any => {}
            Party::Name(name) => links[one] = named(base.url(["pacticipants", name]), title, name.clone()),
            Party::Label(label) => {
                let href = base.url(["pacticipants", "label", label]);
                links[many] = named(href, format!("{title}s by label"), label.clone());
            }
        }
    }
    if let (Party::Name(consumer), Party::Name(provider)) =
        (&definition.scope.consumer, &definition.scope.provider)
    {
        let href = base.url(["pacts", "provider", provider, "consumer", consumer, "webhooks"]);
        links["pb:pact-webhooks"] = titled(
            href,
            format!("All webhooks for the contract between {consumer} and {provider}"),
        );
    }
    let mut body = definition.show(access);
    let updated = (updated_at != created_at).then(|| iso(*updated_at));
    hal::extend(
        &mut body,
        hal::compact(
            json!({ "uuid": uuid, "createdAt": iso(*created_at), "updatedAt": updated, "_links": links }),
        ),
    );
    body
}
