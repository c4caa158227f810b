//! The status of a delivery.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Error, Result};

/// The status of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryStatus)]
pub(crate) enum Status {
    /// Its first attempt is pending.
    NotRun,
    /// It failed and will be retried.
    Retrying,
    Success,
    /// It failed in all attempts.
    Failure,
}

impl Status {
    const ALL: [Self; 4] = [Self::NotRun, Self::Retrying, Self::Success, Self::Failure];

    /// Returns the status with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Parses the stored status of a delivery.
    ///
    /// # Errors
    /// It is not a status.
    pub(in crate::store) fn read(delivery: i64, stored: &str) -> Result<Self> {
        Self::named(stored).ok_or_else(|| {
            let problem = format!("{stored:?} is no status");
            Error::unreadable("triggered_webhooks", delivery, "status", problem)
        })
    }

    /// Returns the status as stored and as displayed to clients.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NotRun => "not_run",
            Self::Retrying => "retrying",
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}
