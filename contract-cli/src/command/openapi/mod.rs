//! `contract openapi …`

mod baseline;
mod bundle;
mod compare;
mod coverage;
mod diff;
mod files;
mod lint;
mod show;

use clap::{Args, Subcommand};
use contract_core::Error;

pub(crate) use self::bundle::bundled;
use crate::exit::Exit;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a description against the specification, and for what a comparison needs
    Check(lint::CheckArguments),
    /// Compare contracts with a description
    Compare(compare::Arguments),
    /// Show changes between two descriptions, and which consumers they break
    Diff(diff::Arguments),
    /// List all changes between two descriptions
    Changelog(diff::ChangelogArguments),
    /// Check a description with style rules as well
    Lint(lint::Arguments),
    /// Measure how much of a description is covered by contracts
    Coverage(coverage::Arguments),
}

pub(crate) fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.command {
        Command::Check(arguments) => lint::check(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Changelog(arguments) => diff::changelog(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Coverage(arguments) => coverage::run(&arguments),
    }
}
