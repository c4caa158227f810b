//! The error type of the library.

use std::error::Error as StdError;
use std::fmt;

/// An error while reading, writing, compiling or communicating. A mismatch is not an error but a value.
///
/// The message is a lower-case fragment that says what was being done, to what, and what to do next. The
/// predicates and [`kind`](Error::kind) distinguish the cases that a program may handle differently.
///
/// ```
/// use contract_core::contract::Contract;
///
/// let error = Contract::read_file("contracts/no-such-file.json").unwrap_err();
/// assert!(error.is_io());
/// assert!(error.to_string().contains("contracts/no-such-file.json"));
/// ```
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The cases of [`Error`] that a program may handle differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or directory could not be read, written or locked.
    Io,
    /// A document is not in the expected format: malformed JSON, an invalid contract.
    Malformed,
    /// A JSON document is not a contract, and not meant to be one: a `package.json`, a report, a configuration.
    NotAContract,
    /// A contract, interaction or pattern contradicts itself: an example that does not match its own pattern.
    Invalid,
    /// Two interactions with the same description and provider states have different content.
    Conflict,
    /// A contract on disk differs from the tests, and they must not change it (`CONTRACT_CHECK`).
    Drift,
    /// The contract needs a Cargo feature that this build lacks.
    MissingFeature,
    /// A mock provider's expectations were not met.
    Unmet,
    /// The provider does not fulfil the contract, or a provider state is unknown.
    Verification,
    /// The provider, the broker or another peer could not be reached, or failed: a later attempt may succeed.
    Unreachable,
    /// The work was interrupted before it was complete.
    Interrupted,
    /// The broker refused the request: unknown names, wrong credentials, invalid values. A retry would be
    /// refused again.
    Broker,
    /// The caller's arguments contradict each other.
    Usage,
}

impl Error {
    /// Creates an error of this kind with this message.
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

    /// Prepends what was being done to the message: `context: message`.
    pub fn context(mut self, context: impl fmt::Display) -> Self {
        self.message = format!("{context}: {}", self.message);
        self
    }

    /// Returns several errors as one that lists them all; `what` is what they have in common. It has the kind
    /// of the first one.
    ///
    /// Returns `None` if there are no errors.
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

    /// Returns the case, for a `match`. To check for one case, use the predicates.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns whether a file or directory could not be read, written or locked ([`ErrorKind::Io`]).
    pub fn is_io(&self) -> bool {
        self.kind == ErrorKind::Io
    }

    /// Returns whether a document is not in the expected format ([`ErrorKind::Malformed`]).
    pub fn is_malformed(&self) -> bool {
        self.kind == ErrorKind::Malformed
    }

    /// Returns whether a JSON document is not a contract, and is not meant to be one ([`ErrorKind::NotAContract`]).
    pub fn is_not_a_contract(&self) -> bool {
        self.kind == ErrorKind::NotAContract
    }

    /// Returns whether a contract, interaction or pattern contradicts itself ([`ErrorKind::Invalid`]).
    pub fn is_invalid(&self) -> bool {
        self.kind == ErrorKind::Invalid
    }

    /// Returns whether two interactions with the same description and provider states differ
    /// ([`ErrorKind::Conflict`]).
    pub fn is_conflict(&self) -> bool {
        self.kind == ErrorKind::Conflict
    }

    /// Returns whether a contract on disk differs from the tests, and they must not change it
    /// ([`ErrorKind::Drift`]).
    pub fn is_drift(&self) -> bool {
        self.kind == ErrorKind::Drift
    }

    /// Returns whether the contract needs a Cargo feature that this build lacks ([`ErrorKind::MissingFeature`]).
    pub fn is_missing_feature(&self) -> bool {
        self.kind == ErrorKind::MissingFeature
    }

    /// Returns whether the expectations of a mock provider were not met ([`ErrorKind::Unmet`]).
    pub fn is_unmet(&self) -> bool {
        self.kind == ErrorKind::Unmet
    }

    /// Returns whether the provider does not fulfil the contract ([`ErrorKind::Verification`]).
    pub fn is_verification(&self) -> bool {
        self.kind == ErrorKind::Verification
    }

    /// Returns whether a peer could not be reached or failed, so that a later attempt may succeed
    /// ([`ErrorKind::Unreachable`]).
    pub fn is_unreachable(&self) -> bool {
        self.kind == ErrorKind::Unreachable
    }

    /// Returns whether the work was interrupted before it was complete ([`ErrorKind::Interrupted`]).
    pub fn is_interrupted(&self) -> bool {
        self.kind == ErrorKind::Interrupted
    }

    /// Returns whether the broker refused the request and would refuse it again ([`ErrorKind::Broker`]).
    pub fn is_broker(&self) -> bool {
        self.kind == ErrorKind::Broker
    }

    /// Returns whether the caller's arguments contradict each other ([`ErrorKind::Usage`]).
    pub fn is_usage(&self) -> bool {
        self.kind == ErrorKind::Usage
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Like `Display`, with the causes: the output of `unwrap` in a test should be readable.
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
