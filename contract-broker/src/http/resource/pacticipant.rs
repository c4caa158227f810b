//! Pacticipants and their labels.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, Named, NamedLink, NumberedLink, Time};
use crate::{
    app::{PacticipantDetails, Pacticipants},
    domain::name,
    http::{
        address,
        base_url::{BaseUrl, encode},
        page::{Page, PageDocument},
        path::At,
    },
    store::{
        Listed,
        pacticipants::{Label, Pacticipant},
        versions::Version,
    },
};

/// An application that is a consumer, a provider or both.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PacticipantDocument {
    name: String,
    display_name: String,
    /// Only in the older list of pacticipants: says that there is a newer one.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_branch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository_namespace: Option<String>,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    #[serde(rename = "_embedded")]
    embedded: PacticipantParts,
    #[serde(rename = "_links")]
    links: Links,
}

/// Resources that belong to a pacticipant.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PacticipantParts {
    labels: Vec<NamedLink>,
    #[serde(rename = "latestVersion", skip_serializing_if = "Option::is_none")]
    latest_version: Option<NumberedLink>,
    /// The latest version, under its older name.
    #[serde(rename = "latest-version", skip_serializing_if = "Option::is_none")]
    older_latest_version: Option<NumberedLink>,
}

impl PacticipantDocument {
    /// Returns the pacticipant with the environments that its versions are or were in.
    pub(crate) fn of(base: &BaseUrl, found: &PacticipantDetails) -> Self {
        let mut document = Self::listed(base, &found.pacticipant, &found.labels, found.newest.as_ref());
        let environments = found.environments.iter().map(|environment| {
            Link::to(base.to(address::ENVIRONMENT, [&environment.uuid]))
                .titled("Environment")
                .named(&environment.display_name)
                .currently_deployed(environment.current)
        });
        document.links = document.links.with_all("pb:deployed-environments", environments);
        document
    }

    fn listed(base: &BaseUrl, pacticipant: &Pacticipant, labels: &[Label], newest: Option<&Version>) -> Self {
        let Pacticipant {
            name,
            profile,
            created_at,
            updated_at,
            ..
        } = pacticipant;
        let labels = labels.iter().map(|label| NamedLink {
            name: label.name.clone(),
            links: Links::itself(Link::to(base.to(address::LABEL, [name, &label.name]))),
        });
        let latest_version = newest.map(|version| NumberedLink {
            number: version.number.clone(),
            links: Links::itself(Link::to(base.to(address::VERSION, [name, &version.number]))),
        });
        Self {
            name: name.clone(),
            display_name: profile
                .display_name
                .clone()
                .unwrap_or_else(|| name::humanise(name)),
            title: None,
            main_branch: profile.main_branch.clone(),
            repository_url: profile.repository_url.clone(),
            repository_name: profile.repository_name.clone(),
            repository_namespace: profile.repository_namespace.clone(),
            created_at: Time(*created_at),
            updated_at: Time::of_change(*updated_at, *created_at),
            embedded: PacticipantParts {
                labels: labels.collect(),
                older_latest_version: latest_version.clone(),
                latest_version,
            },
            links: links_of(base, name),
        }
    }
}

fn links_of(base: &BaseUrl, name: &str) -> Links {
    let encoded = &*encode(name);
    let versions = base.to(address::VERSIONS, [name]);
    let template = |href: String, title: &str| Link::template(href).titled(title);
    Links::itself(Link::to(base.to(address::PACTICIPANT, [name])))
        .with("pb:versions", Link::to(&versions))
        .with(
            "versions",
            Link::to(versions).titled("DEPRECATED - use pb:versions"),
        )
        .with("pb:branches", Link::to(base.to(address::BRANCHES, [name])))
        .with(
            "pb:version",
            template(
                base.template(address::VERSION, [encoded, "{version}"]),
                "A version",
            ),
        )
        .with(
            "pb:version-tag",
            template(
                base.template(address::TAG, [encoded, "{version}", "{tag}"]),
                "A tag of a version",
            ),
        )
        .with(
            "pb:branch-version",
            template(
                base.template(address::BRANCH_VERSION, [encoded, "{branch}", "{version}"]),
                "A version on a branch",
            ),
        )
        .with(
            "pb:label",
            template(base.template(address::LABEL, [encoded, "{label}"]), "A label"),
        )
        .with(
            "pb:can-i-deploy-badge",
            template(
                base.template(address::badge::TAG_TO_TAG, [encoded, "{tag}", "{toTag}"]),
                "Badge",
            ),
        )
        .with(
            "pb:can-i-deploy-branch-to-environment-badge",
            template(
                base.template(
                    address::badge::BRANCH_TO_ENVIRONMENT,
                    [encoded, "{branch}", "{environment}"],
                ),
                "Badge",
            ),
        )
        .curies(base, "pacticipant")
}

