//! `contract teams`

use clap::{Args, Subcommand};
use contract_core::Error;
use contract_core::broker::{NewTeam, Team, TeamChange, TeamDetails, TeamPart};

use crate::broker::{Asked, ListArguments};
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::show::{self, Fact, Shown};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the teams
    List {
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a team with what belongs to it
    #[command(visible_alias = "describe")]
    Show {
        /// Name or UUID
        #[arg(value_name = "TEAM")]
        team: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create a team, unless there is one with this name that has what is given here
    Create {
        /// Name
        #[arg(value_name = "NAME")]
        name: String,
        /// Application that belongs to it; may be repeated
        #[arg(long = "application", value_name = "NAME")]
        applications: Vec<String>,
        /// Member: a user by email address or name, or a system account by name; may be repeated
        #[arg(long = "member", value_name = "ACCOUNT")]
        members: Vec<String>,
        /// Administrator: may change its members; may be repeated
        #[arg(long = "administrator", value_name = "ACCOUNT")]
        administrators: Vec<String>,
        /// Environment that belongs to it; may be repeated
        #[arg(long = "environment", value_name = "NAME")]
        environments: Vec<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Change a team: what is not named stays
    Update {
        /// Name or UUID
        #[arg(value_name = "TEAM")]
        team: String,
        #[command(flatten)]
        changes: Box<Changes>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete a team
    Delete {
        /// Name or UUID
        #[arg(value_name = "TEAM")]
        team: String,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

/// What changes; each but the name may be repeated.
#[derive(Debug, Args)]
struct Changes {
    /// New name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Add an application; may be repeated, as all of these
    #[arg(long = "add-application", value_name = "NAME")]
    add_applications: Vec<String>,
    /// Remove an application
    #[arg(long = "remove-application", value_name = "NAME")]
    remove_applications: Vec<String>,
    /// Add a member: a user by email address or name, or a system account by name
    #[arg(long = "add-member", value_name = "ACCOUNT")]
    add_members: Vec<String>,
    /// Remove a member
    #[arg(long = "remove-member", value_name = "ACCOUNT")]
    remove_members: Vec<String>,
    /// Let an account change the members
    #[arg(long = "add-administrator", value_name = "ACCOUNT")]
    add_administrators: Vec<String>,
    /// Let an account no longer change the members
    #[arg(long = "remove-administrator", value_name = "ACCOUNT")]
    remove_administrators: Vec<String>,
    /// Add an environment
    #[arg(long = "add-environment", value_name = "NAME")]
    add_environments: Vec<String>,
    /// Remove an environment
    #[arg(long = "remove-environment", value_name = "NAME")]
    remove_environments: Vec<String>,
}

impl From<Changes> for TeamChange {
    fn from(changes: Changes) -> Self {
        Self {
            name: changes.name,
            add_applications: changes.add_applications,
            remove_applications: changes.remove_applications,
            add_members: changes.add_members,
            remove_members: changes.remove_members,
            add_administrators: changes.add_administrators,
            remove_administrators: changes.remove_administrators,
            add_environments: changes.add_environments,
            remove_environments: changes.remove_environments,
        }
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List { list, asked } => {
            let teams = asked.broker.client()?.teams(list.limit).await?;
            Ok(show::list(&teams, asked.output.format))
        }
        Action::Show { team, asked } => {
            let found = asked.broker.client()?.team(&team).await?;
            Ok(show::one(&found, asked.output.format))
        }
        Action::Create {
            name,
            applications,
            members,
            administrators,
            environments,
            asked,
        } => {
            let new = NewTeam {
                name,
                applications,
                members,
                administrators,
                environments,
            };
            let ensured = asked.broker.client()?.ensure_team(&new).await?;
            Ok(show::ensured(&ensured, asked.output.format))
        }
        Action::Update { team, changes, asked } => {
            let client = asked.broker.client()?;
            let before = client.team(&team).await?;
            let after = client.update_team(&team, &(*changes).into()).await?;
            Ok(show::saved(Some(&before), &after, asked.output.format))
        }
        Action::Delete {
            team,
            confirmation,
            asked,
        } => {
            let client = asked.broker.client()?;
            let found = client.team(&team).await?;
            confirmation.confirm(&format!("delete the team {}", found.name))?;
            client.delete_team(&team).await?;
            Ok(show::deleted(Team::NOUN, &found.name, asked.output.format))
        }
    }
}

impl Shown for Team {
    const NOUN: &'static str = "team";
    const PLURAL: &'static str = "teams";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("members", |it| it.number_of_members.to_string()),
            Fact::new("key", |it| it.uuid.clone()),
        ]
    }
}

impl Shown for TeamDetails {
    const NOUN: &'static str = Team::NOUN;
    const PLURAL: &'static str = Team::PLURAL;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("applications", |it| it.applications.join(", ")),
            Fact::new("members", |it| names(&it.members)),
            Fact::new("administrators", |it| names(&it.administrators)),
            Fact::new("environments", |it| names(&it.environments)),
            Fact::new("key", |it| it.uuid.clone()),
        ]
    }
}

fn names(parts: &[TeamPart]) -> String {
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    names.join(", ")
}
