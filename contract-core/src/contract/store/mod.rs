//! Contract files on disk, written concurrently by many test processes without loss.
//!
//! [`merge_into_file`] takes a lock, reads the file, [merges](super::Contract::merge), writes a temporary file, syncs
//! it to disk and renames it over the contract. A process killed in between leaves the old file or the new one. Locks
//! are released when their process ends.
//!
//! Next to the contracts is a folder `.contract` (ignored by git) with the lock, the temporary file and one *ledger*
//! for each recent run, which records which test wrote which interaction in that run. It serves two purposes:
//!
//! - **Conflicts.** Different content under the same identity replaces what an earlier run wrote, and is an error if
//!   another test of the same run wrote it (or the same test of the same process, twice). A test that runs again in the
//!   same run in another process is a retry and replaces. So an interaction shared by several tests through a helper
//!   can be changed in one place, whichever of them runs first and however many run.
//! - **Pruning.** [`prune`] removes the interactions that a complete test run no longer wrote. Merging never removes: a
//!   run of one test cannot know what the others would have written.
//!
//! With [`Mode::Review`] a difference is written to a file next to the contract (`web-api.json.pending`),
//! from which a person [accepts](Pending::accept) or [rejects](Pending::reject) it.
//!
//! [`Run::from_env`] decides which processes belong to one run. With [`Mode::Check`] nothing is written, not even a
//! ledger: a difference is an error that shows it.

mod atomic;
mod file;
mod ledger;
mod pending;
mod prune;
mod run;
mod splice;

#[cfg(any(feature = "consumer", all(feature = "provider", feature = "broker")))]
pub(crate) use self::file::is_on;
pub use self::file::{Mode, Options, Outcome, file_name, mark_incomplete, merge_into_file};
pub use self::pending::{Pending, pending_in};
pub use self::prune::{Pruned, prune};
pub use self::run::Run;
