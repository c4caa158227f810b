//! `contract check`

use std::path::PathBuf;

use clap::Args;
use contract_core::Error;
use contract_core::contract::{ContractFile, read_contracts};

use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Contract files, or directories that hold them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Exit with 1 if there are warnings
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let (mut files, mut problems, mut warnings) = (0, 0, 0);
    for file in read_contracts(&arguments.paths)? {
        let (path, contract) = match file {
            ContractFile::Contract { path, contract } => (path, contract),
            ContractFile::Unreadable(error) => {
                output::failure(&error);
                files += 1;
                problems += 1;
                continue;
            }
            ContractFile::Other(path) => {
                output::not_a_contract(&path);
                continue;
            }
        };
        files += 1;
        let place = path.display();
        for fault in contract.faults() {
            output::failure(&fault.context(&place));
            problems += 1;
        }
        for warning in contract.warnings() {
            output::warning(&format!("{place}: {warning}"));
            warnings += 1;
        }
    }
    let found = if problems == 0 {
        "no problems".to_owned()
    } else {
        count(problems, "problem")
    };
    let mut summary = format!("{}, {found} found", count(files, "contract file"));
    if warnings > 0 {
        summary = format!("{summary}, {}", count(warnings, "warning"));
    }
    output::result(&summary);
    Ok(if problems > 0 || (arguments.strict && warnings > 0) {
        Exit::No
    } else {
        Exit::Fine
    })
}

fn count(number: usize, what: &str) -> String {
    if number == 1 {
        format!("1 {what}")
    } else {
        format!("{number} {what}s")
    }
}
