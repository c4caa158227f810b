//! Interactions that a person must accept before they are added to the contract.

use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::{self, Locked, PENDING, cannot};
use super::file::merge;
use crate::Error;
use crate::contract::Contract;
use crate::contract::merge::Identity;

/// New and changed interactions of one contract, to be accepted or rejected; written in
/// [`Mode::Review`](super::Mode::Review).
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    path: PathBuf,
    contract: Contract,
}

/// Returns the pending interactions in a directory and its subdirectories, sorted by path. Hidden directories
/// are skipped.
///
/// # Errors
/// - [`Io`](crate::ErrorKind::Io): the directory or a file in it cannot be read.
/// - [`Malformed`](crate::ErrorKind::Malformed): a pending file is not a contract.
pub fn pending_in(directory: impl AsRef<Path>) -> Result<Vec<Pending>, Error> {
    let mut found = Vec::new();
    let mut directories = vec![directory.as_ref().to_owned()];
    while let Some(directory) = directories.pop() {
        let unreadable = |error| cannot("read the contract directory", &directory, error);
        for entry in fs::read_dir(&directory).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // Links to directories are not followed: they could form a cycle.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == PENDING) {
                found.extend(Pending::of(&path.with_extension(""))?);
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

impl Pending {
    /// Reads the pending interactions of the contract at `path`; `None` if there are none.
    ///
    /// # Errors
    /// See [`pending_in`].
    pub fn of(path: &Path) -> Result<Option<Self>, Error> {
        let bytes = atomic::read(&atomic::pending(path))?;
        Ok(read(path, bytes.as_deref())?.map(|contract| Self {
            path: path.to_owned(),
            contract,
        }))
    }

    /// Returns the path of the contract.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the pending interactions, as a contract.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Returns the contract on disk, without the pending interactions; `None` if it does not exist yet.
    ///
    /// # Errors
    /// See [`Contract::read_bytes`].
    pub fn before(&self) -> Result<Option<Contract>, Error> {
        atomic::read(&self.path)?
            .map(|bytes| Contract::read_bytes(&bytes, &self.path.display().to_string()))
            .transpose()
    }

    /// Adds these pending interactions to the contract. Other interactions stay pending; those that are no
    /// longer pending are skipped.
    ///
    /// # Errors
    /// See [`merge_into_file`](super::merge_into_file); contract and pending file are then unchanged.
    pub fn accept(path: &Path, identities: &[Identity]) -> Result<(), Error> {
        let file = Locked::acquire(path)?;
        let Some(waiting) = read(path, file.read_pending()?.as_deref())? else {
            return Ok(());
        };
        let (accepted, rest) = split(waiting, identities);
        if let Some(text) = merge(path, file.read()?.as_deref(), &accepted)?.text {
            file.replace(&text)?;
        }
        replace(&file, &rest)
    }

    /// Removes these pending interactions; the contract is unchanged.
    ///
    /// # Errors
    /// [`Io`](crate::ErrorKind::Io), [`Malformed`](crate::ErrorKind::Malformed): the pending file cannot be read or written.
    pub fn reject(path: &Path, identities: &[Identity]) -> Result<(), Error> {
        let file = Locked::acquire(path)?;
        match read(path, file.read_pending()?.as_deref())? {
            Some(waiting) => replace(&file, &split(waiting, identities).1),
            None => Ok(()),
        }
    }
}

/// Reads the content of the pending file of the contract at `path`.
pub(super) fn read(path: &Path, bytes: Option<&[u8]>) -> Result<Option<Contract>, Error> {
    let Some(bytes) = bytes else { return Ok(None) };
    let place = atomic::pending(path).display().to_string();
    Contract::read_bytes(bytes, &place).map(Some).map_err(|error| {
        error.context(
            "cannot read the interactions that wait for review (delete the file and run the tests again)",
        )
    })
}

/// Splits the pending interactions into those with these identities and the others.
fn split(mut waiting: Contract, identities: &[Identity]) -> (Contract, Contract) {
    let interactions = std::mem::take(&mut waiting.interactions);
    let (chosen, rest) = interactions
        .into_iter()
        .partition(|interaction| identities.contains(&Identity::of(interaction)));
    let of = |interactions| Contract {
        interactions,
        ..waiting.clone()
    };
    (of(chosen), of(rest))
}

fn replace(file: &Locked, rest: &Contract) -> Result<(), Error> {
    if rest.interactions.is_empty() {
        return file.replace_pending(None);
    }
    file.replace_pending(Some(&rest.to_text(rest.specification)?))
}
