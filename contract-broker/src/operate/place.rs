//! Files with the data of a broker: readable only by their owner, and created atomically.

use std::{
    fs::{File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use crate::{Config, Error, store::Store};

/// A file with a temporary name, until it is complete.
pub(super) struct Unfinished {
    pub(super) path: PathBuf,
    wanted: PathBuf,
    is_kept: bool,
}

impl Unfinished {
    /// Creates an empty file next to the target, which must not exist.
    ///
    /// # Errors
    /// The target exists, or the file cannot be created.
    pub(super) fn create(wanted: &Path) -> Result<(Self, File), Error> {
        if wanted.exists() {
            return Err(Error::said(format!(
                "{} exists: choose another name, or move it away",
                wanted.display()
            )));
        }
        let mut name = wanted.as_os_str().to_owned();
        name.push(format!(".{}.part", uuid::Uuid::new_v4()));
        let unfinished = Self {
            path: name.into(),
            wanted: wanted.to_owned(),
            is_kept: false,
        };
        let file = create_for_owner(&unfinished.path).map_err(|error| failed("creating", wanted, error))?;
        Ok((unfinished, file))
    }

    /// Waits until the file is on disk, and renames it to the target.
    ///
    /// # Errors
    /// The file cannot be synced or renamed, or the target was created concurrently.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        let wanted = self.wanted.clone();
        let finish = || {
            File::open(&self.path)?.sync_all()?;
            // Unlike a rename, a link fails if the target exists.
            std::fs::hard_link(&self.path, &wanted)?;
            std::fs::remove_file(&self.path)?;
            if let Some(folder) = wanted.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                File::open(folder)?.sync_all()?;
            }
            Ok(())
        };
        finish().map_err(|error| failed("writing", &wanted, error))?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.is_kept {
            // Also removes files that SQLite may have created next to it.
            for end in ["", "-wal", "-shm", "-journal"] {
                let mut name = self.path.as_os_str().to_owned();
                name.push(end);
                let _ = std::fs::remove_file(name);
            }
        }
    }
}

/// Creates a file that only its owner can read.
pub(super) fn create_for_owner(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Returns an error about a file.
pub(super) fn failed(doing: &str, path: &Path, error: io::Error) -> Error {
    Error::new(&format!("{doing} {}", path.display()), error)
}

/// Opens the database of the settings, which must exist.
///
/// # Errors
/// It does not exist, or cannot be opened.
pub(super) async fn open_existing(config: &Config) -> Result<Store, Error> {
    if let Some(file) = config.sqlite_file().filter(|file| !file.exists()) {
        return Err(Error::said(format!(
            "there is no database {}: name it with --database-url",
            file.display()
        )));
    }
    open(config).await
}

/// Opens the database of the settings; a missing SQLite file is created.
///
/// # Errors
/// It cannot be opened.
pub(super) async fn open(config: &Config) -> Result<Store, Error> {
    Store::open_and(
        &config.database_address(),
        config.database_max_connections,
        config.database_migrate,
    )
    .await
    .map_err(|error| Error::new("opening the database", error))
}
