//! `contract openapi check` and `contract openapi lint`

use clap::Args;
use contract_core::Error;
use contract_openapi::lint::{LintFinding, Ruleset, lint};
use contract_openapi::report::Issue;

use super::baseline::BaselineArguments;
use super::files::Inputs;
use super::show::{FailOn, Format, show};
use crate::exit::Exit;

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// OpenAPI descriptions: files, REVISION:PATH of Git, URLs, or broker:PROVIDER@BRANCH
    #[arg(required = true, value_name = "DESCRIPTION")]
    descriptions: Vec<String>,
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
                        Example: contract openapi lint openapi.yaml admin.yaml --ruleset .spectral.yaml")]
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
    let (mut findings, mut issues): (Vec<LintFinding>, Vec<Issue>) = (Vec::new(), Vec::new());
    for name in &arguments.descriptions {
        let documents = arguments.inputs.documents(name)?;
        // Descriptions may share files: what is wrong with one is told once.
        let told = findings.len();
        for finding in lint(&documents, ruleset) {
            if !findings[..told].contains(&finding) {
                issues.push(Issue::of_lint(&finding, &documents));
                findings.push(finding);
            }
        }
    }
    let issues = arguments.baseline.apply(issues)?;
    let title = if arguments.descriptions.len() == 1 {
        "description"
    } else {
        "descriptions"
    };
    show(title, arguments.output, &issues, &findings);
    Ok(arguments.fail_on.exit(&issues))
}
