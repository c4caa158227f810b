//! The response to a publication.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, NamedLink};
use crate::{
    domain::{
        Notice,
        notice::Kind,
        publication::{Published, Request},
    },
    http::{address, base_url::BaseUrl},
};

/// The outcome of a publication.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedDocument {
    notices: Vec<Notice>,
    /// The notices in the older form for clients of the original.
    logs: Vec<LogLine>,
    #[serde(rename = "_embedded")]
    embedded: PublishedParts,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogLine {
    level: &'static str,
    message: String,
    deprecation_warning: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedParts {
    pacticipant: NamedLink,
    version: PublishedVersion,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublishedVersion {
    number: String,
    build_url: Option<String>,
    #[serde(rename = "_links")]
    links: Links,
}

impl LogLine {
    fn of(notice: &Notice) -> Self {
        Self {
            level: match notice.kind {
                Kind::Warning => "warn",
                Kind::Debug => "debug",
                Kind::Error => "error",
                Kind::Success | Kind::Info | Kind::Prompt => "info",
            },
            message: notice.text.clone(),
            deprecation_warning: "Replaced by notices",
        }
    }
}

impl PublishedDocument {
    /// Creates the document. `urls` are the addresses of the contracts, in their order.
    pub(crate) fn of(
        base: &BaseUrl,
        request: &Request,
        published: &Published,
        urls: &[String],
        notices: Vec<Notice>,
    ) -> Self {
        let Request {
            consumer,
            version,
            branch,
            tags,
            build_url,
            ..
        } = request;
        let owner = Link::to(base.to(address::PACTICIPANT, [consumer]));
        let version_link = Link::to(base.to(address::VERSION, [consumer, version]))
            .titled("Pacticipant version")
            .named(version);
        let contracts = published.contracts.iter().zip(urls).map(|(contract, url)| {
            let provider = &contract.provider;
            Link::to(url)
                .titled("Contract")
                .named(format!("Contract between {consumer} ({version}) and {provider}"))
        });
        let tags = tags.iter().map(|tag| {
            let href = base.to(address::TAG, [consumer, version, tag]);
            Link::to(href).titled("Tag").named(tag)
        });
        let mut links = Links::default()
            .with(
                "pb:pacticipant",
                owner.clone().titled("Pacticipant").named(consumer),
            )
            .with("pb:pacticipant-version", version_link.clone())
            .with_all("pb:pacticipant-version-tags", tags)
            .with_all("pb:contracts", contracts);
        if let Some(branch) = branch {
            let href = base.to(address::BRANCH_VERSION, [consumer, branch, version]);
            links.add(
                "pb:branch-version",
                Link::to(href).titled("Version on its branch").named(branch),
            );
        }
        Self {
            logs: notices.iter().map(LogLine::of).collect(),
            notices,
            embedded: PublishedParts {
                pacticipant: NamedLink {
                    name: consumer.clone(),
                    links: Links::itself(owner.titled(consumer)),
                },
                version: PublishedVersion {
                    number: version.clone(),
                    build_url: build_url.clone(),
                    links: Links::itself(version_link),
                },
            },
            links,
        }
    }
}

/// A response that only contains notices for the user of the client.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notified {
    pub(crate) notices: Vec<Notice>,
}
