//! `contract export`

use std::path::{Path, PathBuf};

use clap::Args;
use contract_core::contract::Contract;
use contract_core::export::{self, Form};
use contract_core::{Error, ErrorKind};

use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: contract export --to wiremock --file mappings.json contracts/web-app-user-api.json"
)]
pub(crate) struct Arguments {
    /// Contract file
    #[arg(value_name = "PATH")]
    contract: PathBuf,
    /// Form: wiremock, postman, http or k6
    #[arg(long, value_parser = form, value_name = "FORM")]
    to: Form,
    /// File to write; standard output by default
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
}

fn form(text: &str) -> Result<Form, String> {
    text.parse().map_err(|_| {
        let names: Vec<&str> = Form::ALL.iter().map(|form| form.name()).collect();
        format!("use one of {}", names.join(", "))
    })
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let contract = Contract::read_file(&arguments.contract)?;
    let exported = export::write(&contract, arguments.to);
    for finding in &exported.findings {
        output::note(&format!("{}: {finding}", finding.kind.name()));
    }
    match &arguments.file {
        Some(path) => write(path, &exported.text)?,
        None => output::result(&exported.text),
    }
    Ok(Exit::Fine)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|error| {
        Error::new(ErrorKind::Io, format!("cannot write {}: {error}", path.display())).with_source(error)
    })
}
