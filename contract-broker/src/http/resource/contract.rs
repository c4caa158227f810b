//! Contracts: their addresses, their links, and lists of them.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{Link, Linked, Links, List, NamedLink, NumberedLink, Time};
use crate::{
    app::Pair,
    domain::selection::Selection,
    http::{
        address,
        base_url::{BaseUrl, encode},
        page::{Page, PageDocument},
        path::At,
    },
    store::{Listed, contracts::Publication, versions::NamedLine},
};

impl BaseUrl {
    /// Returns the address of a contract.
    pub(crate) fn contract(&self, publication: &Publication) -> String {
        let Publication {
            provider,
            consumer,
            consumer_version,
            ..
        } = publication;
        self.to(address::CONTRACT, [provider, consumer, consumer_version])
    }

    /// Returns the address of a contract's content.
    pub(crate) fn content(&self, publication: &Publication) -> String {
        let Publication {
            provider,
            consumer,
            sha,
            ..
        } = publication;
        self.to(address::CONTENT, [provider, consumer, sha])
    }

    fn pacticipant(&self, name: &str) -> Link {
        Link::to(self.to(address::PACTICIPANT, [name])).named(name)
    }
}

/// Returns a short title of a contract.
pub(crate) fn title(publication: &Publication) -> String {
    let Publication {
        consumer,
        consumer_version,
        provider,
        ..
    } = publication;
    format!("Contract between {consumer} ({consumer_version}) and {provider}")
}

/// The contract as published, with an `_id` for each interaction without one; and, if it is an object, these
/// members.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContractDocument {
    created_at: Time,
    #[serde(rename = "_links")]
    links: Links,
}

impl ContractDocument {
    /// Returns the members of a contract. `token` is the token of the selection that it was fetched with.
    pub(crate) fn of(base: &BaseUrl, publication: &Publication, token: Option<&str>) -> Self {
        Self {
            created_at: Time(publication.created_at),
            links: links_of(base, publication, token),
        }
    }

    /// Returns the contract's text. `open` is its text up to the position of further members.
    pub(crate) fn after(&self, mut open: String) -> serde_json::Result<String> {
        let members = serde_json::to_string(self)?;
        open.push_str(members.strip_prefix('{').unwrap_or_default());
        Ok(open)
    }
}

/// The extended form of a contract: the contract next to its links and the tags of its version.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExtendedContract {
    pub(crate) contract: Box<RawValue>,
    #[serde(flatten)]
    pub(crate) document: ContractDocument,
    #[serde(rename = "_embedded")]
    pub(crate) embedded: ExtendedTags,
}

#[derive(Debug, Serialize)]
pub(crate) struct ExtendedTags {
    tags: Vec<ExtendedTag>,
}

#[derive(Debug, Serialize)]
struct ExtendedTag {
    name: String,
    latest: bool,
}

impl ExtendedTags {
    pub(crate) fn of(tags: Vec<NamedLine>) -> Self {
        let tags = tags.into_iter().map(|tag| ExtendedTag {
            name: tag.name,
            latest: tag.is_newest,
        });
        Self { tags: tags.collect() }
    }
}

