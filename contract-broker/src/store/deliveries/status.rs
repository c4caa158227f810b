//! Where a delivery is.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Error, Result};

/// Where a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryStatus)]
pub(crate) enum Status {
    /// Its first attempt is to come.
    NotRun,
    /// It failed and is tried again.
    Retrying,
    Success,
    /// It failed at every attempt.
    Failure,
}

impl Status {
    const ALL: [Self; 4] = [Self::NotRun, Self::Retrying, Self::Success, Self::Failure];

    /// The status of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Reads what is stored for a delivery.
    ///
    /// # Errors
    /// It is no status.
    pub(in crate::store) fn read(delivery: i64, stored: &str) -> Result<Self> {
        Self::named(stored).ok_or_else(|| {
            let problem = format!("{stored:?} is no status");
            Error::unreadable("triggered_webhooks", delivery, "status", problem)
        })
    }

    /// As it is stored, and as clients read it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NotRun => "not_run",
            Self::Retrying => "retrying",
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}
