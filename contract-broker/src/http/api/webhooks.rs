//! Webhooks: reading, writing and trying them out.

use axum::{Extension, extract::State};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::{
    AppState,
    base_url::BaseUrl,
    error::{Failure, Result},
    hal::{self, Hal, link, named, titled},
    page::Page,
    path::{At, Path},
    request_body::Json,
};
use crate::{
    auth::{Access, Principal},
    domain::{
        Refusal,
        time::{iso, now},
    },
    store::{
        self, Listed, event_facts,
        webhooks::{self, Listener, Webhook},
    },
    webhook::{Definition, Facts, Outcome, Party},
};

/// `GET /webhooks`
pub(super) async fn list(State(state): State<AppState>, base: BaseUrl, at: At) -> Result<Hal> {
    let stored = webhooks::listeners(&mut *state.app.store.read().await?).await?;
    listing(&base, stored, &at, "Webhooks")
}

/// `GET /webhooks/provider/{provider}`
pub(super) async fn list_for_provider(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(provider): Path<String>,
    at: At,
) -> Result<Hal> {
    list_for(&state, &base, None, Some(&provider), &at).await
}

/// `GET /webhooks/consumer/{consumer}`
pub(super) async fn list_for_consumer(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(consumer): Path<String>,
    at: At,
) -> Result<Hal> {
    list_for(&state, &base, Some(&consumer), None, &at).await
}

/// `GET /webhooks/provider/{provider}/consumer/{consumer}`, and the same below `/pacts`
pub(super) async fn list_for_pair(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer)): Path<(String, String)>,
    at: At,
) -> Result<Hal> {
    list_for(&state, &base, Some(&consumer), Some(&provider), &at).await
}

/// The webhooks that are for these two, by name, by label or because they are for everyone.
async fn list_for(
    state: &AppState,
    base: &BaseUrl,
    consumer: Option<&str>,
    provider: Option<&str>,
    at: &At,
) -> Result<Hal> {
    let mut connection = state.app.store.read().await?;
    let mut stored = webhooks::listeners(&mut connection).await?;
    let mut narrow = async |name: Option<&str>, of: fn(&Listener) -> &Party| -> store::Result<()> {
        if let Some(name) = name {
            let labels = webhooks::labels(&mut connection, name).await?;
            stored.retain(|webhook| of(webhook).covers(name, &labels));
        }
        Ok(())
    };
    narrow(consumer, |webhook| &webhook.scope.consumer).await?;
    narrow(provider, |webhook| &webhook.scope.provider).await?;
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
    let webhook = find(&state, &uuid).await?.ok_or_else(|| missing(&uuid))?;
    Ok(Hal::ok(body(&state, &base, webhook, who.access())?))
}

/// `POST /webhooks`
pub(super) async fn create(State(state): State<AppState>, base: BaseUrl, body: Json) -> Result<Hal> {
    create_in(&state, &base, body, None, None).await
}

/// `POST /webhooks/provider/{provider}`
pub(super) async fn create_for_provider(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(provider): Path<String>,
    body: Json,
) -> Result<Hal> {
    create_in(&state, &base, body, None, Some(provider)).await
}

/// `POST /webhooks/consumer/{consumer}`
pub(super) async fn create_for_consumer(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(consumer): Path<String>,
    body: Json,
) -> Result<Hal> {
    create_in(&state, &base, body, Some(consumer), None).await
}

/// `POST /webhooks/provider/{provider}/consumer/{consumer}`, and the same below `/pacts`
pub(super) async fn create_for_pair(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer)): Path<(String, String)>,
    body: Json,
) -> Result<Hal> {
    create_in(&state, &base, body, Some(consumer), Some(provider)).await
}

/// Creates a webhook; names in the path win over those in the body.
async fn create_in(
    state: &AppState,
    base: &BaseUrl,
    body: Json,
    consumer: Option<String>,
    provider: Option<String>,
) -> Result<Hal> {
    let mut body = body.object()?;
    for (side, name) in [("consumer", consumer), ("provider", provider)] {
        if let Some(name) = name {
            webhooks::labels(&mut *state.app.store.read().await?, &name).await?;
            body.insert(side.to_owned(), json!({ "name": name }));
        }
    }
    let uuid = uuid::Uuid::new_v4().to_string();
    save(state, base, uuid, &body, None).await
}

/// `PUT /webhooks/{uuid}`: replaces the webhook, or creates it under that uuid.
pub(super) async fn put(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(uuid): Path<String>,
    body: Json,
) -> Result<Hal> {
    let fine = (16..=255).contains(&uuid.len())
        && uuid
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if !fine {
        let rule = "can only contain the characters A-Z, a-z, 0-9, _ and -, and must be 16 or more characters \
                    (at most 255)";
        return Err(Refusal::invalid("uuid", rule).into());
    }
    let stored = match find(&state, &uuid).await? {
        // A webhook whose request cannot be decrypted any more can still be replaced.
        Some(webhook) => state.app.courier.open(webhook).ok(),
        None => None,
    };
    save(&state, &base, uuid, &body.object()?, stored.as_ref()).await
}

