//! Merges a contract into a file.

use std::path::{Path, PathBuf};

use super::atomic::{self, Locked};
use super::ledger::{Entry, Ledger, hash, one_line};
use super::pending;
use super::run::{Run, process};
use super::splice::{self, Spliced};
use crate::contract::merge::{Change, Identity, content, content_text, difference, written};
use crate::contract::write::Target;
use crate::contract::{Contract, Interaction, Specification};
use crate::diff::{Said, sides};
use crate::json;
use crate::{Error, ErrorKind};

/// Options of [`merge_into_file`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether to write.
    pub mode: Mode,
    /// The test run.
    pub run: Run,
}

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Write new and changed interactions.
    #[default]
    Write,
    /// Write nothing; a difference is an error.
    Check,
    /// Write new and changed interactions to a file next to the contract, to be
    /// [accepted](super::Pending::accept) or rejected.
    Review,
}

/// The outcome of [`merge_into_file`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// The path of the contract.
    pub path: PathBuf,
    /// The changes; empty if the file was up to date and left untouched.
    pub changes: Vec<Change>,
}

impl Options {
    /// Creates the options for writing in this run.
    pub fn new(run: Run) -> Self {
        Self {
            mode: Mode::Write,
            run,
        }
    }

    /// Reads the options from the environment: `CONTRACT_CHECK` set to anything but `0`, `false` or empty
    /// selects [`Mode::Check`], otherwise `CONTRACT_REVIEW` selects [`Mode::Review`] in the same way; the run
    /// is [`Run::from_env`].
    pub fn from_env() -> Self {
        let is_set = |name| std::env::var(name).is_ok_and(|value| is_on(&value));
        let mode = if is_set("CONTRACT_CHECK") {
            Mode::Check
        } else if is_set("CONTRACT_REVIEW") {
            Mode::Review
        } else {
            Mode::Write
        };
        Self {
            mode,
            run: Run::from_env(),
        }
    }

    /// Sets the mode.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::from_env()
    }
}

/// Returns whether the value of an environment variable enables an option: not if it is empty, `0`, `false`, `no` or
/// `off`, in any case.
pub(crate) fn is_on(value: &str) -> bool {
    let value = value.trim();
    let is_off = |word: &&str| value.eq_ignore_ascii_case(word);
    !["", "0", "false", "no", "off"].iter().any(is_off)
}

/// Returns the name of the contract file for this pair: `{consumer}-{provider}.json`. Characters that a file system may
/// reject are replaced by `_`.
pub fn file_name(consumer: &str, provider: &str) -> String {
    let name = format!("{consumer}-{provider}.json");
    let name = name.replace(
        |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'),
        "_",
    );
    // Hidden files are not read as contracts.
    match name.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None => name,
    }
}

/// Merges the interactions of a test into the contract at `path`; the [module](super) describes conflicts.
///
/// A missing file is created, with its parent folders. It is written in the newer of its own version and the one that
/// `contract` specifies (at least 2), and left untouched if nothing changes.
///
/// Blocks: waits for other processes that write the same file, and syncs to disk.
///
/// # Errors
/// After an error the file is unchanged.
///
/// - [`Conflict`](ErrorKind::Conflict): another test of this run wrote different content under the same identity; or
///   the file is the contract of another pair with the same file name.
/// - [`Drift`](ErrorKind::Drift): in [`Mode::Check`], the file would change.
/// - [`Malformed`](ErrorKind::Malformed): the file is not a contract.
/// - [`Invalid`](ErrorKind::Invalid): an interaction cannot be written in the file's version.
/// - [`Io`](ErrorKind::Io): the folder or file cannot be written.
pub fn merge_into_file(path: &Path, contract: &Contract, options: &Options) -> Result<Outcome, Error> {
    match options.mode {
        Mode::Write => write(path, contract, &options.run),
        Mode::Check => check(path, contract),
        Mode::Review => review(path, contract, &options.run),
    }
}

/// Records that a test that writes to this contract failed, so that [`prune`](super::prune) rejects this run. Does
/// nothing in [`Mode::Check`].
///
/// # Errors
/// [`Io`](ErrorKind::Io): the folder cannot be written.
pub fn mark_incomplete(path: &Path, test: &str, options: &Options) -> Result<(), Error> {
    if options.mode == Mode::Check {
        return Ok(());
    }
    let file = Locked::acquire(path)?;
    Ledger::open(&file, &options.run, None)?.record_failure(&file, test)
}

