//! `contract system-accounts`

use clap::{Args, Subcommand};
use contract_core::Error;
use contract_core::broker::{AccountChange, AccountKind, NewAccount};

use super::accounts::{self, Roles};
use crate::broker::{Asked, ListArguments};
use crate::confirm::Confirmation;
use crate::exit::Exit;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the system accounts
    List {
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a system account
    #[command(visible_alias = "describe")]
    Show {
        #[command(flatten)]
        account: SystemAccount,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create a system account, unless there is one with this name and these settings
    Create {
        /// Name, such as "web build"
        #[arg(value_name = "NAME")]
        name: String,
        /// Role, by name or UUID, in place of the default one; may be repeated
        #[arg(long = "role", value_name = "NAME")]
        roles: Vec<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Change a system account: given settings replace existing ones
    Update {
        #[command(flatten)]
        account: SystemAccount,
        /// New name
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        roles: Roles,
        #[command(flatten)]
        asked: Asked,
    },
    /// Refuse all tokens of a system account from now on
    Deactivate {
        #[command(flatten)]
        account: SystemAccount,
        #[command(flatten)]
        asked: Asked,
    },
    /// Accept the tokens of a system account that was deactivated again
    Activate {
        #[command(flatten)]
        account: SystemAccount,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete a system account with its tokens
    Delete {
        #[command(flatten)]
        account: SystemAccount,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

/// A system account that exists.
#[derive(Debug, Args)]
struct SystemAccount {
    /// Name or UUID
    #[arg(value_name = "ACCOUNT")]
    key: String,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let kind = AccountKind::System;
    match arguments.action {
        Action::List { list, asked } => accounts::list(kind, &list, &asked).await,
        Action::Show { account, asked } => accounts::one(kind, &account.key, &asked).await,
        Action::Create { name, roles, asked } => {
            accounts::create(&NewAccount::system(name).roles(roles), &asked).await
        }
        Action::Update {
            account,
            name,
            roles,
            asked,
        } => {
            let change = AccountChange {
                name,
                roles: roles.wanted(),
                ..AccountChange::default()
            };
            accounts::update(kind, &account.key, &change, &asked).await
        }
        Action::Deactivate { account, asked } => accounts::activate(kind, &account.key, false, &asked).await,
        Action::Activate { account, asked } => accounts::activate(kind, &account.key, true, &asked).await,
        Action::Delete {
            account,
            confirmation,
            asked,
        } => accounts::delete(kind, &account.key, &confirmation, &asked).await,
    }
}
