//! Tags of versions.

use crate::http::{address, call::Call, error::Result, hal::Hal, path::Path, resource::TagDocument};

/// Pacticipant, version number, tag.
type Names = (String, String, String);

pub(super) async fn show(call: Call, Path(names): Path<Names>) -> Result<Hal<TagDocument>> {
    Ok(Hal::ok(shown(&call, &names).await?))
}

pub(super) async fn put(call: Call, Path(names): Path<Names>) -> Result<Hal<TagDocument>> {
    let (pacticipant, number, tag) = names.clone();
    let created = call.app().add_tag(&call.who, pacticipant, number, tag).await?;
    let document = shown(&call, &names).await?;
    let href = call.base.to(address::TAG, [&names.0, &names.1, &names.2]);
    Ok(Hal::put(created, href, document))
}

async fn shown(call: &Call, (pacticipant, number, tag): &Names) -> Result<TagDocument> {
    let tagged = call.app().tag(&call.who, pacticipant, number, tag).await?;
    let names = [pacticipant.as_str(), number, tag];
    Ok(TagDocument::of(&call.base, names, tagged.created_at))
}