async fn save(
    state: &AppState,
    base: &BaseUrl,
    uuid: String,
    sent: &Map<String, Value>,
    stored: Option<&Definition>,
) -> Result<Hal> {
    let definition = parse(state, sent, stored)?;
    let sealed = state
        .app
        .courier
        .seal(&uuid, &definition.request)
        .map_err(|problem| no_key(&problem))?;
    let now = now();
    let webhook = Webhook {
        uuid: uuid.clone(),
        description: definition.description,
        scope: definition.scope,
        sealed,
        created_at: now,
        updated_at: now,
    };
    let created = state
        .app
        .store
        .write(webhook, |connection, webhook| {
            Box::pin(webhooks::save(connection, webhook))
        })
        .await?;
    let saved = find(state, &uuid).await?.ok_or_else(|| missing(&uuid))?;
    let location = base.url(["webhooks", &uuid]);
    // Whoever changes a webhook may write.
    Ok(Hal::put(
        created,
        location,
        body(state, base, saved, Access::Write)?,
    ))
}

/// `DELETE /webhooks/{uuid}`
pub(super) async fn delete(State(state): State<AppState>, Path(uuid): Path<String>) -> Result<StatusCode> {
    let deleted = state
        .app
        .store
        .write(uuid.clone(), |connection, uuid| {
            Box::pin(webhooks::delete(connection, uuid))
        })
        .await?;
    if deleted {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(missing(&uuid))
    }
}

/// `POST /webhooks/{uuid}/execute`: sends the webhook once, with the newest contract that it is for.
pub(super) async fn execute(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Hal> {
    let webhook = find(&state, &uuid).await?.ok_or_else(|| missing(&uuid))?;
    let definition = state
        .app
        .courier
        .open(webhook)
        .map_err(|problem| no_key(&problem))?;
    let links = json!({
        "webhook": link(base.url(["webhooks", &uuid])),
        "try-again": titled(base.url(["webhooks", &uuid, "execute"]), "Execute the webhook again"),
    });
    Ok(Hal::ok(try_out(&state, &base, &definition, links).await?))
}

/// `POST /webhooks/execute`: the same with a webhook that is not stored.
pub(super) async fn execute_unsaved(State(state): State<AppState>, base: BaseUrl, body: Json) -> Result<Hal> {
    let definition = parse(&state, &body.object()?, None)?;
    let links =
        json!({ "try-again": titled(base.url(["webhooks", "execute"]), "Execute the webhook again") });
    Ok(Hal::ok(try_out(&state, &base, &definition, links).await?))
}

async fn try_out(state: &AppState, base: &BaseUrl, definition: &Definition, links: Value) -> Result<Value> {
    let name = |party: &Party| match party {
        Party::Name(name) => Some(name.clone()),
        Party::Any | Party::Label(_) => None,
    };
    let (consumer, provider) = (name(&definition.scope.consumer), name(&definition.scope.provider));
    let mut connection = state.app.store.read().await?;
    let newest = event_facts::newest(&mut connection, consumer.as_deref(), provider.as_deref()).await?;
    let facts = match newest {
        Some(event) => event_facts::facts(&mut connection, &[event])
            .await?
            .pop()
            .flatten(),
        None => None,
    };
    drop(connection);
    let placeholder = || Facts {
        consumer: consumer.unwrap_or_else(|| "placeholder-consumer".to_owned()),
        provider: provider.unwrap_or_else(|| "placeholder-provider".to_owned()),
        ..Facts::placeholder()
    };
    let values = facts.unwrap_or_else(placeholder).values(base.as_str());
    let outgoing = definition.request.render(&values);
    let id = uuid::Uuid::new_v4().to_string();
    let outcome = state
        .app
        .courier
        .sender()
        .send(&outgoing, &id, now() / 1_000_000)
        .await;
    let request = outgoing.shown;
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
    answer(
        &mut shown,
        &outcome,
        state.app.courier.sender().guard().lists_hosts(),
    );
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

fn parse(state: &AppState, body: &Map<String, Value>, stored: Option<&Definition>) -> Result<Definition> {
    Definition::parse(body, stored, state.app.courier.sender().guard())
        .map_err(|faults| Refusal::Invalid(faults).into())
}

async fn find(state: &AppState, uuid: &str) -> Result<Option<Webhook>> {
    Ok(webhooks::find(&mut *state.app.store.read().await?, uuid).await?)
}

pub(super) fn missing(uuid: &str) -> Failure {
    Failure::not_found(format!("No webhook with uuid '{uuid}' found"))
}

fn no_key(problem: &str) -> Failure {
    Failure::Status(
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("the webhook's request cannot be kept or read: {problem}"),
    )
}

fn body(state: &AppState, base: &BaseUrl, webhook: Webhook, access: Access) -> Result<Value> {
    let (uuid, created_at, updated_at) = (webhook.uuid.clone(), webhook.created_at, webhook.updated_at);
    let definition = state
        .app
        .courier
        .open(webhook)
        .map_err(|problem| no_key(&problem))?;
    let mut links = json!({
        "self": titled(base.url(["webhooks", &uuid]), definition.title()),
        "pb:execute": titled(base.url(["webhooks", &uuid, "execute"]), "Test the execution of the webhook with the latest matching contract by sending a POST request to this URL"),
        "pb:triggered-webhooks": titled(base.url(["webhooks", &uuid, "triggered-webhooks"]), "What this webhook sent"),
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
    let updated = (updated_at != created_at).then(|| iso(updated_at));
    hal::extend(
        &mut body,
        hal::compact(
            json!({ "uuid": uuid, "createdAt": iso(created_at), "updatedAt": updated, "_links": links }),
        ),
    );
    Ok(body)
}
