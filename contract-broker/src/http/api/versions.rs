//! Versions of pacticipants.

use serde_json::Value;

use crate::{
    app::{VersionChange, VersionFilter},
    domain::name,
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        member::{Members, any_text},
        page::Page,
        path::{At, Path},
        request_body::Json,
        resource::{VersionDocument, VersionList},
    },
};

/// Pacticipant, and the name of its branch, tag or version.
type Names = (String, String);

pub(super) async fn list(call: Call, Path(pacticipant): Path<String>, at: At) -> Result<Hal<VersionList>> {
    listed(&call, &pacticipant, VersionFilter::All, &at).await
}

pub(super) async fn list_on_branch(
    call: Call,
    Path((pacticipant, branch)): Path<Names>,
    at: At,
) -> Result<Hal<VersionList>> {
    listed(&call, &pacticipant, VersionFilter::OnBranch(branch), &at).await
}

pub(super) async fn list_with_tag(
    call: Call,
    Path((pacticipant, tag)): Path<Names>,
    at: At,
) -> Result<Hal<VersionList>> {
    listed(&call, &pacticipant, VersionFilter::WithTag(tag), &at).await
}

pub(super) async fn list_in_environment(
    call: Call,
    Path((pacticipant, uuid)): Path<Names>,
    at: At,
) -> Result<Hal<VersionList>> {
    listed(&call, &pacticipant, VersionFilter::InEnvironment(uuid), &at).await
}

async fn listed(call: &Call, pacticipant: &str, filter: VersionFilter, at: &At) -> Result<Hal<VersionList>> {
    let page = Page::of(&at.query)?;
    let slice = Page::slice(page);
    let found = call
        .app()
        .versions(&call.who, pacticipant, &filter, slice)
        .await?;
    Ok(Hal::ok(VersionList::of(&call.base, pacticipant, found, page, at)))
}

pub(super) async fn show(
    call: Call,
    Path((pacticipant, number)): Path<Names>,
) -> Result<Hal<VersionDocument>> {
    let found = call.app().version(&call.who, &pacticipant, &number).await?;
    Ok(Hal::ok(VersionDocument::of(&call.base, &pacticipant, &found)))
}

pub(super) async fn latest(call: Call, Path(pacticipant): Path<String>) -> Result<Hal<VersionDocument>> {
    newest(&call, &pacticipant, VersionFilter::All).await
}

pub(super) async fn latest_with_tag(
    call: Call,
    Path((pacticipant, tag)): Path<Names>,
) -> Result<Hal<VersionDocument>> {
    newest(&call, &pacticipant, VersionFilter::WithTag(tag)).await
}

pub(super) async fn latest_on_branch(
    call: Call,
    Path((pacticipant, branch)): Path<Names>,
) -> Result<Hal<VersionDocument>> {
    newest(&call, &pacticipant, VersionFilter::OnBranch(branch)).await
}

async fn newest(call: &Call, pacticipant: &str, filter: VersionFilter) -> Result<Hal<VersionDocument>> {
    let found = call.app().newest_version(&call.who, pacticipant, &filter).await?;
    Ok(Hal::ok(VersionDocument::of(&call.base, pacticipant, &found)))
}

/// Maximum number of tags per request.
const MOST_TAGS: usize = 1000;

pub(super) async fn put(call: Call, Path(names): Path<Names>, body: Json) -> Result<Hal<VersionDocument>> {
    change(&call, names, body, true).await
}

pub(super) async fn patch(call: Call, Path(names): Path<Names>, body: Json) -> Result<Hal<VersionDocument>> {
    change(&call, names, body, false).await
}

async fn change(
    call: &Call,
    (pacticipant, number): Names,
    body: Json,
    replace: bool,
) -> Result<Hal<VersionDocument>> {
    let map = body.object()?;
    let mut members = Members::of(&map);
    let build_url = members.text("buildUrl", any_text);
    let mut tags = Vec::new();
    let given = members.value("tags").and_then(Value::as_array);
    if given.is_some_and(|list| list.len() > MOST_TAGS) {
        members.fault("tags", format!("at most {MOST_TAGS} tags can be given"));
    }
    for tag in given.into_iter().flatten().take(MOST_TAGS) {
        match tag
            .get("name")
            .and_then(Value::as_str)
            .filter(|name| name::fault(name).is_none())
        {
            Some(name) => tags.push(name.to_owned()),
            None => members.fault("tags", "must be a list of objects with a name"),
        }
    }
    members.finish()?;
    let change = VersionChange {
        pacticipant: pacticipant.clone(),
        number: number.clone(),
        build_url,
        replace,
        tags,
    };
    let created = call.app().change_version(&call.who, change).await?;
    let found = call.app().version(&call.who, &pacticipant, &number).await?;
    let location = call.base.to(address::VERSION, [&pacticipant, &number]);
    let document = VersionDocument::of(&call.base, &pacticipant, &found);
    Ok(Hal::put(created, location, document))
}
