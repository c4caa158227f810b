//! Adds imported interactions to a contract file.

use std::path::Path;

use crate::contract::Contract;
use crate::contract::merge::Change;
use crate::contract::store::{Options, Outcome, Run, merge_into_file};
use crate::{Error, ErrorKind};

/// What to do with an existing interaction that the import would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// Keep it, and fail with its name: a test may have written it.
    #[default]
    Refuse,
    /// Replace it.
    Replace,
}

/// Merges the interactions of `contract` into the file, like [`merge_into_file`]. Importing the same files
/// again changes nothing.
///
/// # Errors
///
/// See [`merge_into_file`]; `Conflict` if the file has an interaction with the same name and different
/// content, unless it may be replaced.
pub fn into_file(path: &Path, contract: &Contract, on_conflict: OnConflict) -> Result<Outcome, Error> {
    if on_conflict == OnConflict::Refuse && path.exists() {
        refuse_to_replace(path, contract)?;
    }
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanoseconds = since.map_or(0, |since| since.as_nanos());
    let run = Run::new(format!("import-{}-{nanoseconds}", std::process::id()));
    merge_into_file(path, contract, &Options::new(run))
}

fn refuse_to_replace(path: &Path, contract: &Contract) -> Result<(), Error> {
    let mut present = Contract::read_file(path)?;
    let specification = present.specification.max(contract.specification);
    let changes = present
        .merge(contract, specification)
        .map_err(|error| error.context(format!("cannot add to the contract {}", path.display())))?;
    let replaced: Vec<String> = changes
        .iter()
        .filter(|change| matches!(change, Change::Replaced { .. }))
        .map(Change::describe)
        .collect();
    if replaced.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Conflict,
        format!(
            "{} has interactions of the same name that say something else; nothing was written:\n{}\nrename them in the imported file, or replace what is in the contract (--replace)",
            path.display(),
            replaced.join("\n")
        ),
    ))
}