fn write(path: &Path, new: &Contract, run: &Run) -> Result<Outcome, Error> {
    refuse_what_the_version_cannot_say(path, new)?;
    let file = Locked::acquire(path)?;
    let bytes = file.read()?;
    let noted = Noted::of(path, &file, new, run, bytes.as_deref())?;
    let merged = merge(path, bytes.as_deref(), new)?;
    if let Some(text) = merged.text {
        file.replace(&text)?;
    }
    noted.record(&file)?;
    Ok(Outcome {
        path: path.to_owned(),
        changes: merged.changes,
    })
}

/// The entries of the tests of a run, including those of the current test.
struct Noted {
    ledger: Ledger,
    entries: Vec<Entry>,
}

impl Noted {
    /// # Errors
    /// [`Conflict`](ErrorKind::Conflict) if another test of the run wrote different content. `bytes` is the
    /// file that it was written to.
    fn of(
        path: &Path,
        file: &Locked,
        new: &Contract,
        run: &Run,
        bytes: Option<&[u8]>,
    ) -> Result<Self, Error> {
        let entries = entries(new)?;
        let ledger = Ledger::open(file, run, Some(&entries))?;
        for (entry, interaction) in entries.iter().zip(&new.interactions) {
            if let Some(earlier) = ledger.conflict(entry) {
                return Err(conflict(path, interaction, earlier, entry, bytes));
            }
        }
        Ok(Self { ledger, entries })
    }

    fn record(&self, file: &Locked) -> Result<(), Error> {
        self.ledger.record(file, &self.entries)
    }
}

/// Writes the differences from the contract to the pending file.
fn review(path: &Path, new: &Contract, run: &Run) -> Result<Outcome, Error> {
    refuse_what_the_version_cannot_say(path, new)?;
    let file = Locked::acquire(path)?;
    let waiting = file.read_pending()?;
    let noted = Noted::of(path, &file, new, run, waiting.as_deref())?;
    let changes = merge(path, file.read()?.as_deref(), new)?.changes;
    let pending = with_changes(path, waiting.as_deref(), new, &changes)?;
    file.replace_pending(pending.as_deref())?;
    noted.record(&file)?;
    Ok(Outcome {
        path: path.to_owned(),
        changes,
    })
}

/// Returns the text of the pending file: the pending interactions and those new ones that change the
/// contract, without those that no longer differ. `None` if none is pending.
fn with_changes(
    path: &Path,
    waiting: Option<&[u8]>,
    new: &Contract,
    changes: &[Change],
) -> Result<Option<String>, Error> {
    let mut pending = match pending::read(path, waiting)? {
        Some(pending) => pending,
        None => Contract {
            interactions: Vec::new(),
            ..new.clone()
        },
    };
    let changed = |interaction: &Interaction| {
        let identity = Identity::of(interaction);
        changes.iter().any(|change| *change.identity() == identity)
    };
    let (to_wait, settled): (Vec<_>, Vec<_>) = new.interactions.iter().cloned().partition(changed);
    let settled: Vec<Identity> = settled.iter().map(Identity::of).collect();
    pending
        .interactions
        .retain(|interaction| !settled.contains(&Identity::of(interaction)));
    let to_wait = Contract {
        interactions: to_wait,
        ..new.clone()
    };
    let specification = version(Some(&pending), new);
    pending.merge(&to_wait, specification)?;
    if pending.interactions.is_empty() {
        return Ok(None);
    }
    pending.to_text(specification).map(Some)
}

fn check(path: &Path, new: &Contract) -> Result<Outcome, Error> {
    refuse_what_the_version_cannot_say(path, new)?;
    let bytes = atomic::read(path)?;
    let changes = merge(path, bytes.as_deref(), new)?.changes;
    if changes.is_empty() {
        return Ok(Outcome {
            path: path.to_owned(),
            changes,
        });
    }
    let what = if bytes.is_none() {
        "does not exist"
    } else {
        "is not up to date"
    };
    let described: Vec<String> = changes.iter().map(Change::describe).collect();
    Err(Error::new(
        ErrorKind::Drift,
        format!(
            "the contract {} {what}:\n{}\nrun the tests without CONTRACT_CHECK and commit the file",
            path.display(),
            described.join("\n")
        ),
    ))
}

