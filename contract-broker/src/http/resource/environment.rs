//! Environments.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Link, Links, List, TeamName, Time};
use crate::{
    http::{address, base_url::BaseUrl, page::Page, path::At},
    store::{self, environments::Environment, identity::teams},
};

/// An environment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnvironmentDocument {
    uuid: String,
    name: String,
    display_name: String,
    production: bool,
    /// Contacts: objects with a name and other members.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>, required = false)]
    contacts: Vec<Value>,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    #[serde(rename = "_embedded")]
    embedded: Owners,
    #[serde(rename = "_links")]
    links: Links,
}

/// The teams that an environment belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Owners {
    teams: Vec<TeamName>,
}

impl EnvironmentDocument {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(
        base: &BaseUrl,
        environment: &Environment,
        teams: &[teams::TeamName],
    ) -> store::Result<Self> {
        let Environment {
            uuid,
            fields,
            created_at,
            updated_at,
            ..
        } = environment;
        let at = |address, title: String| Link::to(base.to(address, [uuid])).titled(title);
        Ok(Self {
            uuid: uuid.clone(),
            name: fields.name.clone(),
            display_name: fields.display_name.clone(),
            production: fields.production,
            contacts: environment.contacts()?,
            created_at: Time(*created_at),
            updated_at: Time::of_change(*updated_at, *created_at),
            embedded: Owners {
                teams: teams.iter().map(TeamName::of).collect(),
            },
            links: Links::itself(at(address::ENVIRONMENT, "Environment".to_owned()).named(&fields.name))
                .with(
                    "pb:currently-deployed-deployed-versions",
                    at(
                        address::CURRENTLY_DEPLOYED,
                        format!("Versions currently deployed to {}", fields.display_name),
                    ),
                )
                .with(
                    "pb:currently-supported-released-versions",
                    at(
                        address::CURRENTLY_SUPPORTED,
                        format!("Versions released and supported in {}", fields.display_name),
                    ),
                )
                .with(
                    "pb:environments",
                    Link::to(base.to(address::ENVIRONMENTS, [])).titled("Environments"),
                )
                .curies(base, "environment"),
        })
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Environments {
    environments: Vec<EnvironmentDocument>,
}

/// Environments.
pub(crate) type EnvironmentList = List<Environments>;

impl EnvironmentList {
    /// Returns the part of `found` selected by `page`.
    ///
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(
        base: &BaseUrl,
        found: Vec<Environment>,
        teams: &HashMap<i64, Vec<teams::TeamName>>,
        page: Option<Page>,
        at: &At,
    ) -> store::Result<Self> {
        let part = Page::part(page, found);
        let each = part.rows.iter().map(|environment| {
            Link::to(base.to(address::ENVIRONMENT, [&environment.uuid]))
                .titled("Environment")
                .named(&environment.fields.name)
        });
        let mut links = Links::itself(Link::to(base.join(&at.path)))
            .with_all("pb:environments", each)
            .curies(base, "environments");
        let page = Page::describe_shown(page, part.total, &mut links, base, at);
        let documents = part.rows.iter().map(|environment| {
            let teams = teams.get(&environment.id).map_or(&[][..], Vec::as_slice);
            EnvironmentDocument::of(base, environment, teams)
        });
        Ok(Self {
            embedded: Environments {
                environments: documents.collect::<store::Result<_>>()?,
            },
            links,
            page,
        })
    }
}
