//! Reads the contract files of a directory.

use std::path::{Path, PathBuf};

use super::Contract;
use crate::{Error, ErrorKind};

/// A file found by [`read_contracts`].
#[derive(Debug)]
pub enum ContractFile {
    /// A contract.
    Contract {
        /// The path of the file.
        path: PathBuf,
        /// The contract.
        contract: Box<Contract>,
    },
    /// A JSON document of another kind in a directory: a `package.json`, a report, a configuration.
    Other(PathBuf),
    /// A file that cannot be read as a contract.
    Unreadable {
        /// The path of the file.
        path: PathBuf,
        /// Why; it names the file.
        error: Error,
    },
}

/// Reads contract files one after another. Each path is a file, or a directory whose files are read ([`files_in`]).
///
/// A file that cannot be read is returned as [`ContractFile::Unreadable`], so that the caller can continue with the
/// others. A file that is named itself must be a contract; directories may contain other JSON documents.
///
/// ```
/// use contract_core::contract::{Contract, ContractFile, Specification, read_contracts};
///
/// let directory = tempfile::tempdir()?;
/// let text = Contract::new("web-app", "user-api").to_text(Specification::V4)?;
/// std::fs::write(directory.path().join("web-app-user-api.json"), text)?;
/// std::fs::write(directory.path().join("package.json"), "{}")?;
///
/// let found: Vec<_> = read_contracts([directory.path()])?.collect();
/// assert!(matches!(found[0], ContractFile::Other(_)));
/// assert!(matches!(&found[1], ContractFile::Contract { contract, .. } if contract.provider.name == "user-api"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Io`](ErrorKind::Io) if a directory cannot be read.
pub fn read_contracts<P: AsRef<Path>>(
    paths: impl IntoIterator<Item = P>,
) -> Result<impl ExactSizeIterator<Item = ContractFile>, Error> {
    let mut files = Vec::new();
    for path in paths {
        let path = path.as_ref();
        if path.is_dir() {
            files.extend(files_in(path)?.into_iter().map(|file| (file, true)));
        } else {
            files.push((path.to_owned(), false));
        }
    }
    Ok(files
        .into_iter()
        .map(|(path, in_directory)| read(path, in_directory)))
}

/// Reads the contract files of a directory; see [`read_contracts`].
///
/// # Errors
/// [`Io`](ErrorKind::Io) if the directory, or one in it, cannot be read.
pub fn contracts_in(directory: impl AsRef<Path>) -> Result<impl Iterator<Item = ContractFile>, Error> {
    Ok(files_in(directory)?.into_iter().map(|path| read(path, true)))
}

fn read(path: PathBuf, in_directory: bool) -> ContractFile {
    match Contract::read_file(&path) {
        Ok(contract) => ContractFile::Contract {
            path,
            contract: Box::new(contract),
        },
        Err(error) if in_directory && error.kind() == ErrorKind::NotAContract => ContractFile::Other(path),
        Err(error) => ContractFile::Unreadable { path, error },
    }
}

/// Returns whether a path leads to a file, or nowhere, which reading it tells. A pipe would be waited for without end.
fn may_be_read(path: &Path) -> bool {
    path.metadata().map_or(true, |found| found.is_file())
}

/// Returns all `*.json` files of a directory and its subdirectories, sorted by path. Files and directories whose names
/// start with a dot are skipped, as is what is no file, such as a pipe.
///
/// # Errors
///
/// `Io` if the directory, or one in it, cannot be read.
pub fn files_in(directory: impl AsRef<Path>) -> Result<Vec<PathBuf>, Error> {
    let failed = |path: &Path, error: std::io::Error| {
        Error::new(
            ErrorKind::Io,
            format!(
                "cannot read the contract directory {}: {error}; give the directory that the consumers' tests write",
                path.display()
            ),
        )
    };
    let mut files = Vec::new();
    let mut directories = vec![directory.as_ref().to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = std::fs::read_dir(&directory).map_err(|error| failed(&directory, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failed(&directory, error))?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // Links to directories are not followed: they could form a cycle.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") && may_be_read(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
