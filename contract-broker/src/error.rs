//! Errors that stop the broker.

use std::{error::Error as StdError, fmt};

/// Why the broker could not start, or had to stop. Its text describes the operation and the problem.
#[derive(Debug)]
pub struct Error {
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(doing: &str, source: impl StdError + Send + Sync + 'static) -> Self {
        Self {
            message: format!("{doing}: {source}"),
            source: Some(Box::new(source)),
        }
    }

    /// Creates an error without an underlying cause.
    pub(crate) fn said(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
