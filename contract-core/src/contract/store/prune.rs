//! Removes interactions that a complete test run no longer wrote.

use std::path::Path;

use super::atomic::Locked;
use super::file::Mode;
use super::ledger::{Ledger, hash};
use super::run::Run;
use crate::contract::Contract;
use crate::contract::merge::{Identity, without_lines};
use crate::{Error, ErrorKind};

/// The result of [`prune`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Pruned {
    /// Interactions that no test of the run wrote: removed, or in [`Mode::Check`] reported.
    pub stale: Vec<Identity>,
    /// Interactions that no test of the run wrote, kept because they do not name a test (`comments.testname`): another
    /// tool or a person wrote them.
    pub unsigned: Vec<Identity>,
    /// Whether no test of the run wrote to this contract at all. Nothing is removed then: a person must decide whether
    /// the pair still exists.
    pub untouched: bool,
}

/// Removes the interactions of a contract that no test of this run wrote. The run must be complete, with all tests of
/// the consumer. In [`Mode::Check`] they are only reported.
///
/// For a complete run: choose a new [`Run`], run all tests with [`Run::VARIABLE`] set to its name, and prune after they
/// have passed.
///
/// # Errors
/// - [`Usage`](ErrorKind::Usage): a test failed in the run, so it is incomplete.
/// - [`Malformed`](ErrorKind::Malformed), [`Io`](ErrorKind::Io): the contract cannot be read or written; it is
///   unchanged.
pub fn prune(path: &Path, run: &Run, mode: Mode) -> Result<Pruned, Error> {
    if !path.is_file() {
        return Err(Error::new(
            ErrorKind::Io,
            format!("cannot prune {}: there is no such file", path.display()),
        ));
    }
    let file = Locked::acquire(path)?;
    let ledger = Ledger::open(&file, run, None)?;
    if !ledger.failed.is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            format!(
                "cannot prune {}: a test failed, so the run is incomplete: {}; fix it and prune again",
                path.display(),
                ledger.failed.join(", ")
            ),
        ));
    }
    let bytes = file.read()?.unwrap_or_default();
    let mut contract = Contract::read_bytes(&bytes, &path.display().to_string())?;
    let mut pruned = Pruned {
        untouched: ledger.is_new(),
        ..Pruned::default()
    };
    if pruned.untouched {
        return Ok(pruned);
    }
    let mut renamed = false;
    contract.interactions.retain_mut(|interaction| {
        let identity = Identity::of(interaction);
        let known = hash(&identity.text());
        if ledger.contains(known) {
            // The test named in the file may be gone while others still write the same content.
            let first = ledger.tests(known).filter(|test| !test.is_empty()).min();
            if let (Some(present), Some(first)) = (interaction.test_name(), first)
                && !ledger
                    .tests(known)
                    .any(|test| without_lines(test) == without_lines(present))
            {
                interaction.comments.insert("testname".to_owned(), first.into());
                renamed = true;
            }
            true
        } else if interaction.test_name().is_some() {
            pruned.stale.push(identity);
            false
        } else {
            pruned.unsigned.push(identity);
            true
        }
    });
    if mode == Mode::Write && (renamed || !pruned.stale.is_empty()) {
        file.replace(&contract.to_text(contract.specification)?)?;
    }
    Ok(pruned)
}
