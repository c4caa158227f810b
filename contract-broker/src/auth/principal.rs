//! Who asks.

use std::sync::Arc;

use super::{Access, Origin};
use crate::domain::access::{ADMINISTRATOR, Grants, READ_ONLY, Right, Tie};

/// Who asks for something, and what they may do. The guard finds it out; every use case takes it. Clones are the same.
#[derive(Debug, Clone)]
pub struct Principal(Arc<Known>);

/// What kind of caller this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Nobody known: where the broker has no accounts, or what is asked for is open to everyone.
    Anonymous,
    /// Whoever runs the program on its machine.
    Operator,
    /// A user name or a token of the settings.
    Settings,
    /// A job of a CI system that wants a token.
    Job,
    /// A command line that somebody in a browser let log in.
    Device,
    /// The provider with which people log in.
    Provider,
    /// An account, by a token of it or a login.
    Account(Arc<Account>),
}

/// An account that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) email: Option<String>,
    pub(crate) is_system: bool,
    pub(crate) via: Via,
    pub(crate) teams: Vec<i64>,
    /// The teams that it administers.
    pub(crate) administers: Vec<i64>,
}

/// What an account asks with, by its uuid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Via {
    Token(String),
    /// A login in a browser.
    Session(String),
}

impl Via {
    pub(crate) fn uuid(&self) -> &str {
        match self {
            Self::Token(uuid) | Self::Session(uuid) => uuid,
        }
    }
}

#[derive(Debug)]
struct Known {
    caller: Caller,
    name: Arc<str>,
    grants: Grants,
    /// What the token is narrowed to.
    narrowed: Narrowed,
    origin: Origin,
}

/// What a token leaves of what its account may do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrowed {
    /// Nothing is changed by it.
    pub(crate) read_only: bool,
    pub(crate) permissions: Option<Grants>,
}

impl Principal {
    /// Whoever runs the program on its machine: may do everything.
    pub fn operator() -> Self {
        Self::of_access(Caller::Operator, "operator", Access::Write, Origin::default())
    }

    /// Nobody known, by a request that came so.
    pub(crate) fn anonymous(origin: Origin) -> Self {
        Self::of_access(Caller::Anonymous, "-", Access::Read, origin)
    }

    /// A job of a CI system.
    pub(crate) fn job(name: &str, origin: Origin) -> Self {
        Self::of_access(Caller::Job, name, Access::Read, origin)
    }

    /// A command line that logs in, by the name of whoever let it.
    pub(crate) fn device(name: &str, origin: Origin) -> Self {
        Self::of_access(Caller::Device, name, Access::Read, origin)
    }

    /// The provider with which people log in, by its name.
    pub(crate) fn provider(name: &str, origin: Origin) -> Self {
        Self::of_access(Caller::Provider, name, Access::Read, origin)
    }

    pub(super) fn of_access(
        caller: Caller,
        name: impl Into<Arc<str>>,
        access: Access,
        origin: Origin,
    ) -> Self {
        let role = match access {
            Access::Write => ADMINISTRATOR,
            Access::Read => READ_ONLY,
        };
        Self(Arc::new(Known {
            caller,
            name: name.into(),
            grants: Grants::of(role.permissions.iter().copied()),
            narrowed: Narrowed::default(),
            origin,
        }))
    }

    pub(super) fn of_account(
        account: Account,
        name: impl Into<Arc<str>>,
        grants: Grants,
        narrowed: Narrowed,
        origin: Origin,
    ) -> Self {
        Self(Arc::new(Known {
            caller: Caller::Account(Arc::new(account)),
            name: name.into(),
            grants,
            narrowed,
            origin,
        }))
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.0.caller
    }

    /// The account, if one asks.
    pub(crate) fn account(&self) -> Option<&Account> {
        match &self.0.caller {
            Caller::Account(account) => Some(account),
            _ => None,
        }
    }

    /// What the log calls them.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// How the request came.
    pub(crate) fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// The permissions of all roles.
    pub(crate) fn grants(&self) -> &Grants {
        &self.0.grants
    }

    pub(crate) fn narrowed(&self) -> &Narrowed {
        &self.0.narrowed
    }

    /// Whether they may do something with what they are tied to so.
    pub(crate) fn may(&self, right: Right, tie: Tie) -> bool {
        let narrowed = &self.0.narrowed;
        let given = self.0.grants.allow(right, tie)
            || (right == Right::TeamManage
                && tie.team
                && self
                    .account()
                    .is_some_and(|account| !account.administers.is_empty()));
        let left = narrowed
            .permissions
            .as_ref()
            .is_none_or(|left| left.allow(right, tie));
        given && left && (right.reads() || !narrowed.read_only)
    }

    /// Whether they have a team in common with what belongs to that one.
    pub(crate) fn tie_to_team(&self, team: Option<i64>) -> Tie {
        let shared = |account: &Account| team.is_some_and(|team| account.teams.contains(&team));
        Tie {
            team: self.account().is_some_and(shared),
            own: false,
        }
    }

    /// The first of these permissions that they have not got, and so cannot give to anybody.
    pub(crate) fn lacking<'a>(&self, permissions: &'a [String]) -> Option<&'a str> {
        let each = || permissions.iter().map(String::as_str);
        let beyond_token = || self.0.narrowed.permissions.as_ref()?.lacking(each());
        self.0.grants.lacking(each()).or_else(beyond_token)
    }

    /// How much of a webhook's request they see, of webhooks of every team.
    pub fn access(&self) -> Access {
        self.access_to_webhooks_of(None)
    }

    /// How much they see of what a webhook of this team sends.
    pub(crate) fn access_to_webhooks_of(&self, team: Option<i64>) -> Access {
        if self.may(Right::WebhookManage, self.tie_to_team(team)) {
            Access::Write
        } else {
            Access::Read
        }
    }
}
