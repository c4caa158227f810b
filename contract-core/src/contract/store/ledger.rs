//! Records what one test run has written into one contract.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::atomic::{Locked, cannot};
use super::run::{Run, process};
use crate::Error;
use crate::contract::merge::without_lines;

/// The file has one line for each entry: identity, content, process, test, separated by tabs.
pub(super) struct Ledger {
    path: PathBuf,
    entries: Vec<Entry>,
    /// The indexes of the last entry of each test, by identity.
    by_identity: HashMap<u64, Vec<usize>>,
    /// Tests that failed in this run.
    pub(super) failed: Vec<String>,
    is_new: bool,
}

/// An interaction that a test of the run wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) identity: u64,
    pub(super) content: u64,
    pub(super) process: String,
    /// The test's name; empty if it has none.
    pub(super) test: String,
}

/// Marks a failed test in place of the identity.
const FAILED: &str = "failed";
/// How long ledgers of finished runs are kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

impl Ledger {
    /// Reads the ledger of this run: all of it, or the entries of the identities in `wanted`. Incomplete lines (a
    /// process was killed) are skipped.
    pub(super) fn open(file: &Locked, run: &Run, wanted: Option<&[Entry]>) -> Result<Self, Error> {
        let wanted: Option<HashSet<u64>> =
            wanted.map(|entries| entries.iter().map(|entry| entry.identity).collect());
        let path = file.beside(&format!("run-{:016x}", hash(run.as_str())));
        let mut ledger = Self {
            entries: Vec::new(),
            by_identity: HashMap::new(),
            failed: Vec::new(),
            is_new: false,
            path,
        };
        let text = match fs::read_to_string(&ledger.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                ledger.is_new = true;
                return Ok(ledger);
            }
            Err(error) => return Err(cannot("read", &ledger.path, error)),
        };
        for line in text
            .split_inclusive('\n')
            .filter_map(|line| line.strip_suffix('\n'))
        {
            let mut fields = line.splitn(4, '\t');
            let (Some(identity), Some(content), Some(process), Some(test)) =
                (fields.next(), fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            if identity == FAILED {
                ledger.failed.push(test.to_owned());
            } else if let (Ok(identity), Ok(content)) = (
                u64::from_str_radix(identity, 16),
                u64::from_str_radix(content, 16),
            ) && wanted.as_ref().is_none_or(|wanted| wanted.contains(&identity))
            {
                ledger.insert(Entry {
                    identity,
                    content,
                    process: process.to_owned(),
                    test: test.to_owned(),
                });
            }
        }
        Ok(ledger)
    }

    /// Returns whether no test of this run has written anything yet.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    pub(super) fn contains(&self, identity: u64) -> bool {
        self.by_identity.contains_key(&identity)
    }

    /// Returns the tests that wrote this interaction.
    pub(super) fn tests(&self, identity: u64) -> impl Iterator<Item = &str> {
        self.by_identity
            .get(&identity)
            .into_iter()
            .flatten()
            .map(|index| self.entries[*index].test.as_str())
    }

    /// Returns the conflicting entry of another test of this run, or of this test earlier in this process.
    pub(super) fn conflict(&self, new: &Entry) -> Option<&Entry> {
        self.by_identity
            .get(&new.identity)?
            .iter()
            .map(|index| &self.entries[*index])
            .find(|entry| {
                let is_retry = !new.test.is_empty() && same_test(entry, new) && entry.process != new.process;
                entry.content != new.content && !is_retry
            })
    }

    /// Returns whether the ledger has this entry.
    fn knows(&self, new: &Entry) -> bool {
        self.by_identity.get(&new.identity).is_some_and(|known| {
            known.iter().any(|index| {
                let entry = &self.entries[*index];
                entry.content == new.content && entry.test == new.test && entry.process == new.process
            })
        })
    }

    fn insert(&mut self, entry: Entry) {
        let known = self.by_identity.entry(entry.identity).or_default();
        let again = known
            .iter()
            .copied()
            .find(|index| same_test(&self.entries[*index], &entry));
        if let Some(index) = again {
            self.entries[index] = entry;
        } else {
            known.push(self.entries.len());
            self.entries.push(entry);
        }
    }

    /// Appends these entries to the file.
    pub(super) fn record(&self, file: &Locked, entries: &[Entry]) -> Result<(), Error> {
        let mut lines = String::new();
        for entry in entries.iter().filter(|entry| !self.knows(entry)) {
            use std::fmt::Write as _;
            let _ = writeln!(
                lines,
                "{:016x}\t{:016x}\t{}\t{}",
                entry.identity, entry.content, entry.process, entry.test
            );
        }
        self.append(file, &lines)
    }

    /// Records that a test failed: the run is then incomplete.
    pub(super) fn record_failure(&self, file: &Locked, test: &str) -> Result<(), Error> {
        self.append(file, &format!("{FAILED}\t\t{}\t{}\n", process(), one_line(test)))
    }

    fn append(&self, file: &Locked, lines: &str) -> Result<(), Error> {
        if lines.is_empty() {
            return Ok(());
        }
        if self.is_new {
            remove_old(file);
        }
        fs::File::options()
            .create(true)
            .append(true)
            .open(&self.path)
            .and_then(|mut ledger| ledger.write_all(lines.as_bytes()))
            .map_err(|error| cannot("write", &self.path, error))
    }
}

/// Returns whether the entries are from the same test: by name, or without one by process.
fn same_test(one: &Entry, other: &Entry) -> bool {
    if one.test.is_empty() && other.test.is_empty() {
        one.process == other.process
    } else {
        without_lines(&one.test) == without_lines(&other.test)
    }
}

/// Removes old ledgers; one that is left over does no harm.
fn remove_old(file: &Locked) {
    for path in file.all_beside("run-") {
        let is_old = fs::metadata(&path)
            .and_then(|metadata| metadata.modified())
            .is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > KEPT));
        if is_old {
            let _ = fs::remove_file(path);
        }
    }
}

pub(super) fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

/// Hashes a text with FNV-1a: the result is the same in every process and build, which the standard library's
/// hashes do not guarantee.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
