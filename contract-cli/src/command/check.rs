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
            Ok(contract) => {
                let place = file.display();
                let faults = contract.faults().into_iter();
                faults.map(|fault| fault.context(&place)).collect()
            }
            Err(error) => vec![error],
        };
        for fault in &found {
            output::failure(fault);
        }
        faults += found.len();
    }
    if faults > 0 {
        let are = if faults == 1 {
            "is 1 fault"
        } else {
            &format!("are {faults} faults")
        };
        output::result(&format!("there {are} in {}", count(files.len())));
        return Ok(Exit::No);
    }
    output::result(&format!("no faults in {}", count(files.len())));
    Ok(Exit::Fine)
}

fn count(files: usize) -> String {
    if files == 1 {
        "1 contract file".to_owned()
    } else {
        format!("{files} contract files")
    }
}
