//! The one error type of the library.

use std::error::Error as StdError;
use std::fmt;

/// What went wrong while reading, writing, compiling or talking; never a mismatch, which is a value.
///
/// The message is a lower-case fragment that says what was being done, to what, and what to do next.
/// [`kind`](Error::kind) tells the cases apart that a program may treat differently.
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The cases of [`Error`] that a program may treat differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or directory could not be read, written or locked.
    Io,
    /// A document is not what it claims to be: malformed JSON, a contract that breaks the format.
    Malformed,
    /// A JSON document is not a contract, and not meant to be one: a `package.json`, a report, a configuration.
    NotAContract,
    /// A contract, interaction or pattern contradicts itself: an example that does not fit its own pattern.
    Invalid,
    /// Two interactions with the same description and provider states say different things.
    Conflict,
    /// A contract on disk is not what the tests say, and they were told not to change it (`CONTRACT_CHECK`).
    Drift,
    /// The contract needs a Cargo feature that this build lacks.
    MissingFeature,
    /// A mock provider's expectations were not met.
    Unmet,
    /// The provider does not fulfil the contract, or a provider state is unknown.
    Verification,
    /// The provider, the broker or another peer could not be reached, or failed: a later attempt may succeed.
    Unreachable,
    /// Somebody stopped the work before it was done.
    Interrupted,
    /// The broker refused the request: unknown names, wrong credentials, invalid values. It would refuse it again.
    Broker,
    /// The caller's arguments do not fit together.
    Usage,
}

impl Error {
    /// An error of this kind with this message.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// Keeps the cause, for [`source`](StdError::source).
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Puts what was being done in front of the message: `context: message`.
    pub fn context(mut self, context: impl fmt::Display) -> Self {
        self.message = format!("{context}: {}", self.message);
        self
    }

    /// Several errors as one, which names them all; `what` says what they have in common. Of the kind of the first.
    ///
    /// `None` for no errors.
    #[cfg(any(feature = "provider", feature = "broker"))]
    pub(crate) fn all(what: &str, errors: Vec<Self>) -> Option<Self> {
        let kind = errors.first()?.kind();
        if errors.len() == 1 {
            return errors.into_iter().next();
        }
        let lines: Vec<String> = errors.iter().map(|error| format!("  {error}")).collect();
        Some(Self::new(
            kind,
            format!("{} {what}:\n{}", errors.len(), lines.join("\n")),
        ))
    }

    /// Which case this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Like `Display` with the causes behind it: what `unwrap` in a test shows should be readable.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let mut source = self.source();
        while let Some(cause) = source {
            write!(f, "\n  caused by: {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
