//! `contract format`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use contract_core::contract::{ContractFile, Specification, read_contracts};
use contract_core::{Error, ErrorKind};
use serde_json::json;

use crate::contracts::no_contract;
use crate::exit::Exit;
use crate::output::{self, OutputArguments, PlainFormat};

#[derive(Debug, Args)]
#[command(
    after_help = "Members and interactions are sorted, so that equal contracts have equal bytes.\n\n\
                        Example: contract format --check contracts"
)]
pub(crate) struct Arguments {
    /// Contract files, or directories that contain them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing; exit with 1 if a file would change
    #[arg(long)]
    check: bool,
    /// Version of the format to write; by default that of the file
    #[arg(long, value_enum, value_name = "VERSION")]
    specification: Option<Version>,
    #[command(flatten)]
    output: OutputArguments,
}

/// A writable version of the format.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Version {
    #[value(name = "2")]
    V2,
    #[value(name = "3")]
    V3,
    #[value(name = "4")]
    V4,
}

impl From<Version> for Specification {
    fn from(version: Version) -> Self {
        match version {
            Version::V2 => Self::V2,
            Version::V3 => Self::V3,
            Version::V4 => Self::V4,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let (mut files, mut changed, mut failed) = (0, Vec::new(), None);
    for file in read_contracts(&arguments.paths)? {
        let formatted = match file {
            ContractFile::Contract { path, contract } => {
                let wanted = arguments.specification.map(Specification::from);
                // The oldest versions are read but not written.
                let version = wanted.unwrap_or(contract.specification.max(Specification::V2));
                contract
                    .to_text(version)
                    .and_then(|text| write(&path, &text, arguments.check))
                    .map(|is_changed| is_changed.then(|| path.clone()))
                    .map_err(|error| error.context(path.display()))
            }
            ContractFile::Unreadable { error, .. } => Err(error),
            ContractFile::Other(path) => {
                output::not_a_contract(&path);
                continue;
            }
        };
        files += 1;
        match formatted {
            Ok(path) => changed.extend(path),
            Err(error) => {
                output::failure(&error);
                failed.get_or_insert(Exit::of(&error));
            }
        }
    }
    if files == 0 {
        return Err(no_contract("format"));
    }
    match arguments.output.format {
        PlainFormat::Json => output::json(&json!({ "files": files, "changed": changed })),
        PlainFormat::Text => show(&changed, arguments.check, failed.is_some()),
    }
    Ok(match failed {
        Some(exit) => exit,
        None if arguments.check && !changed.is_empty() => Exit::No,
        None => Exit::Fine,
    })
}

fn show(changed: &[PathBuf], is_check: bool, has_failed: bool) {
    let what = if is_check { "would change" } else { "formatted" };
    for path in changed {
        output::result(&format!("{}: {what}", path.display()));
    }
    if changed.is_empty() && !has_failed {
        output::result("nothing to change");
    }
}

/// Writes the file unless this is only a check. Returns `false` if it is up to date.
fn write(path: &Path, text: &str, check: bool) -> Result<bool, Error> {
    let failed = |what: &str, error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("the file cannot be {what}: {error}"))
    };
    if !path.is_file() {
        let text = "it is not a file: only a file can be formatted";
        return Err(Error::new(ErrorKind::Usage, text));
    }
    if std::fs::read_to_string(path).map_err(|error| failed("read", error))? == text {
        return Ok(false);
    }
    if !check {
        std::fs::write(path, text).map_err(|error| failed("written", error))?;
    }
    Ok(true)
}
