//! Sources of file contents.

use std::collections::BTreeMap;
use std::fmt;

/// Provides the content of files by name. The crate itself reads no files.
///
/// Callers can implement it for the file system, a repository's history, a database or an archive.
pub trait Sources {
    /// Returns the text of the file with this name: `/`-separated, relative like the name of the first file,
    /// with `.` and `..` resolved. It is a URL only if
    /// [`LoadOptions::allow_urls`](super::LoadOptions::allow_urls) is set.
    ///
    /// # Errors
    ///
    /// The file does not exist, is not readable or is not UTF-8.
    fn read(&self, name: &str) -> Result<String, SourceError>;
}

/// Why a file is not available.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// What went wrong, as a lower-case fragment.
    pub message: String,
}

impl SourceError {
    /// Returns an error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SourceError {}

/// Files in memory.
///
/// ```
/// use contract_openapi::document::{MemorySources, Sources};
///
/// let sources = MemorySources::from([("openapi.yaml", "openapi: 3.1.0")]);
/// assert!(sources.read("openapi.yaml").is_ok());
/// assert!(sources.read("other.yaml").is_err());
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemorySources {
    files: BTreeMap<String, String>,
}

impl MemorySources {
    /// Adds or replaces a file.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.files.insert(name.into(), text.into());
    }
}

impl<const N: usize> From<[(&str, &str); N]> for MemorySources {
    fn from(files: [(&str, &str); N]) -> Self {
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self { files: files.into() }
    }
}

impl Sources for MemorySources {
    fn read(&self, name: &str) -> Result<String, SourceError> {
        self.files
            .get(name)
            .cloned()
            .ok_or_else(|| SourceError::new("there is no such file"))
    }
}
