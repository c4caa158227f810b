//! Teams.

use serde::Serialize;
use utoipa::ToSchema;

use super::{AccountDocument, EnvironmentDocument, Link, Links, Named, Time};
use crate::{
    app::TeamDetails,
    http::{
        address,
        base_url::BaseUrl,
        page::{Page, PageDocument},
        path::At,
    },
    store::{self, Listed, identity::teams},
};

/// A team by its names.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TeamName {
    uuid: String,
    name: String,
}

impl TeamName {
    pub(crate) fn of(team: &teams::TeamName) -> Self {
        Self {
            uuid: team.uuid.clone(),
            name: team.name.clone(),
        }
    }
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TeamDocument {
    uuid: String,
    name: String,
    number_of_members: i64,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    #[serde(rename = "_embedded", skip_serializing_if = "Option::is_none")]
    embedded: Option<TeamParts>,
    #[serde(rename = "_links")]
    links: Links,
}

/// Resources that belong to a team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamParts {
    pacticipants: Vec<Named>,
    members: Vec<AccountDocument>,
    administrators: Vec<AccountDocument>,
    environments: Vec<EnvironmentDocument>,
}

impl TeamDocument {
    fn short(base: &BaseUrl, team: &teams::Team) -> Self {
        let itself = Link::to(base.to(address::TEAM, [&team.uuid])).titled("Team");
        Self {
            uuid: team.uuid.clone(),
            name: team.name.clone(),
            number_of_members: team.members,
            created_at: Time(team.created_at),
            updated_at: Time::of_change(team.updated_at, team.created_at),
            embedded: None,
            links: Links::itself(itself.named(&team.name)),
        }
    }

    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(base: &BaseUrl, found: &TeamDetails) -> store::Result<Self> {
        let belongings = &found.belongings;
        let accounts = |accounts: &[store::identity::accounts::Account]| {
            let each = accounts
                .iter()
                .map(|account| AccountDocument::short(base, account));
            each.collect::<store::Result<Vec<_>>>()
        };
        let environments = belongings.environments.iter();
        let environments = environments.map(|environment| EnvironmentDocument::of(base, environment, &[]));
        Ok(Self {
            embedded: Some(TeamParts {
                pacticipants: belongings
                    .pacticipants
                    .iter()
                    .map(|name| Named::of(name))
                    .collect(),
                members: accounts(&belongings.members)?,
                administrators: accounts(&belongings.administrators)?,
                environments: environments.collect::<store::Result<_>>()?,
            }),
            ..Self::short(base, &found.team)
        })
    }
}

/// Teams, not embedded, because clients of PactFlow expect this form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamList {
    teams: Vec<TeamDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageDocument>,
    #[serde(rename = "_links")]
    links: Links,
}

impl TeamList {
    pub(crate) fn of(base: &BaseUrl, found: &Listed<teams::Team>, page: Option<Page>, at: &At) -> Self {
        let mut links = Links::itself(Link::to(base.join(&at.path)).titled("Teams"));
        let page = Page::describe_shown(page, found.total, &mut links, base, at);
        Self {
            teams: found
                .rows
                .iter()
                .map(|team| TeamDocument::short(base, team))
                .collect(),
            page,
            links,
        }
    }
}
