//! Files to import.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::finding::Unfit;
use crate::{Error, ErrorKind};

/// Maximum size of a file in bytes.
const LIMIT: u64 = 64 * 1024 * 1024;

/// The text of a file, with its path, which other files are resolved against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Source {
    /// Creates a source with this text. Findings show the path; files named in the text are searched next to
    /// it.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// Reads a file of at most 64 MiB in UTF-8.
    ///
    /// # Errors
    ///
    /// `Io` if it cannot be read, `Malformed` if it is too large or not UTF-8.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let bytes = read_limited(path)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            Error::new(
                ErrorKind::Malformed,
                format!(
                    "{}: byte {}: not UTF-8: save the file in that encoding",
                    path.display(),
                    error.utf8_error().valid_up_to()
                ),
            )
        })?;
        let text = text
            .strip_prefix('\u{feff}')
            .map_or_else(|| text.clone(), str::to_owned);
        Ok(Self::new(path, text))
    }

    /// Reads the files at these paths, sorted within each directory. In directories and their subdirectories,
    /// files with the extensions `.json`, `.har`, `.yaml`, `.yml`, `.http` and `.rest` are read, except
    /// hidden files and WireMock's response files (`__files`).
    ///
    /// # Errors
    ///
    /// See [`read`](Self::read); `Usage` if a directory has no such file.
    pub fn read_all<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Vec<Self>, Error> {
        let mut sources = Vec::new();
        for path in paths {
            let path = path.as_ref();
            if !path.is_dir() {
                sources.push(Self::read(path)?);
                continue;
            }
            let files = files_in(path)?;
            if files.is_empty() {
                return Err(Error::new(
                    ErrorKind::Usage,
                    format!(
                        "{} has no file that can be imported (.json, .har, .yaml, .yml, .http, .rest)",
                        path.display()
                    ),
                ));
            }
            for file in files {
                sources.push(Self::read(file)?);
            }
        }
        Ok(sources)
    }

    /// Returns the path for display.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Reads a file named in the text. It must be in `folder`, even if it is a link.
    pub(super) fn beneath(folder: &Path, name: &str, place: &str) -> Result<Vec<u8>, Unfit> {
        let unfit = |what: String| Unfit::new(place, what);
        let path = folder.join(name);
        let (Ok(folder), Ok(real)) = (folder.canonicalize(), path.canonicalize()) else {
            return Err(unfit(format!("there is no file {}", path.display())));
        };
        if !real.starts_with(&folder) {
            return Err(unfit(format!(
                "{name:?} is outside of {}: files are read beneath it only",
                folder.display()
            )));
        }
        read_limited(&real).map_err(|error| unfit(error.to_string()))
    }

    /// Returns the folder of the file.
    pub(super) fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }
}

fn read_limited(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display())).with_source(error)
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LIMIT {
        return Err(Error::new(
            ErrorKind::Malformed,
            format!(
                "{}: larger than the limit of 64 MiB: split it, or record less",
                path.display()
            ),
        ));
    }
    Ok(bytes)
}

fn files_in(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |path: &Path, error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display())).with_source(error)
    };
    let mut files = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory).map_err(|error| failed(&directory, error))? {
            let entry = entry.map_err(|error| failed(&directory, error))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || name == "__files" {
                continue;
            }
            let path = entry.path();
            // Links to directories are not followed: they could form a cycle.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                directories.push(path);
            } else if has_known_extension(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn has_known_extension(path: &Path) -> bool {
    const KNOWN: [&str; 6] = ["json", "har", "yaml", "yml", "http", "rest"];
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| KNOWN.contains(&extension))
}
