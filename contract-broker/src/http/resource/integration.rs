//! Integrations: pairs of consumer and provider.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, Named};
use crate::{
    http::{address, base_url::BaseUrl, page::Page, path::At},
    store::{Listed, integrations::Integration},
};

/// A consumer and a provider with a contract.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IntegrationDocument {
    consumer: Named,
    provider: Named,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Integrations {
    integrations: Vec<IntegrationDocument>,
}

/// Integrations.
pub(crate) type IntegrationList = List<Integrations>;

impl IntegrationDocument {
    fn of(
        base: &BaseUrl,
        Integration {
            consumer, provider, ..
        }: &Integration,
    ) -> Self {
        let pair = |address, title: &str| Link::to(base.to(address, [provider, consumer])).titled(title);
        let group = Link::to(base.to(address::GROUP, [consumer]));
        Self {
            consumer: Named::of(consumer),
            provider: Named::of(provider),
            links: Links::default()
                .with("pb:dashboard", pair(address::DASHBOARD_OF_PAIR, "Dashboard"))
                .with("pb:matrix", pair(address::MATRIX_OF_PAIR, "Matrix"))
                .with("pb:group", group.titled("Network of the consumer"))
                .with(
                    "pb:delete_integration",
                    pair(address::INTEGRATION, "DELETE here to delete the integration"),
                ),
        }
    }
}

impl IntegrationList {
    pub(crate) fn of(base: &BaseUrl, found: &Listed<Integration>, page: Option<Page>, at: &At) -> Self {
        let mut links = Links::itself(Link::to(base.join(&at.path)));
        let page = Page::describe_shown(page, found.total, &mut links, base, at);
        let rows = found.rows.iter();
        Self {
            embedded: Integrations {
                integrations: rows
                    .map(|integration| IntegrationDocument::of(base, integration))
                    .collect(),
            },
            links,
            page,
        }
    }
}
