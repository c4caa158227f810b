//! The verification status of a contract.

use crate::store::pages::NewestResult;

/// The status of the latest contract of an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VerificationStatus {
    /// Its latest result is a success.
    Verified,
    /// Its latest result is a failure.
    Failed,
    /// Its latest result is a failure, but it was pending: the provider never supported it.
    FailedPending,
    /// It has no result; an earlier contract of the same pair has one.
    Changed,
    /// No contract of the pair was verified yet.
    Unverified,
}

impl VerificationStatus {
    /// Determines the status from the newest result of the contract, and whether the pair was ever verified.
    pub(super) fn of(result: Option<NewestResult>, before: bool) -> Self {
        match result {
            Some(NewestResult { success: true, .. }) => Self::Verified,
            Some(NewestResult { pending: true, .. }) => Self::FailedPending,
            Some(_) => Self::Failed,
            None if before => Self::Changed,
            None => Self::Unverified,
        }
    }

    /// Returns its CSS class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Verified => "good",
            Self::Failed => "bad",
            Self::FailedPending | Self::Changed => "warn",
            Self::Unverified => "none",
        }
    }

    /// Returns its label.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::FailedPending => "failed, pending",
            Self::Changed => "changed, not verified yet",
            Self::Unverified => "not verified yet",
        }
    }
}
