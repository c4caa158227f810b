//! `contract openapi compare`

use std::collections::BTreeMap;

use clap::Args;
use contract_core::Error;
use contract_openapi::report::Issue;
use contract_openapi::{Comparator, CompareOptions, Comparison};
use serde::Serialize;

use super::baseline::BaselineArguments;
use super::files::{self, Inputs};
use super::show::{FailOn, Format, show};
use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 the contracts match the description, 1 they do not, 2 a file cannot be read.\n\n\
                        Example: contract openapi compare openapi.yaml contracts/"
)]
pub(super) struct Arguments {
    /// OpenAPI description of the provider: a file, REVISION:PATH of Git, a URL, or broker:PROVIDER@BRANCH
    description: String,
    /// Contract files, or directories that contain them
    #[arg(required = true)]
    contracts: Vec<String>,
    /// AsyncAPI document for contracts about messages
    #[arg(long, value_name = "FILE")]
    asyncapi: Option<String>,
    /// Report the verdicts of openapi-pact-comparator, without corrections
    #[arg(long, conflicts_with = "strict")]
    parity: bool,
    /// Report errors instead of warnings for values that the contract does not handle
    #[arg(long)]
    strict: bool,
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

/// The result of one contract, for programs.
#[derive(Debug, Serialize)]
struct Compared {
    contract: String,
    #[serde(flatten)]
    comparison: Comparison,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let description = arguments.inputs.description(&arguments.description)?;
    let messages = match &arguments.asyncapi {
        Some(name) => Some(arguments.inputs.messages(name)?),
        None => None,
    };
    let options = if arguments.parity {
        CompareOptions::parity()
    } else if arguments.strict {
        CompareOptions::strict()
    } else {
        CompareOptions::default()
    };
    let comparator =
        Comparator::with(Some(&description), messages.as_ref(), options).map_err(files::usage)?;
    let (mut issues, mut results) = (Vec::new(), Vec::new());
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    for named in arguments.inputs.contracts(&arguments.contracts)? {
        let comparison = comparator.compare(&named.contract).map_err(files::usage)?;
        let (contract, documents) = (named.contract.documents(), description.documents());
        issues.extend(
            comparison
                .findings
                .iter()
                .map(|finding| Issue::of_finding(finding, contract, Some(documents))),
        );
        for (reason, count) in &comparison.unknown_reasons {
            *unknown.entry(reason.clone()).or_default() += count;
        }
        results.push(Compared {
            contract: named.name,
            comparison,
        });
    }
    let issues = arguments.baseline.apply(issues)?;
    show("contracts and description", arguments.output, &issues, &results);
    if !unknown.is_empty() {
        output::note(&told_unknown(&unknown));
    }
    Ok(arguments.fail_on.exit(&issues))
}

/// Tells how much is unknown, and why.
fn told_unknown(unknown: &BTreeMap<String, usize>) -> String {
    let count: usize = unknown.values().sum();
    let reasons: Vec<String> = unknown
        .iter()
        .map(|(reason, count)| format!("{reason}: {count}"))
        .collect();
    let noun = if count == 1 {
        "value or response body"
    } else {
        "values or response bodies"
    };
    format!(
        "for {count} {noun} it is unknown whether contract and description match ({})",
        reasons.join(", ")
    )
}
