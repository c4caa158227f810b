//! Contracts of commands that need all of them.

use std::path::PathBuf;

use contract_core::contract::{Contract, ContractFile, read_contracts};
use contract_core::{Error, ErrorKind};

use crate::output;
use crate::progress::Progress;

/// A contract with its file.
pub(crate) struct Loaded {
    pub(crate) path: PathBuf,
    pub(crate) contract: Contract,
}

/// Returns the error of a command that has nothing to do; `doing` is what was to be done with the contracts.
pub(crate) fn no_contract(doing: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!("there is no contract to {doing}: run the consumer's tests first, or give another path"),
    )
}

/// Returns the contracts of files and directories. All files that cannot be read, and all interactions that need a
/// plugin, are reported before this fails.
pub(crate) fn all(paths: &[PathBuf]) -> Result<Vec<Loaded>, Error> {
    let (mut loaded, mut problems) = (Vec::new(), 0);
    let files = read_contracts(paths)?;
    let progress = Progress::steps("reading contracts", files.len());
    for file in files {
        progress.one_more();
        match file {
            ContractFile::Contract { path, contract } => {
                for interaction in &contract.interactions {
                    if let Some(need) = contract.plugin_need(interaction) {
                        let place = format!("{}: interaction {:?}", path.display(), interaction.description);
                        output::error(&format!("{place}: {need}"));
                        problems += 1;
                    }
                }
                loaded.push(Loaded {
                    path,
                    contract: *contract,
                });
            }
            ContractFile::Other(path) => output::not_a_contract(&path),
            ContractFile::Unreadable { error, .. } => {
                output::failure(&error);
                problems += 1;
            }
        }
    }
    if problems > 0 {
        return Err(Error::new(
            ErrorKind::Usage,
            match problems {
                1 => "1 problem in the contracts: correct it, or give other files".to_owned(),
                several => format!("{several} problems in the contracts: correct them, or give other files"),
            },
        ));
    }
    Ok(loaded)
}
