//! Webhooks: reading, writing and trying them out.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    app::{OpenWebhook, TeamChange},
    auth::Access,
    domain::Refusal,
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        member::{Members, any_text},
        page::Page,
        path::{At, Path},
        request_body::Json,
        resource::{Link, Links, WebhookDocument, WebhookList, WebhookTrial},
    },
    store::webhooks::Listener,
    webhook::Definition,
};

pub(super) async fn list(call: Call, at: At) -> Result<Hal<WebhookList>> {
    let stored = call.app().listeners(&call.who).await?;
    listing(&call, stored, &at, "Webhooks")
}

pub(super) async fn list_for_provider(
    call: Call,
    Path(provider): Path<String>,
    at: At,
) -> Result<Hal<WebhookList>> {
    list_for(&call, None, Some(&provider), &at).await
}

pub(super) async fn list_for_consumer(
    call: Call,
    Path(consumer): Path<String>,
    at: At,
) -> Result<Hal<WebhookList>> {
    list_for(&call, Some(&consumer), None, &at).await
}

pub(super) async fn list_for_pair(
    call: Call,
    Path((provider, consumer)): Path<(String, String)>,
    at: At,
) -> Result<Hal<WebhookList>> {
    list_for(&call, Some(&consumer), Some(&provider), &at).await
}

/// The webhooks that are for these two, by name, by label or because they are for everyone.
async fn list_for(
    call: &Call,
    consumer: Option<&str>,
    provider: Option<&str>,
    at: &At,
) -> Result<Hal<WebhookList>> {
    let stored = call.app().listeners_for(&call.who, consumer, provider).await?;
    listing(call, stored, at, "Webhooks for this consumer and provider")
}

fn listing(call: &Call, stored: Vec<Listener>, at: &At, title: &str) -> Result<Hal<WebhookList>> {
    let page = Page::of(&at.query)?;
    Ok(Hal::ok(WebhookList::of(&call.base, stored, page, at, title)))
}

pub(super) async fn show(call: Call, Path(uuid): Path<String>) -> Result<Hal<WebhookDocument>> {
    let webhook = call.app().open_webhook(&call.who, &uuid).await?;
    let team = webhook.team.as_ref().map(|team| team.id);
    let document = WebhookDocument::of(&call.base, &webhook, call.who.access_to_webhooks_of(team));
    Ok(Hal::ok(document))
}

pub(super) async fn create(call: Call, body: Json) -> Result<Hal<WebhookDocument>> {
    create_in(&call, body, None, None).await
}

pub(super) async fn create_for_provider(
    call: Call,
    Path(provider): Path<String>,
    body: Json,
) -> Result<Hal<WebhookDocument>> {
    create_in(&call, body, None, Some(provider)).await
}

pub(super) async fn create_for_consumer(
    call: Call,
    Path(consumer): Path<String>,
    body: Json,
) -> Result<Hal<WebhookDocument>> {
    create_in(&call, body, Some(consumer), None).await
}

pub(super) async fn create_for_pair(
    call: Call,
    Path((provider, consumer)): Path<(String, String)>,
    body: Json,
) -> Result<Hal<WebhookDocument>> {
    create_in(&call, body, Some(consumer), Some(provider)).await
}

/// Creates a webhook; names in the path win over those in the body.
async fn create_in(
    call: &Call,
    body: Json,
    consumer: Option<String>,
    provider: Option<String>,
) -> Result<Hal<WebhookDocument>> {
    let definition = body.object()?;
    let team = team(&definition)?;
    let app = call.app();
    let webhook = app
        .create_webhook(&call.who, definition, team, consumer, provider)
        .await?;
    let twin = app.twin_of(&call.who, &webhook).await?;
    let location = call.base.to(address::WEBHOOK, [&webhook.uuid]);
    let document = WebhookDocument::of(&call.base, &webhook, Access::Write).with_twin(twin);
    Ok(Hal::created(location, document))
}

/// Replaces the webhook, or creates it under that uuid.
pub(super) async fn put(call: Call, Path(uuid): Path<String>, body: Json) -> Result<Hal<WebhookDocument>> {
    let definition = body.object()?;
    let team = team(&definition)?;
    let created = call
        .app()
        .put_webhook(&call.who, &uuid, &definition, team)
        .await?;
    let webhook = call.app().open_webhook(&call.who, &uuid).await?;
    let location = call.base.to(address::WEBHOOK, [&webhook.uuid]);
    // Whoever changes a webhook may write.
    let document = WebhookDocument::of(&call.base, &webhook, Access::Write);
    Ok(Hal::put(created, location, document))
}

/// The team that a webhook is to belong to.
fn team(definition: &Map<String, Value>) -> Result<TeamChange, Refusal> {
    let mut members = Members::of(definition);
    let team = members.text("teamUuid", any_text).filter(|uuid| !uuid.is_empty());
    let change = if members.has("teamUuid") {
        TeamChange::Set(team)
    } else {
        TeamChange::Keep
    };
    members.finish()?;
    Ok(change)
}

pub(super) async fn delete(call: Call, Path(uuid): Path<String>) -> Result<StatusCode> {
    call.app().delete_webhook(&call.who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends the webhook once, with the newest contract that it is for.
pub(super) async fn execute(call: Call, Path(uuid): Path<String>) -> Result<Hal<WebhookTrial>> {
    let OpenWebhook { definition, team, .. } = call.app().open_webhook(&call.who, &uuid).await?;
    let webhook = Link::to(call.base.to(address::WEBHOOK, [&uuid]));
    let again = again(call.base.to(address::EXECUTE, [&uuid]));
    let team = team.map(|team| team.id);
    try_out(&call, &definition, team, again.with("webhook", webhook)).await
}

/// The same with a webhook that is not stored.
pub(super) async fn execute_unsaved(call: Call, body: Json) -> Result<Hal<WebhookTrial>> {
    let definition = call.app().read_webhook(&body.object()?, None)?;
    try_out(
        &call,
        &definition,
        None,
        again(call.base.to(address::EXECUTE_UNSAVED, [])),
    )
    .await
}

fn again(href: String) -> Links {
    let link = Link::to(href).titled("Execute the webhook again");
    Links::default().with("try-again", link)
}

async fn try_out(
    call: &Call,
    definition: &Definition,
    team: Option<i64>,
    links: Links,
) -> Result<Hal<WebhookTrial>> {
    let app = call.app();
    let tried = app
        .try_webhook(&call.who, definition, team, call.base.as_str())
        .await?;
    Ok(Hal::ok(WebhookTrial::of(tried, links)))
}
