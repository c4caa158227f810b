//! Records of deployments and releases.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, NamedLink, NumberedLink, Time};
use crate::{
    http::{
        address::{self, Address},
        base_url::BaseUrl,
        page::Page,
        path::At,
    },
    store::deployments::Deployment,
};

/// The record of a version that is or was deployed to an environment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeployedVersion {
    uuid: String,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    currently_deployed: bool,
    /// The application instance in the environment, if one was named.
    application_instance: Option<String>,
    /// The same as `applicationInstance`, under its older name.
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undeployed_at: Option<Time>,
    #[serde(rename = "_embedded")]
    embedded: RecordedParts,
    #[serde(rename = "_links")]
    links: Links,
}

/// The record of a version that is or was released in an environment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReleasedVersion {
    uuid: String,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    currently_supported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    support_ended_at: Option<Time>,
    #[serde(rename = "_embedded")]
    embedded: RecordedParts,
    #[serde(rename = "_links")]
    links: Links,
}

/// The subject of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordedParts {
    version: NumberedLink,
    pacticipant: NamedLink,
    environment: RecordedEnvironment,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordedEnvironment {
    uuid: String,
    name: String,
    #[serde(rename = "_links")]
    links: Links,
}

impl DeployedVersion {
    pub(crate) fn of(base: &BaseUrl, record: &Deployment) -> Self {
        let instance = (!record.instance.is_empty()).then(|| record.instance.clone());
        Self {
            uuid: record.uuid.clone(),
            created_at: Time(record.created_at),
            updated_at: Time::of_change(record.updated_at, record.created_at),
            currently_deployed: record.ended_at.is_none(),
            target: instance.clone(),
            application_instance: instance,
            undeployed_at: record.ended_at.map(Time),
            embedded: RecordedParts::of(base, record),
            links: links_of(base, address::DEPLOYMENT, record),
        }
    }
}

impl ReleasedVersion {
    pub(crate) fn of(base: &BaseUrl, record: &Deployment) -> Self {
        Self {
            uuid: record.uuid.clone(),
            created_at: Time(record.created_at),
            updated_at: Time::of_change(record.updated_at, record.created_at),
            currently_supported: record.ended_at.is_none(),
            support_ended_at: record.ended_at.map(Time),
            embedded: RecordedParts::of(base, record),
            links: links_of(base, address::RELEASE, record),
        }
    }
}

impl RecordedParts {
    fn of(base: &BaseUrl, record: &Deployment) -> Self {
        let Subjects {
            version,
            pacticipant,
            environment,
        } = Subjects::of(base, record);
        Self {
            version: NumberedLink {
                number: record.version.clone(),
                links: Links::itself(version),
            },
            pacticipant: NamedLink {
                name: record.pacticipant.clone(),
                links: Links::itself(pacticipant),
            },
            environment: RecordedEnvironment {
                uuid: record.environment_uuid.clone(),
                name: record.environment.clone(),
                links: Links::itself(environment),
            },
        }
    }
}

/// The links to the subjects of a record.
struct Subjects {
    version: Link,
    pacticipant: Link,
    environment: Link,
}

impl Subjects {
    fn of(base: &BaseUrl, record: &Deployment) -> Self {
        let version = base.to(address::VERSION, [&record.pacticipant, &record.version]);
        let pacticipant = base.to(address::PACTICIPANT, [&record.pacticipant]);
        let environment = base.to(address::ENVIRONMENT, [&record.environment_uuid]);
        Self {
            version: Link::to(version).titled("Version"),
            pacticipant: Link::to(pacticipant).titled("Pacticipant"),
            environment: Link::to(environment).titled("Environment"),
        }
    }
}

fn links_of(base: &BaseUrl, address: Address<1>, record: &Deployment) -> Links {
    let Subjects {
        version,
        pacticipant,
        environment,
    } = Subjects::of(base, record);
    Links::itself(Link::to(base.to(address, [&record.uuid])).titled("This record"))
        .with("pb:version", version.named(&record.version))
        .with("pb:environment", environment.named(&record.environment))
        .with("pb:pacticipant", pacticipant.named(&record.pacticipant))
        .curies(base, "deployment")
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeployedVersions {
    deployed_versions: Vec<DeployedVersion>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReleasedVersions {
    released_versions: Vec<ReleasedVersion>,
}

/// Records of deployments.
pub(crate) type DeployedVersionList = List<DeployedVersions>;

/// Records of releases.
pub(crate) type ReleasedVersionList = List<ReleasedVersions>;

impl<E> List<E> {
    /// Returns the part of `records` selected by `page`; `embed` creates the documents.
    fn of_records(
        base: &BaseUrl,
        records: Vec<Deployment>,
        page: Option<Page>,
        at: &At,
        title: &str,
        embed: impl FnOnce(&[Deployment]) -> E,
    ) -> Self {
        let part = Page::part(page, records);
        let mut links = Links::itself(Link::to(base.join(&at.path)).titled(title));
        let page = Page::describe_shown(page, part.total, &mut links, base, at);
        Self {
            embedded: embed(&part.rows),
            links,
            page,
        }
    }
}

impl DeployedVersionList {
    /// Returns the part of `records` selected by `page`.
    pub(crate) fn of(
        base: &BaseUrl,
        records: Vec<Deployment>,
        page: Option<Page>,
        at: &At,
        title: &str,
    ) -> Self {
        let show = |record: &Deployment| DeployedVersion::of(base, record);
        Self::of_records(base, records, page, at, title, |records| DeployedVersions {
            deployed_versions: records.iter().map(show).collect(),
        })
    }
}

impl ReleasedVersionList {
    /// Returns the part of `records` selected by `page`.
    pub(crate) fn of(
        base: &BaseUrl,
        records: Vec<Deployment>,
        page: Option<Page>,
        at: &At,
        title: &str,
    ) -> Self {
        let show = |record: &Deployment| ReleasedVersion::of(base, record);
        Self::of_records(base, records, page, at, title, |records| ReleasedVersions {
            released_versions: records.iter().map(show).collect(),
        })
    }
}
