//! `contract check`

use std::path::PathBuf;

use clap::Args;
use contract_core::Error;
use contract_core::contract::{Contract, files_in};

use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Contract files, or directories that hold them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let mut files = Vec::new();
    for path in &arguments.paths {
        if path.is_dir() {
            files.extend(files_in(path)?);
        } else {
            files.push(path.clone());
        }
    }
    let mut faults = 0;
    for file in &files {
        let found = match Contract::read_file(file) {
            Ok(contract) => contract.faults(),
            Err(error) => vec![error],
        };
        for fault in &found {
            output::error(&format!("{}: {fault}", file.display()));
        }
        faults += found.len();
    }
    if faults > 0 {
        output::result(&format!("{faults} faults in {} contract files", files.len()));
        return Ok(Exit::No);
    }
    output::result(&format!("{} contract files are fine", files.len()));
    Ok(Exit::Fine)
}
