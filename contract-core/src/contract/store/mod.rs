//! Contract files on disk: many test processes write one file at once, and none of them loses anything.
//!
//! [`merge_into_file`] takes a lock, reads the file, [merges](super::Contract::merge), writes a temporary file, syncs it to
//! disk and renames it over the contract. A process that is killed in the middle leaves the old file or the new one.
//! Locks end with their process.
//!
//! Beside the contracts is a folder `.contract` (it hides itself from git) with the lock, the temporary file and one
//! *ledger* for each recent run. The ledger says which test wrote which interaction in that run. It serves two ends:
//!
//! - **Conflicts.** Other content under the same identity replaces what an earlier run wrote, and is an error where
//!   another test of the same run wrote it (or the same test of the same process, twice). A test that runs again in the
//!   same run, in another process, is a retry and replaces. So an interaction that several tests share through a helper
//!   can be changed in one place, whichever of them runs first and however many run.
//! - **Pruning.** [`prune`] removes the interactions that a whole run of the tests no longer wrote. Merging never removes:
//!   a run of one test cannot know what the others would have written.
//!
//! Which processes belong to one run, [`Run::from_env`] says. With [`Mode::Check`] nothing is written, not even a ledger:
//! a difference is an error that shows it.

mod atomic;
mod file;
mod ledger;
mod prune;
mod run;
mod splice;

pub use self::file::{Mode, Options, Outcome, file_name, mark_incomplete, merge_into_file};
pub use self::prune::{Pruned, prune};
pub use self::run::Run;
