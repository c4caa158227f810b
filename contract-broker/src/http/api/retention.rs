//! What retention would delete, and why the other versions are kept.

use crate::http::{
    call::Call,
    error::Result,
    hal::Hal,
    page::Page,
    path::At,
    resource::{JudgedVersion, RetentionDocument},
};

/// Judges every version without deleting any. `goes` selects those that would be deleted (`true`) or kept
/// (`false`).
pub(super) async fn show(call: Call, at: At) -> Result<Hal<RetentionDocument>> {
    let wanted = at.query.truth("goes")?;
    let pacticipant = at.query.get("pacticipant");
    let page = Page::or_first(&at.query, 100)?;
    let slice = Page::slice(Some(page));
    let shown = slice.offset..slice.offset.saturating_add(slice.limit);
    let mut found = 0;
    let mut versions = Vec::new();
    let plan = call
        .app()
        .plan_retention(&call.who, |version| {
            if wanted.is_none_or(|goes| goes == version.goes())
                && pacticipant.is_none_or(|name| name == version.pacticipant)
            {
                if shown.contains(&found) {
                    versions.push(JudgedVersion::of(&call.base, &version));
                }
                found += 1;
            }
        })
        .await?;
    let document = RetentionDocument::of(&call.base, &plan, versions, found, page, &at);
    Ok(Hal::ok(document))
}
