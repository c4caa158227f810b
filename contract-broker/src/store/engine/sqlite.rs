//! A connection to SQLite.

use std::sync::mpsc::{SyncSender, sync_channel};

use percent_encoding::percent_decode_str;
use rusqlite::{CachedStatement, OpenFlags, config::DbConfig, hooks::Wal};

use super::{Columns, Error, Result, Statement};

/// Maximum number of prepared statements.
const PREPARED: usize = 128;
/// Number of log pages (of 4 KiB) after which they are copied into the database.
const PAGES: i32 = 4000;
/// Number of log pages after which the log is copied completely, which the commit waits for.
const MOST_PAGES: i32 = 12_000;

pub(crate) struct Sqlite(rusqlite::Connection);

impl Sqlite {
    /// Opens a file, creating it if it is missing. The path may be followed by a question mark and SQLite URI
    /// parameters (<https://www.sqlite.org/uri.html>).
    pub(super) fn open(path: &str) -> Result<Self, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        create_for_owner(path);
        let connection = if path.contains('?') {
            rusqlite::Connection::open_with_flags(format!("file:{path}"), flags)?
        } else {
            rusqlite::Connection::open_with_flags(path, flags & !OpenFlags::SQLITE_OPEN_URI)?
        };
        connection.set_prepared_statement_cache_capacity(PREPARED);
        // A statement is planned once, regardless of its values.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Self(connection))
    }

    /// Gives the writing connection more cache, and has a thread copy committed pages from the log into the database,
    /// so that no commit waits for it. The thread starts when there is something to copy, and ends with this connection.
    pub(super) fn prepare_to_write(&mut self, path: &str) -> Result<()> {
        // It accesses all tables; readers share the rest of the memory.
        self.0.execute_batch("PRAGMA cache_size=-16000")?;
        let path = path.to_owned();
        let mut due: Option<SyncSender<()>> = None;
        let mut next = PAGES;
        self.0.wal_hook(Some(move |log: &mut Wal, pages| {
            // The commit is done: an error here must not fail it.
            if pages >= MOST_PAGES {
                // Nothing else writes, so the log restarts after this; if the other thread or a long reader blocks it,
                // after a later commit.
                let _ = log.checkpoint();
            } else if pages >= next {
                if due.is_none() {
                    match copy_log(&path) {
                        Ok(copier) => due = Some(copier),
                        Err(error) => {
                            tracing::warn!(%error, "the log was not copied; later commits try again");
                        }
                    }
                }
                if let Some(due) = &due {
                    let _ = due.try_send(());
                }
            }
            if pages >= next || pages + PAGES < next {
                next = pages + PAGES;
            }
            Ok(())
        }))?;
        Ok(())
    }

    pub(super) fn script(&mut self, sql: &str) -> Result<()> {
        Ok(self.0.execute_batch(sql)?)
    }

    /// Calls `with` for every row of a statement.
    pub(super) fn each(
        &mut self,
        statement: &Statement<'_>,
        mut with: impl FnMut(Columns<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut compiled = self.prepared(statement)?;
        let mut rows = compiled.raw_query();
        while let Some(row) = rows.next()? {
            with(Columns::sqlite(row))?;
        }
        Ok(())
    }

    pub(super) fn execute(&mut self, statement: &Statement<'_>) -> Result<u64> {
        let changed = self.prepared(statement)?.raw_execute()?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    pub(super) fn begin_reading(&mut self) -> Result<()> {
        self.0.prepare_cached("BEGIN")?.raw_execute()?;
        Ok(())
    }

    pub(super) fn end_reading(&mut self) {
        let ended = self
            .0
            .prepare_cached("COMMIT")
            .and_then(|mut commit| commit.raw_execute());
        if let Err(error) = ended {
            tracing::warn!(%error, "a read did not end; its connection is not used again");
        }
    }

    pub(super) fn is_free(&self) -> bool {
        self.0.is_autocommit()
    }

    fn prepared(&self, statement: &Statement<'_>) -> Result<CachedStatement<'_>> {
        statement.check()?;
        let mut compiled = self.0.prepare_cached(statement.text())?;
        let values = statement.values();
        // SQLite numbers placeholders by occurrence; the statements name the value.
        for place in 1..=compiled.parameter_count() {
            let value = compiled
                .parameter_name(place)
                .and_then(|name| name.get(1..)?.parse::<usize>().ok())
                .and_then(|number| values.get(number.checked_sub(1)?))
                .ok_or_else(|| Error::unavailable("using the database", "a placeholder has no value"))?;
            compiled.raw_bind_parameter(place, value)?;
        }
        Ok(compiled)
    }
}

/// Starts a thread that copies committed pages from the log into the database each time it is told to. It ends when the
/// sender is dropped.
fn copy_log(path: &str) -> Result<SyncSender<()>> {
    let beside = Sqlite::open(path)?;
    let (due, wanted) = sync_channel::<()>(1);
    std::thread::Builder::new()
        .name("broker-checkpoint".to_owned())
        .spawn(move || {
            while wanted.recv().is_ok() {
                if let Err(error) = beside.0.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") {
                    tracing::warn!(%error, "a checkpoint failed; the next commits try again");
                }
            }
        })
        .map_err(|error| Error::unavailable("starting the thread that copies the log", error))?;
    Ok(due)
}

/// Creates the database file for its owner only, if it does not exist. SQLite gives its log and its index the same
/// permissions. Errors are reported when the file is opened.
fn create_for_owner(path: &str) {
    let path = match path.split_once('?') {
        None => std::borrow::Cow::Borrowed(path),
        // It may not be a file, or must not be created.
        Some((_, parameters)) if parameters.contains("mode=") => return,
        Some((path, _)) => percent_decode_str(path).decode_utf8_lossy(),
    };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(&*path);
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use super::*;

    #[test]
    fn no_commit_fails_because_somebody_else_copies_the_log() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log").display().to_string();
        let open = || {
            let connection = Sqlite::open(&path).unwrap();
            let settings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA busy_timeout=10000";
            connection.0.execute_batch(settings).unwrap();
            connection
        };
        let mut writer = open();
        writer.script("CREATE TABLE t (body TEXT)").unwrap();
        writer.prepare_to_write(&path).unwrap();
        // A reader prevents the log from restarting, so that it grows beyond its limit.
        let mut reader = open();
        reader.script("BEGIN; SELECT COUNT(*) FROM t").unwrap();
        let done = Arc::new(AtomicBool::new(false));
        let other = std::thread::spawn({
            let (mut connection, done) = (open(), done.clone());
            move || {
                while !done.load(Ordering::Relaxed) {
                    let _ = connection.script("PRAGMA wal_checkpoint(PASSIVE)");
                }
            }
        });
        let body = "x".repeat(4096 * 100);
        for number in 0..200 {
            let insert = Statement::new("INSERT INTO t (body) VALUES ($1)").bind(&body);
            let changed = writer.execute(&insert);
            assert_eq!(changed.unwrap(), 1, "commit {number}");
        }
        done.store(true, Ordering::Relaxed);
        other.join().unwrap();
        let log = std::fs::metadata(format!("{path}-wal")).unwrap().len();
        assert!(log > 4096 * u64::try_from(MOST_PAGES).unwrap(), "{log}");
    }
}
