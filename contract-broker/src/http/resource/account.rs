//! Users and system accounts, in the form that clients of PactFlow read.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, PermissionDocument, TeamName, Time};
use crate::{
    app::AccountDetails,
    http::{
        address,
        base_url::BaseUrl,
        page::{Page, PageDocument},
        path::At,
    },
    store::{
        self, Listed,
        identity::{
            accounts::{Account, Kind},
            roles::Role,
        },
    },
};

/// A user or a system account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountDocument {
    uuid: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_idp_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_idp_username: Option<String>,
    active: bool,
    /// 0 for a user, 1 for a system account.
    #[serde(rename = "type")]
    kind: u8,
    type_description: &'static str,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    #[serde(rename = "_embedded", skip_serializing_if = "Option::is_none")]
    embedded: Option<AccountParts>,
    #[serde(rename = "_links")]
    links: Links,
}

/// Roles and teams of an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountParts {
    roles: Vec<RoleOfAccount>,
    teams: Vec<TeamName>,
}

/// A role of an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleOfAccount {
    uuid: String,
    name: String,
    permissions: Vec<PermissionDocument>,
}

impl RoleOfAccount {
    fn of(role: &Role) -> Self {
        Self {
            uuid: role.uuid.clone(),
            name: role.fields.name.clone(),
            permissions: role
                .fields
                .permissions
                .iter()
                .map(|scope| PermissionDocument::of(scope))
                .collect(),
        }
    }
}

impl AccountDocument {
    /// Returns an account without its roles and teams.
    ///
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn short(base: &BaseUrl, account: &Account) -> store::Result<Self> {
        let fields = &account.fields;
        let (kind, type_description) = match account.kind()? {
            Kind::User => (0, "user"),
            Kind::System => (1, "system account"),
        };
        let itself = Link::to(base.to(address::ACCOUNT, [&account.uuid])).titled("User");
        Ok(Self {
            uuid: account.uuid.clone(),
            name: fields.name.clone(),
            email: fields.email.clone(),
            first_name: fields.first_name.clone(),
            last_name: fields.last_name.clone(),
            external_idp_id: fields.external_id.clone(),
            external_idp_username: fields.external_name.clone(),
            active: fields.active,
            kind,
            type_description,
            created_at: Time(account.created_at),
            updated_at: Time::of_change(account.updated_at, account.created_at),
            embedded: None,
            links: Links::itself(itself.named(&fields.name)),
        })
    }

    /// Returns an account with its roles and teams.
    ///
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(base: &BaseUrl, found: &AccountDetails) -> store::Result<Self> {
        Ok(Self {
            embedded: Some(AccountParts {
                roles: found.roles.iter().map(RoleOfAccount::of).collect(),
                teams: found.teams.iter().map(TeamName::of).collect(),
            }),
            ..Self::short(base, &found.account)?
        })
    }

    /// Returns the account of credentials from the settings, which have no stored account.
    pub(crate) fn of_settings(base: &BaseUrl, name: &str) -> Self {
        Self {
            uuid: String::new(),
            name: name.to_owned(),
            email: None,
            first_name: None,
            last_name: None,
            external_idp_id: None,
            external_idp_username: None,
            active: true,
            kind: 1,
            type_description: "credentials of the settings",
            created_at: Time(0),
            updated_at: None,
            embedded: None,
            links: Links::itself(Link::to(base.to(address::OWN_ACCOUNT, [])).titled("User")),
        }
    }
}

/// Accounts, not embedded, because clients of PactFlow expect this form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountList {
    users: Vec<AccountDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageDocument>,
    #[serde(rename = "_links")]
    links: Links,
}

impl AccountList {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(
        base: &BaseUrl,
        found: &Listed<AccountDetails>,
        page: Option<Page>,
        at: &At,
    ) -> store::Result<Self> {
        let mut links = Links::itself(Link::to(base.join(&at.path)).titled("Users"));
        let page = Page::describe_shown(page, found.total, &mut links, base, at);
        let users = found
            .rows
            .iter()
            .map(|account| AccountDocument::of(base, account));
        Ok(Self {
            users: users.collect::<store::Result<_>>()?,
            page,
            links,
        })
    }
}

/// Accounts of a team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberList {
    #[serde(rename = "_embedded")]
    embedded: Members,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Members {
    users: Vec<AccountDocument>,
}

impl MemberList {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(base: &BaseUrl, team: &str, members: &[Account]) -> store::Result<Self> {
        let users = members
            .iter()
            .map(|account| AccountDocument::short(base, account));
        Ok(Self {
            embedded: Members {
                users: users.collect::<store::Result<_>>()?,
            },
            links: Links::itself(
                Link::to(base.to(address::TEAM_MEMBERS, [team])).titled("Members of the team"),
            ),
        })
    }
}

/// One account of a team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberDocument {
    #[serde(rename = "_embedded")]
    embedded: Member,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Member {
    user: AccountDocument,
}

impl MemberDocument {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(base: &BaseUrl, team: &str, member: &Account) -> store::Result<Self> {
        let href = base.to(address::TEAM_MEMBER, [team, &member.uuid]);
        Ok(Self {
            embedded: Member {
                user: AccountDocument::short(base, member)?,
            },
            links: Links::itself(Link::to(href).titled("Member of the team")),
        })
    }
}

impl AccountDocument {
    pub(crate) fn uuid(&self) -> &str {
        &self.uuid
    }
}
