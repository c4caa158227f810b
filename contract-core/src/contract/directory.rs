//! The contract files of a directory.

use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind};

/// All `*.json` files of a directory and of the directories in it, sorted by path.
///
/// # Errors
///
/// `Io` where the directory, or one in it, cannot be read.
pub fn files_in(directory: impl AsRef<Path>) -> Result<Vec<PathBuf>, Error> {
    let failed = |path: &Path, error: std::io::Error| {
        Error::new(
            ErrorKind::Io,
            format!(
                "cannot read the contract directory {}: {error}; give the directory that the consumers' tests write",
                path.display()
            ),
        )
    };
    let mut files = Vec::new();
    let mut directories = vec![directory.as_ref().to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = std::fs::read_dir(&directory).map_err(|error| failed(&directory, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failed(&directory, error))?;
            let path = entry.path();
            // A link to a directory is not followed: it could lead in a circle.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
