//! What `contract users` and `contract system-accounts` have in common.

use clap::Args;
use contract_core::Error;
use contract_core::broker::{Account, AccountChange, AccountKind, Ensured, NewAccount};

use crate::broker::{Asked, ListArguments};
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::show::{self, Fact, Shown, or_dash};

/// Lists the accounts of a kind.
pub(crate) async fn list(kind: AccountKind, list: &ListArguments, asked: &Asked) -> Result<Exit, Error> {
    let found = asked.broker.client()?.accounts(kind, list.limit).await?;
    Ok(show::list(&found, asked.output.format))
}

/// Shows an account.
pub(crate) async fn one(kind: AccountKind, key: &str, asked: &Asked) -> Result<Exit, Error> {
    let found = asked.broker.client()?.account(kind, key).await?;
    Ok(show::one(&found, asked.output.format))
}

/// Creates an account, unless it exists with these settings.
pub(crate) async fn create(new: &NewAccount, asked: &Asked) -> Result<Exit, Error> {
    let (what, account) = match asked.broker.client()?.ensure_account(new).await? {
        Ensured::Created(created) => ("created", created),
        Ensured::Unchanged(found) => ("unchanged", found),
    };
    Ok(show::told(
        what,
        noun(account.kind),
        &account.name,
        &account,
        asked.output.format,
    ))
}

/// Changes an account.
pub(crate) async fn update(
    kind: AccountKind,
    key: &str,
    change: &AccountChange,
    asked: &Asked,
) -> Result<Exit, Error> {
    let client = asked.broker.client()?;
    let before = client.account(kind, key).await?;
    let after = client.update_account(kind, key, change).await?;
    let what = if before == after { "unchanged" } else { "updated" };
    Ok(show::told(
        what,
        noun(kind),
        &after.name,
        &after,
        asked.output.format,
    ))
}

/// Lets an account be used, or not any more.
pub(crate) async fn activate(
    kind: AccountKind,
    key: &str,
    active: bool,
    asked: &Asked,
) -> Result<Exit, Error> {
    let change = AccountChange {
        active: Some(active),
        ..AccountChange::default()
    };
    let changed = asked.broker.client()?.update_account(kind, key, &change).await?;
    let what = if active { "activated" } else { "deactivated" };
    Ok(show::told(
        what,
        noun(kind),
        &changed.name,
        &changed,
        asked.output.format,
    ))
}

/// Deletes an account.
pub(crate) async fn delete(
    kind: AccountKind,
    key: &str,
    confirmation: &Confirmation,
    asked: &Asked,
) -> Result<Exit, Error> {
    let client = asked.broker.client()?;
    let found = client.account(kind, key).await?;
    confirmation.confirm(&format!(
        "delete the {} {} with its tokens",
        noun(kind),
        found.name
    ))?;
    client.delete_account(kind, key).await?;
    Ok(show::deleted(noun(kind), &found.name, asked.output.format))
}

fn noun(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::User => "user",
        AccountKind::System => "system account",
    }
}

/// The roles of an account.
#[derive(Debug, Args)]
pub(crate) struct Roles {
    /// Role, by name or UUID, replacing all roles; may be repeated
    #[arg(long = "role", value_name = "NAME")]
    pub(crate) roles: Vec<String>,
    /// Remove all roles
    #[arg(long, conflicts_with = "roles")]
    no_roles: bool,
}

impl Roles {
    /// Returns the roles that an account is to have; `None` leaves them unchanged.
    pub(crate) fn wanted(self) -> Option<Vec<String>> {
        (self.no_roles || !self.roles.is_empty()).then_some(self.roles)
    }
}

impl Shown for Account {
    const NOUN: &'static str = "account";
    const PLURAL: &'static str = "accounts";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("email", |it| or_dash(it.email.as_ref())),
            Fact::new("status", |it| {
                let word = if it.active { "" } else { "inactive" };
                word.to_owned()
            }),
            Fact::new("roles", |it| it.roles.join(", ")),
            Fact::new("teams", |it| it.teams.join(", ")),
            Fact::new("key", |it| it.uuid.clone()),
        ]
    }
}
