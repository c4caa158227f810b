//! `contract users`

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
    /// List the users
    List {
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a user
    #[command(visible_alias = "describe")]
    Show {
        #[command(flatten)]
        user: User,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create a user, unless there is one with this email address and these settings
    #[command(visible_alias = "create")]
    Invite {
        /// Email address
        #[arg(value_name = "EMAIL")]
        email: String,
        /// Name; without it the part of the email address before the @
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Role, by name or UUID, in place of the default one; may be repeated
        #[arg(long = "role", value_name = "NAME")]
        roles: Vec<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Change a user: given settings replace existing ones
    Update {
        #[command(flatten)]
        user: User,
        /// New name
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// New email address
        #[arg(long, value_name = "EMAIL")]
        email: Option<String>,
        #[command(flatten)]
        roles: Roles,
        #[command(flatten)]
        asked: Asked,
    },
    /// Refuse a user and all of their tokens from now on
    Deactivate {
        #[command(flatten)]
        user: User,
        #[command(flatten)]
        asked: Asked,
    },
    /// Let a user that was deactivated in again
    Activate {
        #[command(flatten)]
        user: User,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete a user with their tokens
    Delete {
        #[command(flatten)]
        user: User,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

/// A user that exists.
#[derive(Debug, Args)]
struct User {
    /// Email address, name or UUID
    #[arg(value_name = "USER")]
    key: String,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let kind = AccountKind::User;
    match arguments.action {
        Action::List { list, asked } => accounts::list(kind, &list, &asked).await,
        Action::Show { user, asked } => accounts::one(kind, &user.key, &asked).await,
        Action::Invite {
            email,
            name,
            roles,
            asked,
        } => {
            let before_at = email.split('@').next().unwrap_or_default();
            let name = name.unwrap_or_else(|| before_at.to_owned());
            accounts::create(&NewAccount::user(name, email).roles(roles), &asked).await
        }
        Action::Update {
            user,
            name,
            email,
            roles,
            asked,
        } => {
            let change = AccountChange {
                name,
                email,
                active: None,
                roles: roles.wanted(),
            };
            accounts::update(kind, &user.key, &change, &asked).await
        }
        Action::Deactivate { user, asked } => accounts::activate(kind, &user.key, false, &asked).await,
        Action::Activate { user, asked } => accounts::activate(kind, &user.key, true, &asked).await,
        Action::Delete {
            user,
            confirmation,
            asked,
        } => accounts::delete(kind, &user.key, &confirmation, &asked).await,
    }
}
