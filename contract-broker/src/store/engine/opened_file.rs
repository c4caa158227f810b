//! The file of SQLite, which somebody may delete or replace while it is open.

use std::{fs, path::PathBuf};

use futures_util::FutureExt as _;

use super::{Connection, Error, Result, Statement, Trouble};

/// A file that was opened: its path, and which file that was.
pub(super) struct OpenedFile {
    path: PathBuf,
    id: Option<FileId>,
}

/// What tells a file from another one with the same path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    number: u64,
}

impl FileId {
    #[cfg(unix)]
    fn of(file: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            device: file.dev(),
            number: file.ino(),
        }
    }

    /// Files are not told apart.
    #[cfg(not(unix))]
    fn of(_: &fs::Metadata) -> Self {
        Self { device: 0, number: 0 }
    }
}

impl OpenedFile {
    /// Returns the file of a connection.
    ///
    /// # Errors
    /// SQLite does not say which it is.
    pub(super) fn of(connection: &mut Connection) -> Result<Self> {
        let sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
        // SQLite never waits.
        let path = Statement::new(sql).one::<String>(connection).now_or_never();
        let path: PathBuf = path.unwrap_or_else(|| Ok(String::new()))?.into();
        Ok(Self {
            id: fs::metadata(&path).ok().map(|file| FileId::of(&file)),
            path,
        })
    }

    /// Checks that the file is still where it was: what is written to another one is lost when it is closed.
    ///
    /// # Errors
    /// It was deleted or replaced: what to do.
    pub(super) fn check(&self) -> Result<()> {
        let now = fs::metadata(&self.path).ok().map(|file| FileId::of(&file));
        if now == self.id {
            return Ok(());
        }
        Err(Error::Database {
            doing: "writing",
            message: format!(
                "the file {} was deleted or replaced while the broker runs: nothing is written any more; put the file \
                 there that the broker is to use, and start the broker again",
                self.path.display()
            ),
            trouble: Trouble::ReadOnly,
        })
    }
}
