//! `contract tokens`

use std::time::Duration;

use clap::{Args, Subcommand};
use contract_core::Error;
use contract_core::broker::{IssuedToken, NewToken, Token, TokenOwner, TokenRenewal};
use serde_json::json;

use crate::broker::Asked;
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};
use crate::show::{self, Fact, Shown, or_dash};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the tokens of an account
    List {
        #[command(flatten)]
        owner: Owner,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a token, without its value
    #[command(visible_alias = "describe")]
    Show {
        #[command(flatten)]
        token: Key,
        #[command(flatten)]
        owner: Owner,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create a token and print its value, which is told only once
    Create {
        /// Name
        #[arg(value_name = "NAME")]
        name: String,
        /// The token changes nothing
        #[arg(long)]
        read_only: bool,
        /// Permission that the token is narrowed to, such as `contract_data:read:*`; may be repeated
        #[arg(long = "permission", value_name = "PERMISSION")]
        permissions: Vec<String>,
        /// When it expires: a date, or a time such as 2027-01-31T10:00:00Z
        #[arg(long = "expires", value_name = "DATE")]
        expires_at: Option<String>,
        #[command(flatten)]
        owner: Owner,
        #[command(flatten)]
        asked: Asked,
    },
    /// Give a token a new value and print it
    #[command(visible_alias = "renew")]
    Rotate {
        #[command(flatten)]
        token: Key,
        /// Seconds for which the value before works on, at most 30 days
        #[arg(long, default_value_t = 0, value_name = "SECONDS")]
        overlap: u64,
        /// When the new value expires; without it after as long a time as the value before
        #[arg(long = "expires", value_name = "DATE")]
        expires_at: Option<String>,
        #[command(flatten)]
        owner: Owner,
        #[command(flatten)]
        asked: Asked,
    },
    /// Revoke a token: it is refused from now on
    #[command(visible_alias = "delete")]
    Revoke {
        #[command(flatten)]
        token: Key,
        #[command(flatten)]
        owner: Owner,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

/// A token that exists.
#[derive(Debug, Args)]
struct Key {
    /// Name or UUID
    #[arg(value_name = "TOKEN")]
    key: String,
}

/// Whose token it is.
#[derive(Debug, Args)]
struct Owner {
    /// System account that the token belongs to, by name or UUID; without it the account of the credentials
    #[arg(long, value_name = "ACCOUNT")]
    system_account: Option<String>,
}

impl From<Owner> for TokenOwner {
    fn from(owner: Owner) -> Self {
        owner.system_account.map_or(Self::Own, Self::SystemAccount)
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List { owner, asked } => {
            let tokens = asked.broker.client()?.tokens(&owner.into()).await?;
            Ok(show::list(&tokens, asked.output.format))
        }
        Action::Show { token, owner, asked } => {
            let found = asked.broker.client()?.token(&owner.into(), &token.key).await?;
            Ok(show::one(&found, asked.output.format))
        }
        Action::Create {
            name,
            read_only,
            permissions,
            expires_at,
            owner,
            asked,
        } => {
            let new = NewToken {
                name,
                read_only,
                permissions,
                expires_at,
            };
            let issued = asked.broker.client()?.create_token(&owner.into(), &new).await?;
            Ok(tell("created", &issued, asked.output.format))
        }
        Action::Rotate {
            token,
            overlap,
            expires_at,
            owner,
            asked,
        } => {
            let renewal = TokenRenewal {
                overlap: Duration::from_secs(overlap),
                expires_at,
            };
            let client = asked.broker.client()?;
            let issued = client.renew_token(&owner.into(), &token.key, &renewal).await?;
            Ok(tell("rotated", &issued, asked.output.format))
        }
        Action::Revoke {
            token,
            owner,
            confirmation,
            asked,
        } => {
            let client = asked.broker.client()?;
            let owner = owner.into();
            let found = client.token(&owner, &token.key).await?;
            confirmation.confirm(&format!("revoke the token {}", found.name))?;
            let revoked = client.revoke_token(&owner, &token.key).await?;
            Ok(show::told(
                "revoked",
                Token::NOUN,
                &revoked.name,
                &json!(revoked.name),
                asked.output.format,
            ))
        }
    }
}

/// Prints the value alone on standard output, so that a script can take it.
fn tell(what: &str, issued: &IssuedToken, format: PlainFormat) -> Exit {
    match format {
        PlainFormat::Json => output::json(&json!({ "outcome": what, "item": issued })),
        PlainFormat::Text => {
            output::note(&format!(
                "{what} the token {}; its value is told only once:",
                issued.token.name
            ));
            output::result(&issued.value);
        }
    }
    Exit::Fine
}

impl Shown for Token {
    const NOUN: &'static str = "token";
    const PLURAL: &'static str = "tokens";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("access", |it| {
                let word = if it.read_only { "read only" } else { "read/write" };
                word.to_owned()
            }),
            Fact::new("permissions", |it| {
                it.permissions
                    .as_ref()
                    .map(|list| list.join(", "))
                    .unwrap_or_default()
            }),
            Fact::new("expires", |it| or_dash(it.expires_at.as_ref())),
            Fact::new("last used", |it| or_dash(it.last_used_at.as_ref())),
            Fact::new("revoked", |it| or_dash(it.revoked_at.as_ref())),
            Fact::new("key", |it| it.uuid.clone()),
        ]
    }
}
