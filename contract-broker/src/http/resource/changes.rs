//! Changes between two versions of a contract.

use contract_core::diff::Diff;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Link, Links, contract::title};
use crate::{
    http::{address, base_url::BaseUrl},
    store::contracts::Publication,
};

/// Changes between two versions of a contract, and the effect of each change on the provider. Numbers keep
/// all their digits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangesDocument {
    #[serde(flatten)]
    #[schema(value_type = DiffDocument, inline)]
    diff: Diff,
    #[serde(rename = "_links")]
    links: Links,
}

impl ChangesDocument {
    /// Returns the links of a comparison. They are created before it, because they take little time and the
    /// comparison may take long.
    pub(crate) fn links(base: &BaseUrl, before: &Publication, after: &Publication) -> Links {
        let Publication {
            provider,
            consumer,
            consumer_version,
            ..
        } = after;
        let names = [
            provider.as_str(),
            consumer,
            consumer_version,
            &before.consumer_version,
        ];
        let own = base.to(address::CHANGES_SINCE_VERSION, names);
        let contract = |publication| Link::to(base.contract(publication)).titled(title(publication));
        Links::itself(Link::to(own).titled("What changed"))
            .with("pb:pact-version", contract(after))
            .with("pb:compared-pact-version", contract(before))
            .curies(base, "pact")
    }

    pub(crate) fn of(diff: Diff, links: Links) -> Self {
        Self { diff, links }
    }
}

/// A comparison as serialised by `contract_core::diff`.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a type of another crate")]
pub(crate) struct DiffDocument {
    /// The worst effect of all changes: neutral, relaxing or breaking. Null if nothing changed.
    #[schema(required)]
    effect: Option<String>,
    unchanged_interactions: usize,
    interactions: Vec<InteractionDocument>,
    /// Number of changed interactions that are not shown.
    interactions_not_shown: Option<usize>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a type of another crate")]
pub(crate) struct InteractionDocument {
    description: String,
    provider_states: Vec<String>,
    #[schema(rename = "type")]
    kind: String,
    /// changed, added or removed.
    status: String,
    effect: String,
    changes: Vec<ChangeDocument>,
    /// Number of changes that are not shown.
    changes_not_shown: Option<usize>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a type of another crate")]
pub(crate) struct ChangeDocument {
    part: String,
    path: String,
    /// added, removed, changed or rule changed.
    change: String,
    effect: String,
    before: Option<Value>,
    after: Option<Value>,
}
