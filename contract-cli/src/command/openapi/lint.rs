//! `contract openapi check` and `contract openapi lint`

use clap::Args;
use contract_core::Error;
use contract_openapi::lint::{Ruleset, lint};
use contract_openapi::report::Issue;

use super::baseline::BaselineArguments;
use super::files::Inputs;
use super::show::{FailOn, Format, show};
use crate::exit::Exit;

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// OpenAPI description: a file, REVISION:PATH of Git, a URL, or broker:PROVIDER@BRANCH
    description: String,
    /// Lowest level that makes the command fail
    #[arg(long, value_enum, default_value_t)]
    fail_on: FailOn,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
    #[command(flatten)]
    baseline: BaselineArguments,
    #[command(flatten)]
    inputs: Inputs,
}

#[derive(Debug, Args)]
#[command(after_help = "Without a rule file Spectral's recommended rules apply.\n\n\
                        Example: contract openapi lint openapi.yaml --ruleset .spectral.yaml")]
pub(super) struct Arguments {
    #[command(flatten)]
    check: CheckArguments,
    /// Spectral rule file
    #[arg(long, value_name = "FILE")]
    ruleset: Option<String>,
    /// Check against the OWASP API Security Top 10 as well
    #[arg(long)]
    owasp: bool,
}

pub(super) fn check(arguments: &CheckArguments) -> Result<Exit, Error> {
    judge(arguments, &Ruleset::default())
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let mut ruleset = match &arguments.ruleset {
        Some(name) => arguments.check.inputs.ruleset(name)?,
        None => Ruleset::recommended(),
    };
    if arguments.owasp {
        ruleset = ruleset.with_security();
    }
    judge(&arguments.check, &ruleset)
}

fn judge(arguments: &CheckArguments, ruleset: &Ruleset) -> Result<Exit, Error> {
    let documents = arguments.inputs.documents(&arguments.description)?;
    let findings = lint(&documents, ruleset);
    let issues: Vec<Issue> = findings
        .iter()
        .map(|finding| Issue::of_lint(finding, &documents))
        .collect();
    let issues = arguments.baseline.apply(issues)?;
    show("description", arguments.output, &issues, &findings);
    Ok(arguments.fail_on.exit(&issues))
}
