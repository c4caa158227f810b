//! `contract roles`

use clap::{Args, Subcommand};
use contract_core::Error;
use contract_core::broker::{NewRole, Permission, Role, RoleChange};

use crate::broker::Asked;
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::show::{self, Fact, Shown, or_dash};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the roles
    List {
        #[command(flatten)]
        asked: Asked,
    },
    /// List the permissions that a role can hold
    Permissions {
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a role
    #[command(visible_alias = "describe")]
    Show {
        /// Name or UUID
        #[arg(value_name = "ROLE")]
        role: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create a role, unless there is one with this name and these permissions
    Create {
        /// Name
        #[arg(value_name = "NAME")]
        name: String,
        /// Permission, such as `contract_data:read:*`; may be repeated
        #[arg(long = "permission", required = true, value_name = "PERMISSION")]
        permissions: Vec<String>,
        /// Description
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Change a role: given settings replace existing ones
    Update {
        /// Name or UUID
        #[arg(value_name = "ROLE")]
        role: String,
        /// New name
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Permission, replacing all permissions; may be repeated
        #[arg(long = "permission", value_name = "PERMISSION")]
        permissions: Vec<String>,
        /// Description
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete a role; the accounts that have it lose it
    Delete {
        /// Name or UUID
        #[arg(value_name = "ROLE")]
        role: String,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List { asked } => {
            let roles = asked.broker.client()?.roles().await?;
            Ok(show::list(&roles, asked.output.format))
        }
        Action::Permissions { asked } => {
            let permissions = asked.broker.client()?.permissions().await?;
            Ok(show::list(&permissions, asked.output.format))
        }
        Action::Show { role, asked } => {
            let found = asked.broker.client()?.role(&role).await?;
            Ok(show::one(&found, asked.output.format))
        }
        Action::Create {
            name,
            permissions,
            description,
            asked,
        } => {
            let mut new = NewRole::new(name, permissions);
            if let Some(text) = description {
                new = new.description(text);
            }
            let ensured = asked.broker.client()?.ensure_role(&new).await?;
            Ok(show::ensured(&ensured, asked.output.format))
        }
        Action::Update {
            role,
            name,
            permissions,
            description,
            asked,
        } => {
            let client = asked.broker.client()?;
            let before = client.role(&role).await?;
            let change = RoleChange {
                name,
                description,
                permissions: (!permissions.is_empty()).then_some(permissions),
            };
            let after = client.update_role(&role, &change).await?;
            Ok(show::saved(Some(&before), &after, asked.output.format))
        }
        Action::Delete {
            role,
            confirmation,
            asked,
        } => {
            let client = asked.broker.client()?;
            let found = client.role(&role).await?;
            confirmation.confirm(&format!(
                "delete the role {}, which the accounts that have it lose",
                found.name
            ))?;
            client.delete_role(&role).await?;
            Ok(show::deleted(Role::NOUN, &found.name, asked.output.format))
        }
    }
}

impl Shown for Role {
    const NOUN: &'static str = "role";
    const PLURAL: &'static str = "roles";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("description", |it| or_dash(it.description.as_ref())),
            Fact::new("permissions", |it| it.permissions.len().to_string()),
            Fact::new("key", |it| it.uuid.clone()),
        ]
    }

    fn lines() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("description", |it| or_dash(it.description.as_ref())),
            Fact::new("permissions", |it| it.permissions.join(", ")),
            Fact::new("key", |it| it.uuid.clone()),
        ]
    }
}

impl Shown for Permission {
    const NOUN: &'static str = "permission";
    const PLURAL: &'static str = "permissions";

    fn name(&self) -> String {
        self.scope.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("permission", |it| it.scope.clone()),
            Fact::new("allows to", |it| it.label.clone()),
        ]
    }
}