/// Tests are written for the newest version. A contract with an older version must not lose what determines
/// success or failure.
fn refuse_what_the_version_cannot_say(path: &Path, new: &Contract) -> Result<(), Error> {
    let asked = new.specification.max(Specification::V2);
    if asked == Specification::V4 {
        return Ok(());
    }
    Contract {
        specification: Specification::V4,
        ..new.clone()
    }
    .to_json(asked)
    .map(|_| ())
    .map_err(|error| error.context(format!("cannot add to the contract {}", path.display())))
}

/// Merges into the content of the file.
pub(super) fn merge(path: &Path, bytes: Option<&[u8]>, new: &Contract) -> Result<Spliced, Error> {
    let not_added = |error: Error| error.context(format!("cannot add to the contract {}", path.display()));
    if let Some(Ok(text)) = bytes.map(std::str::from_utf8)
        && let Some(spliced) = splice::merge(text, new).map_err(not_added)?
    {
        return Ok(spliced);
    }
    let existing = existing(path, bytes)?;
    let specification = version(existing.as_ref(), new);
    let mut contract = existing.unwrap_or_else(|| Contract {
        interactions: Vec::new(),
        ..new.clone()
    });
    let changes = contract.merge(new, specification).map_err(not_added)?;
    let text = if changes.is_empty() {
        None
    } else {
        Some(contract.to_text(specification).map_err(not_added)?)
    };
    Ok(Spliced { changes, text })
}

fn existing(path: &Path, bytes: Option<&[u8]>) -> Result<Option<Contract>, Error> {
    let Some(bytes) = bytes else { return Ok(None) };
    Contract::read_bytes(bytes, &path.display().to_string())
        .map(Some)
        .map_err(|error| {
            error.context("cannot add to the contract, which was left as it is (fix it, restore it, or delete it and run all tests)")
        })
}

fn version(existing: Option<&Contract>, new: &Contract) -> Specification {
    existing
        .map_or(new.specification, |existing| {
            existing.specification.max(new.specification)
        })
        .max(Specification::V2)
}

/// Returns the entries. Content is compared in version 4, which can represent everything, regardless of the
/// file's version.
fn entries(new: &Contract) -> Result<Vec<Entry>, Error> {
    let target = Target {
        to: Specification::V4,
        from: Specification::V4,
    };
    new.interactions
        .iter()
        .map(|interaction| {
            let content = content(written(interaction, target)?);
            Ok(Entry {
                identity: hash(&Identity::of(interaction).text()),
                content: hash(&content_text(&content)),
                process: process().to_owned(),
                test: one_line(interaction.test_name().unwrap_or_default()),
            })
        })
        .collect()
}

fn conflict(
    path: &Path,
    interaction: &Interaction,
    earlier: &Entry,
    new: &Entry,
    bytes: Option<&[u8]>,
) -> Error {
    let identity = Identity::of(interaction);
    let present = existing(path, bytes)
        .ok()
        .flatten()
        .map(|contract| contract.interactions)
        .unwrap_or_default()
        .into_iter()
        .find(|present| Identity::of(present) == identity);
    let named = |entry: &Entry| Some(entry.test.clone()).filter(|test| !test.is_empty());
    let (first, second) = (named(earlier), named(new));
    let differences = present.as_ref().and_then(|present| {
        let first = Said {
            interaction: present,
            test: first.as_deref(),
        };
        let second = Said {
            interaction,
            test: second.as_deref(),
        };
        sides(&first, &second)
    });
    // Differences that do not affect verification, such as a key, are shown as text.
    let differences = differences.unwrap_or_else(|| {
        difference(
            &present.as_ref().map(content_shown).unwrap_or_default(),
            &content_shown(interaction),
        ) + "\n"
    });
    Error::new(
        ErrorKind::Conflict,
        format!(
            "the interaction {identity} is expected by two tests of this run, and differs:\n{differences}\nthe contract {} keeps the first; give one of them another description or provider state, or let both say the same",
            path.display(),
        ),
    )
}

fn content_shown(interaction: &Interaction) -> String {
    let target = Target {
        to: Specification::V4,
        from: Specification::V4,
    };
    written(interaction, target).map_or_else(
        |_| String::new(),
        |members| json::pretty(&content(members).into()),
    )
}
