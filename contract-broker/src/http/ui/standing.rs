//! How a contract stands: verified or not, and how sure that is.

/// The standing of the latest contract of an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its latest result is a success.
    Verified,
    /// Its latest result is a failure.
    Failed,
    /// Its latest result is a failure, but it was pending: the provider has never supported it.
    FailedPending,
    /// It has no result; an earlier contract of the same pair has one.
    Changed,
    /// No contract of the pair was ever verified.
    Unverified,
}

impl Standing {
    /// The class that colours it.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Verified => "good",
            Self::Failed => "bad",
            Self::FailedPending | Self::Changed => "warn",
            Self::Unverified => "none",
        }
    }

    /// The word that says it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::FailedPending => "failed, pending",
            Self::Changed => "changed since",
            Self::Unverified => "not verified",
        }
    }
}
