//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use contract_core::{Error, ErrorKind};

use crate::build::Variables;
use crate::command::{
    audit, branches, can_i_deploy, can_i_merge, check, completions, contracts, create_environment,
    deployments, diff, environments, export, format, import, list, login, logout, man, mock, openapi,
    pacticipants, provider_states, prune, publish, publish_provider_contract, record_deployment,
    record_release, record_support_ended, record_undeployment, results, review, roles, secrets, stub,
    system_accounts, tags, teams, tenants, tokens, users, verify, versions, webhooks,
};
use crate::output::{self, Colours, Verbosity};
use crate::settings::{SettingsFile, empty_value, with_other_names};

/// Publish contracts, verify providers, and check whether a version can be deployed
#[derive(Debug, Parser)]
#[command(
    name = "contract",
    version,
    arg_required_else_help = true,
    after_help = "Settings are resolved in this order: flag, environment, contract.toml, default. In \
                  contract.toml, keys are the flags' names; a table such as [publish] applies to one command only.\n\n\
                  Exit codes: 0 success, 1 negative result, 2 wrong usage, 3 the broker, the provider or the network \
                  failed, 4 a bug, 130 interrupted."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Show more details: calls to the broker (-v)
    #[arg(long = "verbose", short = 'v', action = ArgAction::Count, global = true, help_heading = "Output")]
    verbosity: u8,
    /// Show only results, warnings and errors
    #[arg(
        long,
        short = 'q',
        global = true,
        conflicts_with = "verbosity",
        help_heading = "Output"
    )]
    quiet: bool,
    /// When to use colours; auto: on a terminal, unless the environment disables them
    #[arg(
        long = "color",
        visible_alias = "colour",
        value_enum,
        default_value_t,
        global = true,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    colours: Colours,
    /// File with defaults of flags, instead of the nearest contract.toml
    #[arg(
        long,
        env = "CONTRACT_CONFIG",
        global = true,
        value_name = "PATH",
        help_heading = "Settings"
    )]
    config: Option<PathBuf>,
    /// Whether the output is for programs
    #[arg(skip)]
    is_for_programs: bool,
}

impl Arguments {
    /// Parses the command line, with defaults from the environment and `contract.toml`; exits the program for help and
    /// usage errors.
    ///
    /// # Errors
    ///
    /// `Usage` if `contract.toml` is invalid, or a value is empty.
    pub(crate) fn read() -> Result<Self, Error> {
        let variables = Variables::of_process();
        let given: Vec<OsString> = std::env::args_os().collect();
        let command = with_other_names(Self::command(), &variables);
        let file = SettingsFile::find(&given, &variables, &command)?;
        let mut command = file.apply(command);
        let matches = command.try_get_matches_from_mut(given).unwrap_or_else(|error| {
            if let Some(place) = file.place_of(&error) {
                output::note(&format!("{place}: invalid value:"));
            }
            error.exit()
        });
        if let Some(reason) = empty_value(&command, &matches) {
            return Err(Error::new(ErrorKind::Usage, reason));
        }
        let mut arguments = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        if let Command::Verify(verify) = &mut arguments.command
            && let Some((_, matches)) = matches.subcommand()
        {
            verify.said = verify::Said::read(matches);
        }
        arguments.is_for_programs = is_for_programs(&matches);
        Ok(arguments)
    }

    /// Returns whether no progress is shown.
    pub(crate) fn is_silent(&self) -> bool {
        self.quiet || self.is_for_programs
    }

    /// Returns the verbosity.
    pub(crate) fn verbosity(&self) -> Verbosity {
        match self.verbosity {
            _ if self.quiet => Verbosity::Quiet,
            0 => Verbosity::Normal,
            _ => Verbosity::Verbose,
        }
    }

    /// Returns when colours are used.
    pub(crate) fn colours(&self) -> Colours {
        self.colours
    }
}

