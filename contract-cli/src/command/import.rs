//! `contract import`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use contract_core::contract::Contract;
use contract_core::contract::store::file_name;
use contract_core::import::{
    self, Finding, FindingKind, Imported, Kind, OnConflict, Options, Patterns, Source,
};
use contract_core::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::output::{self, OutputArguments, PlainFormat};
use crate::progress::Progress;

#[derive(Debug, Args)]
#[command(
    after_help = "Secrets (credentials, cookies, tokens, passwords) are replaced before anything is written.\n\n\
                  Example: contract import --consumer web-app --provider user-api mappings/"
)]
pub(crate) struct Arguments {
    /// Files of other tools, or directories that contain them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Name of the consumer
    #[arg(long, value_name = "NAME")]
    consumer: String,
    /// Name of the provider
    #[arg(long, value_name = "NAME")]
    provider: String,
    /// Kind of the files; by default each is recognised
    #[arg(long, value_parser = kind, value_name = "KIND")]
    from: Option<Kind>,
    /// Directory with the contract files
    #[arg(long, env = "CONTRACT_DIR", default_value = "contracts", value_name = "PATH")]
    dir: PathBuf,
    /// What of a response the contract asks for, if the file has no rules
    #[arg(long, value_enum, default_value_t)]
    patterns: PatternsOf,
    /// Only exchanges with this host, such as api.example.com or localhost:8080
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Status of responses to requests that were stored without one; their interactions are pending
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(100..=599))]
    assume_status: Option<u16>,
    /// Value of a variable of collections and .http files; may be repeated
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<Variable>,
    /// Keep the values of this header, parameter or member, which look like secrets; `*` for all; may be repeated
    #[arg(long, value_name = "NAME")]
    keep: Vec<String>,
    /// Replace interactions of the contract that have the same name and say something else
    #[arg(long)]
    replace: bool,
    /// Write nothing and exit with 1 if a part of the files is lost or left out
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    output: OutputArguments,
}

/// How responses without rules become patterns.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum PatternsOf {
    /// The same members and types; identifiers and dates by their form
    #[default]
    Suggest,
    /// The same values
    Exact,
}

#[derive(Debug, Clone)]
struct Variable {
    name: String,
    value: String,
}

fn kind(text: &str) -> Result<Kind, String> {
    text.parse().map_err(|_| {
        let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        format!("use one of {}", names.join(", "))
    })
}

fn variable(text: &str) -> Result<Variable, String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("write it as NAME=VALUE, such as baseUrl=http://localhost")?;
    Ok(Variable {
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

pub(crate) fn run(arguments: Arguments) -> Result<Exit, Error> {
    let mut options = Options::default();
    options.kind = arguments.from;
    options.patterns = match arguments.patterns {
        PatternsOf::Suggest => Patterns::Suggest,
        PatternsOf::Exact => Patterns::Exact,
    };
    options.keep = arguments.keep;
    options.host = arguments.host;
    options.assume_status = arguments.assume_status;
    let variables = arguments.variables.into_iter();
    options.variables = variables
        .map(|variable| (variable.name, variable.value))
        .collect();

    let progress = Progress::unknown("importing");
    let imported = import::read(&Source::read_all(&arguments.paths)?, &options)?;
    drop(progress);
    let format = arguments.output.format;
    if format == PlainFormat::Text {
        show(&imported.findings);
    }
    if arguments.strict
        && let lost = count(&imported, FindingKind::Lost) + count(&imported, FindingKind::LeftOut)
        && lost > 0
    {
        let places = output::counted(lost, "place");
        return Err(Error::new(
            ErrorKind::Unmet,
            format!("nothing was written: {places} of the files cannot be said in a contract"),
        ));
    }
    let mut contract = Contract::new(arguments.consumer, arguments.provider);
    contract.interactions.clone_from(&imported.interactions);
    let path = arguments
        .dir
        .join(file_name(&contract.consumer.name, &contract.provider.name));
    let on_conflict = if arguments.replace {
        OnConflict::Replace
    } else {
        OnConflict::Refuse
    };
    let outcome = import::into_file(&path, &contract, on_conflict)?;
    match format {
        PlainFormat::Text => {
            for change in &outcome.changes {
                output::result(&change.describe());
            }
            output::result(&format!(
                "{}: {} of {} changed",
                path.display(),
                outcome.changes.len(),
                output::counted(imported.interactions.len(), "interaction")
            ));
        }
        PlainFormat::Json => {
            let changed: Vec<String> = outcome
                .changes
                .iter()
                .map(|change| change.identity().to_string())
                .collect();
            output::json(&json!({
                "contract": path,
                "interactions": imported.interactions.len(),
                "changed": changed,
                "findings": imported.findings.iter().map(as_json).collect::<Vec<_>>(),
            }));
        }
    }
    Ok(Exit::Fine)
}

fn count(imported: &Imported, kind: FindingKind) -> usize {
    imported
        .findings
        .iter()
        .filter(|finding| finding.kind == kind)
        .count()
}

fn show(findings: &[Finding]) {
    for finding in findings {
        let text = format!("{}: {finding}", finding.kind.name());
        match finding.kind {
            FindingKind::Redacted => output::note(&text),
            _ => output::warning(&text),
        }
    }
}

fn as_json(finding: &Finding) -> Value {
    json!({
        "kind": finding.kind.name(),
        "file": finding.file,
        "place": finding.place,
        "what": finding.what,
    })
}
