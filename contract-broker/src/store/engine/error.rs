//! Errors of reads and writes.

use rusqlite::ErrorCode;

use crate::{domain::Refusal, metrics::ErrorKind};

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the store.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Error {
    /// Refused by the rules of the domain; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error("{doing}: {message}")]
    Database {
        doing: &'static str,
        message: String,
        trouble: Trouble,
    },
    /// Contracts must be merged with published ones, which takes too long for a transaction; nothing was written.
    #[error("contracts with {} providers have to be merged first", .0.len())]
    MergeFirst(Vec<Unmerged>),
    /// Data written by the broker cannot be read.
    #[error(
        "row {row} of the table {table} cannot be read: {column}: {problem}; restore it from a backup or delete it"
    )]
    Unreadable {
        table: &'static str,
        /// The row's id, or another identification.
        row: String,
        column: &'static str,
        problem: String,
    },
}

/// A contract that must be merged with a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unmerged {
    pub(crate) provider: String,
    /// The published content.
    pub(crate) onto: i64,
}

/// The kind of database problem: it determines whether the write is retried, and the response to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The transaction may succeed if it is retried: it conflicted with another one, or a row was deleted concurrently.
    MetAnother,
    /// The database cannot be reached, or is not serving.
    Away,
    /// Other callers use every connection of the pool, or SQLite's file, and did not finish in time.
    Busy,
    /// The database cancelled a statement: a timeout, or an operator.
    Cancelled,
    /// The disk is full.
    DiskFull,
    /// It can be read and not written: a standby, or a disk that is read-only.
    ReadOnly,
    /// The file of SQLite is damaged, or is no database.
    Damaged,
    Other,
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let trouble = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Trouble::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Trouble::Busy,
            Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) => Trouble::Away,
            Some(ErrorCode::ReadOnly) => Trouble::ReadOnly,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Trouble::Damaged,
            _ => Trouble::Other,
        };
        let message = match error {
            // Its text repeats the statement, which may be a whole migration.
            rusqlite::Error::SqlInputError { msg, .. } => msg,
            error => error.to_string(),
        };
        Self::Database {
            doing: USING,
            message,
            trouble,
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let trouble = match error.code() {
            Some(state) => Trouble::of_state(state.code()),
            None if error.is_closed() || is_io(&error) => Trouble::Away,
            None => Trouble::Other,
        };
        Self::Database {
            doing: USING,
            message: match error.as_db_error() {
                Some(from_server) => from_server.to_string(),
                None => error.to_string(),
            },
            trouble,
        }
    }
}

const USING: &str = "using the database";

fn is_io(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

impl Trouble {
    /// Returns the kind of error for metrics.
    pub(super) fn kind(self) -> ErrorKind {
        match self {
            Self::MetAnother => ErrorKind::Serialization,
            Self::Away | Self::ReadOnly => ErrorKind::Connection,
            Self::Busy => ErrorKind::Busy,
            Self::Cancelled => ErrorKind::Timeout,
            Self::DiskFull => ErrorKind::DiskFull,
            Self::Damaged | Self::Other => ErrorKind::Other,
        }
    }

    /// Returns the meaning of a PostgreSQL state (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
    fn of_state(code: &str) -> Self {
        match code {
            // Serialisation failure, deadlock, and a reference to a deleted row.
            "40001" | "40P01" | "23503" => Self::MetAnother,
            "53100" => Self::DiskFull,
            "57014" => Self::Cancelled,
            // Another session held a lock for too long.
            "55P03" => Self::Busy,
            "25006" => Self::ReadOnly,
            // Shut down, crashed or starting; too many connections.
            "57P01" | "57P02" | "57P03" | "57P05" | "53300" => Self::Away,
            _ if code.starts_with("08") => Self::Away,
            _ => Self::Other,
        }
    }
}

impl Error {
    /// Returns the error for a transaction that may succeed if it is retried.
    pub(in crate::store) fn met_another(message: &str) -> Self {
        Self::Database {
            doing: USING,
            message: message.to_owned(),
            trouble: Trouble::MetAnother,
        }
    }

    /// Returns the error for an unreachable database.
    pub(super) fn away(doing: &'static str, message: impl std::fmt::Display) -> Self {
        Self::Database {
            doing,
            message: message.to_string(),
            trouble: Trouble::Away,
        }
    }

    /// Returns the error for a database that other callers use and did not release in time.
    pub(super) fn busy(doing: &'static str, message: impl std::fmt::Display) -> Self {
        Self::Database {
            doing,
            message: message.to_string(),
            trouble: Trouble::Busy,
        }
    }

    pub(crate) fn unavailable(doing: &'static str, message: impl std::fmt::Display) -> Self {
        Self::Database {
            doing,
            message: message.to_string(),
            trouble: Trouble::Other,
        }
    }

    /// Returns the error for a column that does not contain what the broker writes there.
    pub(crate) fn unreadable(
        table: &'static str,
        row: impl std::fmt::Display,
        column: &'static str,
        problem: impl std::fmt::Display,
    ) -> Self {
        Self::Unreadable {
            table,
            row: row.to_string(),
            column,
            problem: problem.to_string(),
        }
    }

    /// Returns the kind of database problem, if any.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Database { trouble, .. } => Some(*trouble),
            Self::Refused(_) | Self::MergeFirst(_) | Self::Unreadable { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_of_the_databases_say_what_is_the_matter() {
        for (code, expected) in [
            ("40001", Trouble::MetAnother),
            ("53100", Trouble::DiskFull),
            ("55P03", Trouble::Busy),
            ("57014", Trouble::Cancelled),
            ("57P03", Trouble::Away),
            ("08006", Trouble::Away),
            ("53300", Trouble::Away),
            ("25006", Trouble::ReadOnly),
            ("22021", Trouble::Other),
        ] {
            assert_eq!(Trouble::of_state(code), expected, "{code}");
        }
        for (code, expected) in [
            (rusqlite::ffi::SQLITE_FULL, Trouble::DiskFull),
            (rusqlite::ffi::SQLITE_BUSY, Trouble::Busy),
            (rusqlite::ffi::SQLITE_CANTOPEN, Trouble::Away),
            (rusqlite::ffi::SQLITE_READONLY, Trouble::ReadOnly),
            (rusqlite::ffi::SQLITE_NOTADB, Trouble::Damaged),
            (rusqlite::ffi::SQLITE_CORRUPT, Trouble::Damaged),
            (rusqlite::ffi::SQLITE_CONSTRAINT, Trouble::Other),
        ] {
            let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            assert_eq!(Error::from(error).trouble(), Some(expected), "{code}");
        }
    }
}
