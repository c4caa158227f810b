//! The only place with SQL: one query code base for SQLite and PostgreSQL. `engine` opens the database and runs
//! statements; the other files contain the queries, one file per aggregate.
//!
//! - A statement has one purpose, and its rows are read into a struct with named fields (`row!`).
//! - Columns are TEXT, BIGINT, DOUBLE PRECISION and BLOB/BYTEA only; booleans are 0 and 1, times are microseconds
//!   since 1970 in UTC, JSON is TEXT. Placeholders are `$1`, `$2`, … on both.
//! - Reading functions take a connection, so that they can be used both in plain reads and within writes.
//! - A write is a function of a connection and an input that [`Store::write`] runs in a transaction, possibly more than
//!   once (PostgreSQL may require a retry), so it must not keep state in memory.
//! - Frequently queried facts are kept in derived tables (branch heads, current contracts, current results,
//!   deployments), so that no query grows with the number of versions.

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

pub(crate) mod audit;
pub(crate) mod audit_seals;
pub(crate) mod branches;
pub(crate) mod comparisons;
pub(crate) mod contracts;
pub(crate) mod control;
pub(crate) mod dashboard;
pub(crate) mod deletion;
pub(crate) mod deployments;
pub(crate) mod environments;
pub(crate) mod failures;
pub(crate) mod identity;
pub(crate) mod integrations;
pub(crate) mod kept_settings;
pub(crate) mod limits;
pub(crate) mod matrix;
pub(crate) mod metrics;
pub(crate) mod moved;
pub(crate) mod once;
pub(crate) mod outbox;
pub(crate) mod overview;
pub(crate) mod pact_broker;
pub(crate) mod pacticipants;
pub(crate) mod provider_contracts;
pub(crate) mod publish;
pub(crate) mod secrets;
pub(crate) mod selection;
pub(crate) mod tags;
pub(crate) mod transfer;
pub(crate) mod verifications;
pub(crate) mod versions;

use engine::{
    Columns, Dialect, FromRow, MOST, NO_ID, PART, Statement, in_parts, row, rows_of_each, together,
};
pub(crate) use engine::{Connection, Error, Reader, Result, Store, Trouble, Unmerged};
pub(crate) use listing::{Listed, Slice};

/// Returns the distinct values, sorted.
pub(crate) fn distinct(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut values: Vec<i64> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}
