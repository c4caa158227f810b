//! Tags of versions.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, Time};
use crate::http::{address, base_url::BaseUrl};

/// A tag of a version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagDocument {
    name: String,
    created_at: Time,
    #[serde(rename = "_links")]
    links: Links,
}

impl TagDocument {
    pub(crate) fn of(base: &BaseUrl, [pacticipant, number, tag]: [&str; 3], created_at: i64) -> Self {
        let version = Link::to(base.to(address::VERSION, [pacticipant, number]));
        let owner = Link::to(base.to(address::PACTICIPANT, [pacticipant]));
        Self {
            name: tag.to_owned(),
            created_at: Time(created_at),
            links: Links::itself(Link::to(base.to(address::TAG, [pacticipant, number, tag])))
                .with("version", version.titled("Version").named(number))
                .with("pacticipant", owner.titled("Pacticipant").named(pacticipant)),
        }
    }
}
