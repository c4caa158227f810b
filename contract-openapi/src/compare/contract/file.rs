//! A contract file with positions.

use contract_core::contract::Contract;

use crate::Error;
use crate::document::{Documents, Limits, Node};

/// A contract file: its nodes with positions, and the contract.
#[derive(Debug, Clone)]
pub struct ContractFile {
    documents: Documents,
    contract: Result<Contract, String>,
}

impl ContractFile {
    /// Reads the text of a contract file.
    ///
    /// A file that is JSON but not a contract is accepted: the comparison reports what is wrong with it.
    ///
    /// # Errors
    ///
    /// The text is neither JSON nor YAML, or exceeds a limit.
    pub fn from_text(name: &str, text: &str) -> Result<Self, Error> {
        let documents = Documents::from_text(name, text, &Limits::default())?;
        let contract = Contract::from_json(documents.root().to_json()).map_err(|error| error.to_string());
        Ok(Self { documents, contract })
    }

    /// Returns the contract, if the file contains a valid one.
    pub fn contract(&self) -> Option<&Contract> {
        self.contract.as_ref().ok()
    }

    /// Returns why the file does not contain a valid contract.
    pub fn problem(&self) -> Option<&str> {
        self.contract.as_ref().err().map(String::as_str)
    }

    /// Returns the name of the consumer, if the file has it.
    pub fn consumer(&self) -> Option<&str> {
        self.root().descend(["consumer", "name"]).and_then(Node::as_str)
    }

    /// Returns the files: one.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Returns the root node.
    pub fn root(&self) -> &Node {
        self.documents.root()
    }
}
