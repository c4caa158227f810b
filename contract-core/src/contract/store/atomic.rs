//! Replaces a file atomically.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind};

/// The folder next to the contracts for machine-local files.
const STATE: &str = ".contract";

/// A contract file, locked against every other process and thread until this is dropped.
pub(super) struct Locked {
    path: PathBuf,
    state: PathBuf,
    name: String,
    /// Holds the lock until dropped.
    _lock: File,
}

impl Locked {
    /// Creates missing folders, and waits for the lock.
    pub(super) fn acquire(path: &Path) -> Result<Self, Error> {
        // A link is followed, so that the file it points to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = path
            .file_name()
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Usage,
                    format!("{} does not name a contract file", path.display()),
                )
            })?
            .to_string_lossy()
            .into_owned();
        let folder = folder_of(&path);
        fs::create_dir_all(folder).map_err(|error| cannot("make the folder", folder, error))?;
        let state = folder.join(STATE);
        let ignore = state.join(".gitignore");
        if !ignore.is_file() {
            fs::create_dir_all(&state).map_err(|error| cannot("write contracts to", folder, error))?;
            fs::write(&ignore, "*\n").map_err(|error| cannot("write", &ignore, error))?;
        }
        let lock_path = state.join(format!("{name}.lock"));
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|error| cannot("open the lock", &lock_path, error))?;
        lock.lock()
            .map_err(|error| cannot("take the lock", &lock_path, error))?;
        Ok(Self {
            path,
            state,
            name,
            _lock: lock,
        })
    }

    /// Returns a file next to the lock whose name starts with the contract's.
    pub(super) fn beside(&self, suffix: &str) -> PathBuf {
        self.state.join(format!("{}.{suffix}", self.name))
    }

    /// Returns files next to the lock whose names start with the contract's and this prefix.
    pub(super) fn all_beside(&self, prefix: &str) -> Vec<PathBuf> {
        let prefix = format!("{}.{prefix}", self.name);
        let Ok(entries) = fs::read_dir(&self.state) else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
            .map(|entry| entry.path())
            .collect()
    }

    /// Returns the contract's bytes; `None` if there is no file.
    pub(super) fn read(&self) -> Result<Option<Vec<u8>>, Error> {
        read(&self.path)
    }

    /// Returns the bytes of the pending file; `None` if there is none.
    pub(super) fn read_pending(&self) -> Result<Option<Vec<u8>>, Error> {
        read(&pending(&self.path))
    }

    /// Replaces the pending file, or removes it if `text` is `None`.
    pub(super) fn replace_pending(&self, text: Option<&str>) -> Result<(), Error> {
        let path = pending(&self.path);
        match text {
            Some(text) => self.replace_file(&path, text),
            None => match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot("remove", &path, error)),
                _ => Ok(()),
            },
        }
    }

    /// Replaces the contract: after a crash at any time the file is the old one or the new one.
    pub(super) fn replace(&self, text: &str) -> Result<(), Error> {
        self.replace_file(&self.path, text)
    }

    fn replace_file(&self, path: &Path, text: &str) -> Result<(), Error> {
        // The lock is held, so an existing temporary file is from a killed process.
        let temporary = self.beside("tmp");
        let write = || -> io::Result<()> {
            let mut file = File::create(&temporary)?;
            file.write_all(text.as_bytes())?;
            if let Ok(present) = fs::metadata(path) {
                file.set_permissions(present.permissions())?;
            }
            file.sync_all()
        };
        write().map_err(|error| cannot("write", &temporary, error))?;
        fs::rename(&temporary, path).map_err(|error| cannot("replace", path, error))?;
        sync_folder(folder_of(path));
        Ok(())
    }
}

/// The extension of the file next to a contract with the interactions to review: `web-api.json.pending`.
pub(super) const PENDING: &str = "pending";

/// Returns the path of the pending file of a contract.
pub(super) fn pending(contract: &Path) -> PathBuf {
    let mut path = contract.as_os_str().to_owned();
    path.push(".");
    path.push(PENDING);
    path.into()
}

/// Returns a file's bytes; `None` if there is no file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot("read the contract", path, error)),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the renaming durable. The contract is complete either way, so errors of systems that cannot sync folders are
/// ignored.
fn sync_folder(folder: &Path) {
    if cfg!(unix)
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}

pub(super) fn cannot(what: &str, path: &Path, error: io::Error) -> Error {
    let way_out = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ": make the folder writable, set CONTRACT_DIR to another, or set CONTRACT_CHECK=1 to compare \
             without writing"
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            ": a file exists where a folder is expected; move it, or set CONTRACT_DIR to another folder"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ": free some space and run the tests again"
        }
        _ => "",
    };
    Error::new(
        ErrorKind::Io,
        format!("cannot {what} {}: {error}{way_out}", path.display()),
    )
    .with_source(error)
}
