//! The only place with SQL: one query code base over SQLite and PostgreSQL. `engine` opens the database and asks it; the
//! other files say what is asked, one for each aggregate.
//!
//! - A statement asks one thing, and its rows are read into a struct with named fields (`row!`).
//! - Columns are TEXT, BIGINT, DOUBLE PRECISION and BLOB/BYTEA only; booleans are 0 and 1, times are microseconds
//!   since 1970 in UTC, JSON is TEXT. Placeholders are `$1`, `$2`, … on both.
//! - Reading functions take a connection, so that they serve a plain read and a step of a write alike.
//! - A write is a function of a connection and an input that [`Store::write`] runs in a transaction, perhaps more
//!   than once (PostgreSQL may ask for a retry), so it must not keep anything in memory.
//! - What is asked often is kept in tables of its own (branch heads, the contract that counts, the result that
//!   counts, what is deployed), so that no query grows with the number of versions.

mod engine;
mod listing;

pub(crate) mod deliveries;
pub(crate) mod encryption;
pub(crate) mod event_facts;
pub(crate) mod pages;
pub(crate) mod periodic;
pub(crate) mod retention;
pub(crate) mod webhook_status;
pub(crate) mod webhooks;

pub(crate) mod branches;
pub(crate) mod contracts;
pub(crate) mod dashboard;
pub(crate) mod deletion;
pub(crate) mod deployments;
pub(crate) mod environments;
pub(crate) mod failures;
pub(crate) mod integrations;
pub(crate) mod matrix;
pub(crate) mod metrics;
pub(crate) mod outbox;
pub(crate) mod overview;
pub(crate) mod pacticipants;
pub(crate) mod publish;
pub(crate) mod selection;
pub(crate) mod tags;
pub(crate) mod verifications;
pub(crate) mod versions;

use engine::{
    Columns, Dialect, FromRow, MOST, NO_ID, PART, Statement, in_parts, row, rows_of_each, together,
};
pub(crate) use engine::{Connection, Error, Reader, Result, Store, Trouble, Unmerged};
pub(crate) use listing::{Listed, Slice};

/// Each value once, in order.
pub(crate) fn distinct(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut values: Vec<i64> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}
