//! Collects the results of a run with one process per interaction.
//!
//! `cargo nextest run` starts one process per test. A contract's result can be published only when all its interactions
//! have one, so each process writes its entry to a folder shared by the run, and the one that completes a contract
//! publishes it. A retried process replaces its entry and publishes again.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

#[cfg(feature = "broker")]
use serde::{Deserialize, Serialize};
#[cfg(feature = "broker")]
use serde_json::Value;

use super::report::Document;
use crate::{Error, ErrorKind};

/// The folder of one run.
pub(super) struct RunFolder {
    path: PathBuf,
}

/// The result of one process.
#[cfg(feature = "broker")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) success: bool,
    /// Whether the interaction was conclusive.
    pub(super) conclusive: bool,
    /// The interaction's entry of the published result.
    pub(super) result: Value,
}

/// Age after which folders of finished runs are removed.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
const PREFIX: &str = "contract-verification-";

impl RunFolder {
    /// Returns the folder of the nextest run of this process; `None` outside of nextest.
    pub(super) fn of_this_run() -> Option<Result<Self, Error>> {
        let run = std::env::var("NEXTEST_RUN_ID")
            .ok()
            .filter(|run| !run.is_empty())?;
        Some(Self::open(&std::env::temp_dir(), &run))
    }

    fn open(parent: &Path, run: &str) -> Result<Self, Error> {
        let safe: String = run
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect();
        let path = parent.join(format!("{PREFIX}{safe}"));
        if !path.exists() {
            remove_old(parent);
        }
        fs::create_dir_all(&path).map_err(|error| failed(&path, &error))?;
        Ok(Self { path })
    }

    /// Writes the entry of one interaction of a contract; returns all entries once there are `total`.
    ///
    /// Of concurrent processes exactly one is the first to see the contract complete.
    #[cfg(feature = "broker")]
    pub(super) fn leave(
        &self,
        contract: &str,
        interaction: usize,
        total: usize,
        entry: &Entry,
    ) -> Result<Option<Vec<Entry>>, Error> {
        let folder = self.path.join(file_name(contract));
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        let _lock = lock(&folder)?;
        let name = |index: usize| folder.join(format!("{index}.json"));
        let path = name(interaction);
        let text = serde_json::to_vec(entry).map_err(|error| failed(&path, &error.into()))?;
        fs::write(&path, text).map_err(|error| failed(&path, &error))?;
        let mut entries = Vec::with_capacity(total);
        for index in 0..total {
            let path = name(index);
            match fs::read(&path) {
                Ok(text) => {
                    entries
                        .push(serde_json::from_slice(&text).map_err(|error| failed(&path, &error.into()))?);
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(failed(&path, &error)),
            }
        }
        Ok(Some(entries))
    }
}

impl RunFolder {
    /// Merges this process's results into the report of the run; returns the merged report.
    pub(super) fn merge(&self, document: Document) -> Result<Document, Error> {
        let _lock = lock(&self.path)?;
        let path = self.path.join(format!("{}.json", file_name(&document.provider)));
        let merged = match fs::read(&path) {
            Ok(text) => {
                let mut merged: Document =
                    serde_json::from_slice(&text).map_err(|error| failed(&path, &error.into()))?;
                merged.merge(document);
                merged
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => document,
            Err(error) => return Err(failed(&path, &error)),
        };
        fs::write(&path, merged.to_json()).map_err(|error| failed(&path, &error))?;
        Ok(merged)
    }
}

/// Returns a file name derived from this text.
fn file_name(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Locks a folder against other processes of the run until the file is dropped.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let lock = File::create(&path).map_err(|error| failed(&path, &error))?;
    lock.lock().map_err(|error| failed(&path, &error))?;
    Ok(lock)
}

/// Removes the folders of old runs; failing to do so does not fail a run.
fn remove_old(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let is_run = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let is_old =
            modified.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > KEPT));
        if is_run && is_old {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Io,
        format!(
            "cannot keep this run's verification results at {}: {error}",
            path.display()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_last_entry_completes_a_contract() {
        let parent = tempfile::tempdir().unwrap();
        let entry = |n: usize| Entry {
            success: n != 1,
            conclusive: true,
            result: json!({ "interactionId": n }),
        };
        let open = || RunFolder::open(parent.path(), "run/1").unwrap();
        assert_eq!(open().leave("a", 2, 3, &entry(2)).unwrap(), None);
        assert_eq!(open().leave("a", 0, 3, &entry(0)).unwrap(), None);
        assert_eq!(
            open().leave("b", 1, 3, &entry(1)).unwrap(),
            None,
            "another contract"
        );
        let all = open().leave("a", 1, 3, &entry(1)).unwrap();
        assert_eq!(all, Some(vec![entry(0), entry(1), entry(2)]));
        let retried = open().leave("a", 1, 3, &entry(2)).unwrap().unwrap();
        assert!(
            retried.iter().all(|entry| entry.success),
            "a retry replaces its entry"
        );
    }
}