/// Returns whether the command that was given writes a document for programs.
fn is_for_programs(matches: &ArgMatches) -> bool {
    let mut command = matches;
    while let Some((_, inner)) = command.subcommand() {
        command = inner;
    }
    ["output", "format"].into_iter().any(|id| {
        let given = command.try_get_raw(id).ok().flatten();
        given.is_some_and(|mut values| values.any(|value| value == "json"))
    })
}

/// The command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Publish contracts under a version of their consumer
    Publish(publish::Arguments),
    /// Publish the description of a provider version, to be compared with the contracts of consumers
    PublishProviderContract(publish_provider_contract::Arguments),
    /// Replay contracts against a provider
    Verify(Box<verify::Arguments>),
    /// Check whether a version can be deployed
    CanIDeploy(can_i_deploy::Arguments),
    /// Check whether a version works with the main branches of the others
    CanIMerge(can_i_merge::Arguments),
    /// Record that a version was deployed to an environment
    RecordDeployment(record_deployment::Arguments),
    /// Record that an application is no longer deployed to an environment
    RecordUndeployment(record_undeployment::Arguments),
    /// Record that a version was released in an environment
    RecordRelease(record_release::Arguments),
    /// Record that a released version is no longer supported in an environment
    RecordSupportEnded(record_support_ended::Arguments),
    /// List, show, create, change and delete applications
    #[command(visible_alias = "applications")]
    Pacticipants(pacticipants::Arguments),
    /// List, show, create and delete versions of an application
    Versions(versions::Arguments),
    /// List, show, create and delete branches of an application
    Branches(branches::Arguments),
    /// List, create and delete tags of a version
    Tags(tags::Arguments),
    /// List, show, create, change and delete environments
    Environments(environments::Arguments),
    /// List what is deployed to and released in environments
    Deployments(deployments::Arguments),
    /// List, show, create, change, delete and test webhooks
    Webhooks(webhooks::Arguments),
    /// List, show, invite, change, deactivate and delete users
    Users(users::Arguments),
    /// List, show, create, change, deactivate and delete accounts of machines
    SystemAccounts(system_accounts::Arguments),
    /// List, show, create, change and delete teams
    Teams(teams::Arguments),
    /// List, show, create, change and delete roles
    Roles(roles::Arguments),
    /// List, show, create, limit, suspend, export and delete tenants of a broker
    Tenants(tenants::Arguments),
    /// List, create, rotate and revoke tokens
    Tokens(tokens::Arguments),
    /// List, show, create, change and delete secrets of webhooks
    Secrets(secrets::Arguments),
    /// List and export what was changed in the broker, and by whom
    Audit(audit::Arguments),
    /// List, show, download and delete contracts in the broker
    Contracts(contracts::Arguments),
    /// List the provider states that contracts use
    ProviderStates(provider_states::Arguments),
    /// List, show and delete verification results
    Results(results::Arguments),
    /// Create an environment
    CreateEnvironment(create_environment::Arguments),
    /// List applications or environments in the broker
    List(list::Arguments),
    /// Log in at a broker, or get a token for a CI job
    Login(login::Arguments),
    /// Log out of a broker
    Logout(logout::Arguments),
    /// Replace a provider in tests of other languages, and record a contract
    Mock(mock::Arguments),
    /// Respond like the provider of these contracts
    Stub(stub::Arguments),
    /// Check contract files for problems
    Check(check::Arguments),
    /// Write contract files with sorted members and interactions
    Format(format::Arguments),
    /// Make a contract of stubs, recordings or collections of other tools
    Import(Box<import::Arguments>),
    /// Write a contract as stubs, a collection, requests or a load script of other tools
    Export(export::Arguments),
    /// Show changes between two contracts and their effect on the provider
    Diff(diff::Arguments),
    /// Compare contracts with OpenAPI descriptions; find breaking changes, lint, measure coverage
    Openapi(openapi::Arguments),
    /// Run all tests of the consumers, then remove interactions that none of them wrote
    Prune(prune::Arguments),
    /// Accept or reject changes of contracts that wait for review
    Review(review::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
    /// Write the manual pages to files
    Man(man::Arguments),
}
