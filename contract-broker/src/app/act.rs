//! Whether somebody may do something: the action decides which right is needed, and what it is done to decides in which scope.

use serde_json::{Value, json};

use super::{App, Error, Result};
use crate::{
    auth::{Caller, Principal},
    domain::{
        access::{Action, Right, Tie},
        once::Claim,
        time::now,
    },
    store::{
        audit::{Actor, Event},
        identity::ties::{self, Whose},
    },
};

/// Something that is to be done: the permission check and the audit log both go by it.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    action: Action,
    on: On,
    kind: &'static str,
    name: String,
    changes: Value,
    outcome: &'static str,
}

/// What decides the scope in which a right is needed.
#[derive(Debug, Clone)]
enum On {
    /// Everything of its kind.
    Everything,
    /// These applications; all of them must be in the scope.
    Applications(Vec<String>),
    /// An environment, by its uuid.
    Environment(String),
    /// Something that belongs to that team, or to none.
    OfTeam(Option<i64>),
    /// A team itself, which its administrators may manage.
    Team(i64),
    /// Another account, by its uuid: it has to share a team.
    Account(String),
    /// Something of the account that asks.
    Own,
    /// A version in an environment.
    Placement {
        application: String,
        environment: String,
    },
}

impl Act {
    fn of(action: Action, on: On, kind: &'static str, name: impl Into<String>) -> Self {
        Self {
            action,
            on,
            kind,
            name: name.into(),
            changes: Value::Null,
            outcome: "success",
        }
    }

    /// Somebody wanted it and did not get it; `facts` says why.
    pub(crate) fn denied(mut self, facts: Value) -> Self {
        self.outcome = "denied";
        self.changes = facts;
        self
    }

    /// Something that concerns everything of a kind.
    pub(crate) fn everywhere(action: Action, kind: &'static str, name: impl Into<String>) -> Self {
        Self::of(action, On::Everything, kind, name)
    }

    /// Something done to an application.
    pub(crate) fn application(action: Action, name: &str) -> Self {
        Self::of(
            action,
            On::Applications(vec![name.to_owned()]),
            "application",
            name,
        )
    }

    /// Something done to the contracts or the versions of applications.
    pub(crate) fn applications(
        action: Action,
        applications: Vec<String>,
        kind: &'static str,
        name: impl Into<String>,
    ) -> Self {
        Self::of(action, On::Applications(applications), kind, name)
    }

    pub(crate) fn environment(action: Action, uuid: &str) -> Self {
        Self::of(action, On::Environment(uuid.to_owned()), "environment", uuid)
    }

    pub(crate) fn of_team(
        action: Action,
        team: Option<i64>,
        kind: &'static str,
        name: impl Into<String>,
    ) -> Self {
        Self::of(action, On::OfTeam(team), kind, name)
    }

    pub(crate) fn team(action: Action, id: i64, name: impl Into<String>) -> Self {
        Self::of(action, On::Team(id), "team", name)
    }

    pub(crate) fn account(action: Action, uuid: &str, kind: &'static str, name: impl Into<String>) -> Self {
        Self::of(action, On::Account(uuid.to_owned()), kind, name)
    }

    pub(crate) fn own(action: Action, kind: &'static str, name: impl Into<String>) -> Self {
        Self::of(action, On::Own, kind, name)
    }

    /// The record that a version is in an environment.
    pub(crate) fn placement(action: Action, application: &str, version: &str, environment: &str) -> Self {
        let on = On::Placement {
            application: application.to_owned(),
            environment: environment.to_owned(),
        };
        let mut act = Self::of(action, on, "deployment", format!("{application} {version}"));
        act.changes = json!({ "after": { "version": version, "environment": environment } });
        act
    }

    /// What the audit log says of it: what was before (null if it is new), and what is after (null if it is gone). Secrets
    /// never stand in either.
    pub(crate) fn changing(mut self, before: Value, after: Value) -> Self {
        let mut changes = serde_json::Map::new();
        for (name, value) in [("before", before), ("after", after)] {
            if !value.is_null() {
                changes.insert(name.to_owned(), value);
            }
        }
        self.changes = Value::Object(changes);
        self
    }
}

/// Leave to do something: nothing is written without one.
#[derive(Debug, Clone)]
pub(crate) struct Permit {
    pub(super) event: Event,
    /// The applications that do not exist yet, and the account that is about to create them.
    pub(super) creates: Option<Creation>,
    /// What makes the request be done once, if it carries a key.
    pub(super) claim: Option<Claim>,
}

#[derive(Debug, Clone)]
pub(super) struct Creation {
    pub(super) account: i64,
    pub(super) applications: Vec<String>,
}

impl App {
    /// Leave to do something.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the permission that is missing.
    pub(super) async fn permit(&self, who: &Principal, act: Act) -> Result<Permit> {
        let tie = self.tie(who, &act).await?;
        allow(who, act.action, tie)?;
        let creates = match (&act.on, who.account()) {
            (On::Applications(names), Some(account)) if act.action.right() == Some(Right::ContractManage) => {
                let names = ties::missing(&mut *self.store.read().await?, names).await?;
                (!names.is_empty()).then_some(Creation {
                    account: account.id,
                    applications: names,
                })
            }
            _ => None,
        };
        Ok(Permit {
            event: event(who, act),
            creates,
            claim: who.origin().claim().cloned(),
        })
    }

