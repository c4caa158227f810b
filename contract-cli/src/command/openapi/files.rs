//! Reads descriptions and contracts from disk and Git.

use std::path::Path;
use std::process::Command;

use contract_core::contract::files_in;
use contract_core::{Error, ErrorKind};
use contract_openapi::document::{Documents, LoadOptions, SourceError, Sources};
use contract_openapi::{ContractFile, Description};

/// Files on disk, and those of a Git revision: `REVISION:PATH`.
pub(super) struct Files;

impl Sources for Files {
    fn read(&self, name: &str) -> Result<String, SourceError> {
        let is_committed = name
            .split_once(':')
            .is_some_and(|(revision, path)| revision.len() > 1 && !path.is_empty());
        if !Path::new(name).exists() && is_committed {
            return committed(name);
        }
        std::fs::read_to_string(name).map_err(|error| SourceError::new(error.to_string()))
    }
}

/// Returns the file as committed in Git.
fn committed(object: &str) -> Result<String, SourceError> {
    let shown = Command::new("git").args(["show", object]).output();
    let shown = shown
        .map_err(|error| SourceError::new(format!("git could not be run ({error}): is it installed?")))?;
    if !shown.status.success() {
        return Err(SourceError::new(
            String::from_utf8_lossy(&shown.stderr).trim().to_owned(),
        ));
    }
    String::from_utf8(shown.stdout).map_err(|_| SourceError::new("the file is not UTF-8"))
}

/// Converts an error of the library.
pub(super) fn usage(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Usage, error.to_string())
}

pub(super) fn description(name: &str) -> Result<Description, Error> {
    Description::load(name, &Files, &LoadOptions::default()).map_err(usage)
}

pub(super) fn documents(name: &str) -> Result<Documents, Error> {
    Documents::load(name, &Files, &LoadOptions::default()).map_err(usage)
}

pub(super) fn text(name: &str) -> Result<String, Error> {
    Files
        .read(name)
        .map_err(|error| usage(format!("{name}: {error}")))
}

/// A contract with its file name.
pub(super) struct NamedContract {
    pub(super) name: String,
    pub(super) contract: ContractFile,
}

impl NamedContract {
    /// Returns the consumer, or the file if it names none.
    pub(super) fn consumer(&self) -> String {
        self.contract.consumer().unwrap_or(&self.name).to_owned()
    }
}

/// Returns the contracts of files and directories.
pub(super) fn contracts(names: &[String]) -> Result<Vec<NamedContract>, Error> {
    let mut files = Vec::new();
    for name in names {
        if Path::new(name).is_dir() {
            let found = files_in(name)?;
            files.extend(found.into_iter().map(|path| path.to_string_lossy().into_owned()));
        } else {
            files.push(name.clone());
        }
    }
    if files.is_empty() {
        return Err(usage(
            "no contract files: give files, or a directory that contains some",
        ));
    }
    files
        .into_iter()
        .map(|name| {
            let contract = ContractFile::from_text(&name, &text(&name)?).map_err(usage)?;
            Ok(NamedContract { name, contract })
        })
        .collect()
}