/// Returns the links of a contract.
fn links_of(base: &BaseUrl, publication: &Publication, token: Option<&str>) -> Links {
    let Publication {
        consumer,
        consumer_version,
        provider,
        sha,
        ..
    } = publication;
    let pair = [provider.as_str(), consumer];
    let version = [provider.as_str(), consumer, consumer_version];
    let content = [provider.as_str(), consumer, sha];
    let encoded = [&*encode(provider), &*encode(consumer)];
    let titled = |href: String, title: &str| Link::to(href).titled(title);
    let template = |href: String, title: &str| Link::template(href).titled(title);
    let (itself, results) = match token {
        None => (base.contract(publication), base.to(address::RESULTS, content)),
        Some(token) => {
            let selected = [provider.as_str(), consumer, sha, token];
            (
                base.to(address::SELECTED_CONTENT, selected),
                base.to(address::RESULTS_OF_SELECTED, selected),
            )
        }
    };
    let matrix = format!(
        "{}?q[][pacticipant]={}&q[][version]={}&latestby=cvpv",
        base.to(address::MATRIX, []),
        encode(consumer),
        encode(consumer_version)
    );
    let tag = [&*encode(consumer), &*encode(consumer_version), "{tag}"];
    let version_link = |number: &str| {
        Link::to(base.to(address::VERSION, [consumer, number]))
            .titled("Consumer version")
            .named(number)
    };
    let links = Links::itself(Link::to(itself).titled("Contract").named(title(publication)))
        .with("pb:consumer", base.pacticipant(consumer).titled("Consumer"))
        .with("pb:consumer-version", version_link(consumer_version))
        .with("pb:provider", base.pacticipant(provider).titled("Provider"))
        .with(
            "pb:pact-version",
            titled(base.content(publication), "Contract content").named(sha),
        )
        .with(
            "pb:latest-pact-version",
            titled(
                base.to(address::LATEST_CONTRACT, pair),
                "Latest version of this contract",
            ),
        )
        .with(
            "pb:all-pact-versions",
            titled(
                base.to(address::PAIR_VERSIONS, pair),
                "All versions of this contract",
            ),
        )
        .with(
            "pb:latest-untagged-pact-version",
            titled(
                base.to(address::LATEST_CONTRACT_UNTAGGED, pair),
                "Latest version of this contract without a tag",
            ),
        )
        .with(
            "pb:latest-tagged-pact-version",
            template(
                base.template(
                    address::LATEST_CONTRACT_WITH_TAG,
                    [encoded[0], encoded[1], "{tag}"],
                ),
                "Latest version of this contract with a tag",
            ),
        )
        .with(
            "pb:previous-distinct",
            titled(
                base.to(address::PREVIOUS_DISTINCT, version),
                "Previous version of this contract with other content",
            ),
        )
        .with(
            "pb:diff-previous-distinct",
            titled(
                base.to(address::DIFF_PREVIOUS_DISTINCT, version),
                "Difference to the previous content",
            ),
        )
        .with(
            "pb:triggered-webhooks",
            titled(
                base.to(address::TRIGGERED_BY_CONTRACT, version),
                "Webhooks triggered by this contract",
            ),
        )
        .with(
            "pb:diff",
            template(
                base.template(
                    address::DIFF_OF_CONTENTS,
                    [encoded[0], encoded[1], sha, "{pactVersion}"],
                ),
                "Difference to another content",
            ),
        )
        .with(
            "pb:pact-webhooks",
            titled(base.to(address::WEBHOOKS_OF_PAIR, pair), "Webhooks for this pair"),
        )
        .with(
            "pb:consumer-webhooks",
            titled(
                base.to(address::WEBHOOKS_OF_CONSUMER, [consumer]),
                "Webhooks for this consumer",
            ),
        )
        .with(
            "pb:tag-prod-version",
            titled(
                base.to(address::TAG, [consumer, consumer_version, "prod"]),
                "PUT here to tag this version as deployed to production",
            ),
        )
        .with(
            "pb:tag-version",
            template(base.template(address::TAG, tag), "PUT here to tag this version"),
        )
        .with(
            "pb:publish-verification-results",
            titled(results, "Publish verification results"),
        )
        .with(
            "pb:latest-verification-results",
            titled(
                base.to(address::LATEST_RESULT_OF_CONTENT, content),
                "Latest verification result",
            ),
        )
        .with(
            "pb:matrix-for-consumer-version",
            titled(matrix, "Matrix of this consumer version"),
        )
        .curies(base, "pact");
    match token {
        None => links,
        Some(token) => {
            let versions = Selection::decode(token).consumer_versions;
            links.with_all(
                "pb:consumer-versions",
                versions.iter().map(|number| version_link(number)),
            )
        }
    }
}

fn list_links(base: &BaseUrl, found: &[Publication]) -> Vec<Link> {
    let link = |publication: &Publication| {
        Link::to(base.contract(publication))
            .titled(title(publication))
            .named(&publication.consumer)
    };
    found.iter().map(link).collect()
}

fn version_of(base: &BaseUrl, publication: &Publication) -> NumberedLink {
    let Publication {
        consumer,
        consumer_version,
        ..
    } = publication;
    NumberedLink {
        number: consumer_version.clone(),
        links: Links::itself(Link::to(base.to(address::VERSION, [consumer, consumer_version]))),
    }
}

/// The newest contract of each integration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContractList {
    pacts: Vec<LatestContract>,
    #[serde(rename = "_links")]
    links: Links,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageDocument>,
}

