//! The command line.

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::command::{
    can_i_deploy, check, create_environment, diff, list, prune, publish, record_deployment, record_release,
    record_support_ended, record_undeployment, stub, verify,
};

/// Publish contracts, verify providers, and ask whether a version may be deployed.
#[derive(Debug, Parser)]
#[command(
    name = "contract",
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 success, 1 the contract says no, 2 wrong usage, 3 the broker, the provider or the network \
                  failed, 4 a bug, 130 interrupted."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the command line; ends the program where that asks for help or cannot be read.
    pub(crate) fn read() -> Self {
        let matches = Self::command().get_matches();
        let mut arguments = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        if let Command::Verify(verify) = &mut arguments.command
            && let Some((_, matches)) = matches.subcommand()
        {
            verify.said = verify::Said::read(matches);
        }
        arguments
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Publish contracts under a version of their consumer
    Publish(publish::Arguments),
    /// Replay contracts against a provider
    Verify(Box<verify::Arguments>),
    /// Ask whether a version may be deployed
    CanIDeploy(can_i_deploy::Arguments),
    /// Record that a version was deployed to an environment
    RecordDeployment(record_deployment::Arguments),
    /// Record that an application is no longer deployed to an environment
    RecordUndeployment(record_undeployment::Arguments),
    /// Record that a version was released in an environment
    RecordRelease(record_release::Arguments),
    /// Record that a released version is no longer supported in an environment
    RecordSupportEnded(record_support_ended::Arguments),
    /// Create an environment
    CreateEnvironment(create_environment::Arguments),
    /// List what the broker knows
    List(list::Arguments),
    /// Answer like the provider of these contracts
    Stub(stub::Arguments),
    /// Read contract files and say what is wrong with them
    Check(check::Arguments),
    /// Say what changed between two contracts, and what that means for the provider
    Diff(diff::Arguments),
    /// Run all tests of the consumers, then remove interactions that none of them wrote
    Prune(prune::Arguments),
}
