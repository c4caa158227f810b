//! Branches and the versions on them.

use crate::http::{
    address,
    call::Call,
    error::Result,
    hal::Hal,
    page::Page,
    path::{At, Path},
    resource::{BranchDocument, BranchList, BranchVersionDocument},
};

pub(super) async fn list(call: Call, Path(pacticipant): Path<String>, at: At) -> Result<Hal<BranchList>> {
    let page = Page::or_first(&at.query, 100)?;
    let slice = Page::slice(Some(page));
    let search = at.query.search()?;
    let found = call
        .app()
        .branches(&call.who, &pacticipant, search, slice)
        .await?;
    Ok(Hal::ok(BranchList::of(
        &call.base,
        &pacticipant,
        &found,
        page,
        &at,
    )))
}

pub(super) async fn show(
    call: Call,
    Path((pacticipant, name)): Path<(String, String)>,
) -> Result<Hal<BranchDocument>> {
    let branch = call.app().branch(&call.who, &pacticipant, &name).await?;
    Ok(Hal::ok(BranchDocument::of(&call.base, &pacticipant, &branch)))
}

/// Pacticipant, branch, version number.
type Names = (String, String, String);

pub(super) async fn show_version(call: Call, Path(names): Path<Names>) -> Result<Hal<BranchVersionDocument>> {
    Ok(Hal::ok(shown(&call, &names).await?))
}

pub(super) async fn put_version(call: Call, Path(names): Path<Names>) -> Result<Hal<BranchVersionDocument>> {
    let (pacticipant, branch, number) = names.clone();
    let created = call
        .app()
        .put_on_branch(&call.who, pacticipant, branch, number)
        .await?;
    let document = shown(&call, &names).await?;
    let href = call
        .base
        .to(address::BRANCH_VERSION, [&names.0, &names.1, &names.2]);
    Ok(Hal::put(created, href, document))
}

async fn shown(call: &Call, (pacticipant, branch, number): &Names) -> Result<BranchVersionDocument> {
    let app = call.app();
    let member = app.branch_version(&call.who, pacticipant, branch, number).await?;
    let names = [pacticipant.as_str(), branch, number];
    Ok(BranchVersionDocument::of(&call.base, names, member.created_at))
}