fn with_label(base: &BaseUrl) -> Link {
    Link::template(base.template(address::PACTICIPANTS_WITH_LABEL, ["{label}"]))
        .titled("Pacticipants with a label")
}

/// Pacticipants by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PacticipantList {
    #[serde(rename = "_embedded")]
    embedded: EmbeddedPacticipants,
    /// The same list, at its older position.
    pacticipants: Vec<PacticipantDocument>,
    #[serde(rename = "_links")]
    links: Links,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageDocument>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmbeddedPacticipants {
    pacticipants: Vec<PacticipantDocument>,
}

impl PacticipantList {
    pub(crate) fn of(base: &BaseUrl, found: &Pacticipants, page: Option<Page>, at: &At) -> Self {
        let rows = &found.listed.rows;
        let documents: Vec<PacticipantDocument> = rows
            .iter()
            .map(|pacticipant| {
                let id = &pacticipant.id;
                let labels = found.labels.get(id).map(Vec::as_slice).unwrap_or_default();
                PacticipantDocument::listed(base, pacticipant, labels, found.newest.get(id))
            })
            .collect();
        let older = documents.iter().cloned().map(|document| PacticipantDocument {
            title: Some("DEPRECATED - use the embedded pacticipants collection"),
            ..document
        });
        let link = |name: &String| Link::to(base.to(address::PACTICIPANT, [name])).named(name);
        let names = || rows.iter().map(|pacticipant| &pacticipant.name);
        let mut links = Links::itself(Link::to(base.join(&at.path)))
            .with("pb:pacticipants-with-label", with_label(base))
            .with_all(
                "pb:pacticipants",
                names().map(|name| link(name).titled("Pacticipant")),
            )
            // The older relation uses the name as title.
            .with_all("pacticipants", names().map(|name| link(name).titled(name)))
            .curies(base, "pacticipants");
        let page = Page::describe_shown(page, found.listed.total, &mut links, base, at);
        Self {
            pacticipants: older.collect(),
            embedded: EmbeddedPacticipants {
                pacticipants: documents,
            },
            links,
            page,
        }
    }
}

/// A label of a pacticipant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LabelDocument {
    name: String,
    created_at: Time,
    #[serde(rename = "_links")]
    links: Links,
}

impl LabelDocument {
    pub(crate) fn of(base: &BaseUrl, pacticipant: &str, label: &str, created_at: i64) -> Self {
        let owner = Link::to(base.to(address::PACTICIPANT, [pacticipant]));
        Self {
            name: label.to_owned(),
            created_at: Time(created_at),
            links: Links::itself(Link::to(base.to(address::LABEL, [pacticipant, label])))
                .with("pacticipant", owner.titled("Pacticipant").named(pacticipant)),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Labels {
    labels: Vec<Named>,
}

/// The labels in use.
pub(crate) type LabelList = List<Labels>;

impl LabelList {
    pub(crate) fn of(base: &BaseUrl, found: &Listed<String>, page: Option<Page>, at: &At) -> Self {
        let mut links =
            Links::itself(Link::to(base.join(&at.path))).with("pb:pacticipants-with-label", with_label(base));
        let page = Page::describe_shown(page, found.total, &mut links, base, at);
        Self {
            embedded: Labels {
                labels: found.rows.iter().map(|name| Named::of(name)).collect(),
            },
            links,
            page,
        }
    }
}
