//! Pacticipants and their labels.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    app::{Change, ProfileChange},
    domain::{Refusal, name},
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        member::{Members, any_text},
        page::Page,
        path::{At, Path},
        request_body::Json,
        resource::{LabelDocument, LabelList, PacticipantDocument, PacticipantList},
    },
};

pub(super) async fn list(call: Call, at: At) -> Result<Hal<PacticipantList>> {
    listed(&call, None, &at).await
}

pub(super) async fn list_with_label(
    call: Call,
    Path(label): Path<String>,
    at: At,
) -> Result<Hal<PacticipantList>> {
    listed(&call, Some(&label), &at).await
}

async fn listed(call: &Call, label: Option<&str>, at: &At) -> Result<Hal<PacticipantList>> {
    let page = Page::of(&at.query)?;
    let (search, slice) = (at.query.search()?, Page::slice(page));
    let found = call.app().pacticipants(&call.who, search, label, slice).await?;
    Ok(Hal::ok(PacticipantList::of(&call.base, &found, page, at)))
}

pub(super) async fn show(call: Call, Path(name): Path<String>) -> Result<Hal<PacticipantDocument>> {
    Ok(Hal::ok(shown(&call, &name).await?))
}

async fn shown(call: &Call, name: &str) -> Result<PacticipantDocument> {
    let found = call.app().pacticipant(&call.who, name).await?;
    Ok(PacticipantDocument::of(&call.base, &found))
}

/// The fields of a pacticipant in a request.
struct Request {
    name: String,
    change: ProfileChange,
}

impl Request {
    fn read(map: &Map<String, Value>, name_required: bool) -> Result<Self, Refusal> {
        let mut members = Members::of(map);
        let name = if name_required {
            members.required_text("name", name::fault)
        } else {
            members.text("name", name::fault).unwrap_or_default()
        };
        let mut change = |key: &str, fault: fn(&str) -> Option<&'static str>| {
            if members.has(key) {
                Change::ContractSet(members.text(key, fault))
            } else {
                Change::Keep
            }
        };
        let change = ProfileChange {
            display_name: change("displayName", any_text),
            repository_url: change("repositoryUrl", any_text),
            repository_name: change("repositoryName", any_text),
            repository_namespace: change("repositoryNamespace", any_text),
            main_branch: change("mainBranch", name::fault_without_spaces),
        };
        members.finish()?;
        Ok(Self { name, change })
    }
}

fn url(call: &Call, name: &str) -> String {
    call.base.to(address::PACTICIPANT, [name])
}

pub(super) async fn create(call: Call, body: Json) -> Result<Hal<PacticipantDocument>> {
    let Request { name, change } = Request::read(&body.object()?, true)?;
    call.app()
        .create_pacticipant(&call.who, name.clone(), change)
        .await?;
    let document = shown(&call, &name).await?;
    Ok(Hal::created(url(&call, &name), document))
}

pub(super) async fn replace(
    call: Call,
    Path(name): Path<String>,
    body: Json,
) -> Result<Hal<PacticipantDocument>> {
    let Request { change, .. } = Request::read(&body.object()?, false)?;
    call.app()
        .replace_pacticipant(&call.who, name.clone(), change)
        .await?;
    Ok(Hal::ok(shown(&call, &name).await?))
}

pub(super) async fn patch(
    call: Call,
    Path(name): Path<String>,
    body: Json,
) -> Result<Hal<PacticipantDocument>> {
    let Request { change, .. } = Request::read(&body.object()?, false)?;
    let created = call
        .app()
        .change_pacticipant(&call.who, name.clone(), change)
        .await?;
    let document = shown(&call, &name).await?;
    Ok(Hal::put(created, url(&call, &name), document))
}

pub(super) async fn labels(call: Call, at: At) -> Result<Hal<LabelList>> {
    let page = Page::of(&at.query)?;
    let found = call.app().labels(&call.who, Page::slice(page)).await?;
    Ok(Hal::ok(LabelList::of(&call.base, &found, page, &at)))
}

async fn label_shown(call: &Call, pacticipant: &str, label: &str) -> Result<LabelDocument> {
    let found = call.app().label(&call.who, pacticipant, label).await?;
    Ok(LabelDocument::of(
        &call.base,
        pacticipant,
        label,
        found.created_at,
    ))
}

pub(super) async fn show_label(
    call: Call,
    Path((pacticipant, label)): Path<(String, String)>,
) -> Result<Hal<LabelDocument>> {
    Ok(Hal::ok(label_shown(&call, &pacticipant, &label).await?))
}

pub(super) async fn put_label(
    call: Call,
    Path((pacticipant, label)): Path<(String, String)>,
) -> Result<Hal<LabelDocument>> {
    let names = (pacticipant.clone(), label.clone());
    let created = call.app().add_label(&call.who, names.0, names.1).await?;
    let document = label_shown(&call, &pacticipant, &label).await?;
    let href = call.base.to(address::LABEL, [&pacticipant, &label]);
    Ok(Hal::put(created, href, document))
}

pub(super) async fn delete_label(
    call: Call,
    Path((pacticipant, label)): Path<(String, String)>,
) -> Result<StatusCode> {
    call.app().remove_label(&call.who, pacticipant, label).await?;
    Ok(StatusCode::NO_CONTENT)
}
