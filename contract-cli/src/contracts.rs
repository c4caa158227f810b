//! Contracts of which a command needs every one.

use std::path::PathBuf;

use contract_core::contract::{Contract, ContractFile, read_contracts};
use contract_core::{Error, ErrorKind};

use crate::output;

/// A contract and the file that it came from.
pub(crate) struct Loaded {
    pub(crate) path: PathBuf,
    pub(crate) contract: Contract,
}

/// The contracts of files and directories. Those that cannot be read, and interactions that need a plugin, are all named
/// before this fails.
pub(crate) fn all(paths: &[PathBuf]) -> Result<Vec<Loaded>, Error> {
    let (mut loaded, mut problems) = (Vec::new(), 0);
    for file in read_contracts(paths)? {
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
            ContractFile::Unreadable(error) => {
                output::failure(&error);
                problems += 1;
            }
        }
    }
    if problems > 0 {
        return Err(Error::new(
            ErrorKind::Usage,
            format!(
                "nothing is served, because of {problems} {} in the contracts: correct them, or give other files",
                if problems == 1 { "problem" } else { "problems" }
            ),
        ));
    }
    Ok(loaded)
}