/// The newest contract of an integration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LatestContract {
    #[serde(rename = "createdAt")]
    created_at: Time,
    #[serde(rename = "_embedded")]
    embedded: Parties,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Parties {
    consumer: ConsumerOfContract,
    provider: NamedLink,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsumerOfContract {
    name: String,
    #[serde(rename = "_embedded")]
    embedded: VersionOfConsumer,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionOfConsumer {
    version: NumberedLink,
}

impl ContractList {
    pub(crate) fn of(base: &BaseUrl, found: &Listed<Publication>, page: Option<Page>, at: &At) -> Self {
        let mut links = Links::itself(Link::to(base.join(&at.path)))
            .with_both("pb:pacts", "pacts", list_links(base, &found.rows))
            .curies(base, "pacts");
        let page = Page::describe_shown(page, found.total, &mut links, base, at);
        Self {
            pacts: found
                .rows
                .iter()
                .map(|publication| LatestContract::of(base, publication))
                .collect(),
            links,
            page,
        }
    }
}

impl LatestContract {
    fn of(base: &BaseUrl, publication: &Publication) -> Self {
        let Publication {
            consumer, provider, ..
        } = publication;
        let pacticipant = |name: &str| Links::itself(Link::to(base.to(address::PACTICIPANT, [name])));
        let latest = base.to(address::LATEST_CONTRACT, [provider, consumer]);
        // In the order of the original, because its clients are tested with it.
        let itself = [latest, base.contract(publication)].map(Link::to);
        Self {
            created_at: Time(publication.created_at),
            embedded: Parties {
                consumer: ConsumerOfContract {
                    name: consumer.clone(),
                    embedded: VersionOfConsumer {
                        version: version_of(base, publication),
                    },
                    links: pacticipant(consumer),
                },
                provider: NamedLink {
                    name: provider.clone(),
                    links: pacticipant(provider),
                },
            },
            links: Links::default().with_all("self", itself),
        }
    }
}

/// Contracts of a provider, as links.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderContracts {
    #[serde(rename = "_links")]
    links: Links,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageDocument>,
}

impl ProviderContracts {
    pub(crate) fn of(
        base: &BaseUrl,
        provider: &str,
        found: &Listed<Publication>,
        page: Option<Page>,
        at: &At,
    ) -> Self {
        let owner = base.pacticipant(provider).titled("Provider");
        let itself = Link::to(base.join(&at.path)).titled(format!("Contracts of {provider}"));
        let mut links = Links::itself(itself)
            .with("pb:provider", owner.clone())
            .with("provider", owner)
            .with_both("pb:pacts", "pacts", list_links(base, &found.rows))
            .curies(base, "pacts");
        let page = Page::describe_shown(page, found.total, &mut links, base, at);
        Self { links, page }
    }
}

/// A contract of a pair in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContractOfPair {
    created_at: Time,
    #[serde(rename = "_embedded")]
    embedded: VersionOfContract,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionOfContract {
    consumer_version: NumberedLink,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmbeddedContracts {
    pacts: Vec<ContractOfPair>,
}

/// Contracts of a pair, newest first.
pub(crate) type PairContracts = List<EmbeddedContracts>;

impl PairContracts {
    pub(crate) fn of(
        base: &BaseUrl,
        Pair { consumer, provider }: &Pair,
        found: &Listed<Publication>,
        page: Option<Page>,
        at: &At,
    ) -> Self {
        let item = |publication: &Publication| ContractOfPair {
            created_at: Time(publication.created_at),
            embedded: VersionOfContract {
                consumer_version: version_of(base, publication),
            },
            links: Links::itself(
                Link::to(base.contract(publication))
                    .titled(title(publication))
                    .named(&publication.consumer_version),
            ),
        };
        let consumer_link = base.pacticipant(consumer).titled("Consumer");
        let provider_link = base.pacticipant(provider).titled("Provider");
        let itself = Link::to(base.join(&at.path));
        let mut links = Links::itself(itself.titled(format!("Contracts between {consumer} and {provider}")))
            .with("consumer", consumer_link.clone())
            .with("provider", provider_link.clone())
            .with("pb:consumer", consumer_link)
            .with("pb:provider", provider_link)
            .with_both("pb:pact-versions", "pact-versions", list_links(base, &found.rows))
            .curies(base, "pacts");
        let page = Page::describe_shown(page, found.total, &mut links, base, at);
        Self {
            embedded: EmbeddedContracts {
                pacts: found.rows.iter().map(item).collect(),
            },
            links,
            page,
        }
    }
}

/// Returns the response to a deletion, with links to related resources. `remains` is true if the pair still
/// has a contract.
pub(crate) fn after_deletion(base: &BaseUrl, Pair { consumer, provider }: &Pair, remains: bool) -> Linked {
    let mut links = Links::default().with("index", Link::to(base.to(address::INDEX, [])));
    if remains {
        let latest = Link::to(base.to(address::LATEST_CONTRACT, [provider, consumer]));
        links.add(
            "pb:latest-pact-version",
            latest.titled("Latest version of this contract"),
        );
    }
    Linked { links }
}