    async fn tie(&self, who: &Principal, act: &Act) -> Result<Tie> {
        // Whoever may do it everywhere is asked nothing about what it is done to.
        let may_everywhere = act.action.right().is_none_or(|right| who.may(right, Tie::NONE));
        let Some(account) = who.account().filter(|_| !may_everywhere) else {
            let own = matches!(act.on, On::Own);
            return Ok(Tie { team: false, own });
        };
        let whose = Whose {
            account: account.id,
            teams: &account.teams,
        };
        let shared = |teams: &[i64]| Tie {
            team: teams.iter().any(|team| account.teams.contains(team)),
            own: false,
        };
        Ok(match &act.on {
            On::Everything => Tie::NONE,
            On::Own => Tie {
                team: false,
                own: true,
            },
            On::OfTeam(team) => who.tie_to_team(*team),
            On::Team(team) => Tie {
                team: account.administers.contains(team),
                own: false,
            },
            On::Applications(names) => {
                ties::to_applications(&mut *self.store.read().await?, whose, names).await?
            }
            On::Environment(uuid) => {
                shared(&ties::teams_of_environment(&mut *self.store.read().await?, uuid).await?)
            }
            On::Account(uuid) => shared(&ties::teams_of_account(&mut *self.store.read().await?, uuid).await?),
            On::Placement {
                application,
                environment,
            } => {
                let mut connection = self.store.read().await?;
                let names = std::slice::from_ref(application);
                let tie = ties::to_applications(&mut connection, whose, names).await?;
                let teams = ties::teams_of_environment(&mut connection, environment).await?;
                Tie {
                    team: tie.team && (teams.is_empty() || shared(&teams).team),
                    own: false,
                }
            }
        })
    }
}

/// Whether a principal may do this to what it is tied to so.
///
/// # Errors
/// [`Error::Forbidden`] with the permission that is missing.
pub(super) fn allow(who: &Principal, action: Action, tie: Tie) -> Result<()> {
    match action.right() {
        Some(right) if !who.may(right, tie) => Err(Error::Forbidden(missing(who, right))),
        _ => Ok(()),
    }
}

/// What to tell somebody who lacks a right.
pub(crate) fn missing(who: &Principal, right: Right) -> String {
    let name = right.name();
    let narrowed = who.narrowed();
    if narrowed.read_only && !right.reads() && who.grants().allow(right, Tie::ANY) {
        return format!(
            "this token may only read: use one of the same account that may write ({name} is needed)"
        );
    }
    let left = |grants: &crate::domain::access::Grants| grants.allow(right, Tie::ANY);
    if who.grants().allow(right, Tie::ANY)
        && narrowed.permissions.as_ref().is_some_and(|grants| !left(grants))
    {
        return format!("this token is narrowed to other permissions: {name} is missing");
    }
    if who.may(right, Tie::ANY) {
        return format!(
            "the permission {name} is missing for this: yours counts only for what belongs to your teams, or what you \
             created; {name}:* counts everywhere"
        );
    }
    let scopes = if name == "user:invite" { "" } else { ":*" };
    match who.caller() {
        Caller::Settings | Caller::Anonymous => {
            format!(
                "these credentials may only read: use an account or token that may write ({name}{scopes} is needed)"
            )
        }
        _ => format!("the permission {name}{scopes} is missing: ask an administrator for a role that has it"),
    }
}

/// What the audit log says of who asks.
pub(super) fn actor(who: &Principal) -> Actor {
    let (kind, account) = match who.caller() {
        Caller::Anonymous => ("anonymous", None),
        Caller::Operator => ("operator", None),
        Caller::Settings => ("settings", None),
        Caller::Job => ("ci", None),
        Caller::Device => ("device", None),
        Caller::Provider => ("provider", None),
        Caller::Account(account) if account.is_system => ("system", Some(account)),
        Caller::Account(account) => ("user", Some(account)),
    };
    Actor {
        kind,
        uuid: account.map(|account| account.uuid.clone()),
        name: who.name().to_owned(),
        email: account.and_then(|account| account.email.clone()),
        via: account.map(|account| account.via.uuid().to_owned()),
    }
}

/// What the audit log says of it.
fn event(who: &Principal, act: Act) -> Event {
    let Actor {
        kind,
        uuid,
        name,
        email,
        via,
    } = actor(who);
    Event {
        uuid: Event::new_uuid(),
        at: now(),
        actor_kind: kind.to_owned(),
        actor_uuid: uuid,
        actor_name: name,
        actor_email: email,
        via,
        action: act.action.name().to_owned(),
        object_type: act.kind.to_owned(),
        object_name: act.name,
        outcome: act.outcome.to_owned(),
        request: json!(who.origin()).to_string(),
        changes: act.changes.to_string(),
    }
}
