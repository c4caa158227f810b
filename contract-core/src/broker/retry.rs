//! Retries with exponential back-off and jitter.

use std::time::Duration;

use reqwest::StatusCode;

/// Whether a call may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeatable {
    /// Yes: it only reads, or is idempotent.
    Yes,
    /// Yes: it has a key, and the broker does it once.
    WithKey,
    /// No: it is repeated only if the broker certainly did not receive it.
    No,
}

/// The retry policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retry {
    /// The maximum number of attempts.
    pub(super) attempts: u32,
    /// The wait before the second attempt; doubled for each further one.
    pub(super) first_wait: Duration,
}

/// The maximum wait, even if the broker asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_wait: Duration::from_millis(250),
        }
    }
}

impl Retry {
    /// Returns the wait before the next attempt: what the broker asked for, otherwise doubled each time, plus up to a
    /// quarter of jitter.
    pub(super) fn wait(&self, attempt: u32, retry_after: Option<Duration>) -> Duration {
        let wait = retry_after.unwrap_or_else(|| {
            let wait = self.first_wait.saturating_mul(1 << attempt.min(10));
            wait + wait.mul_f64(rand::random_range(0.0..0.25))
        });
        wait.min(LONGEST_WAIT)
    }

    pub(super) fn again_after_status(
        repeatable: Repeatable,
        status: StatusCode,
        retry_after: Option<Duration>,
    ) -> bool {
        // These two mean that the broker did not process the request.
        let refused_early = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        // The first attempt is still being done; a real conflict does not end by itself.
        let is_under_way =
            repeatable == Repeatable::WithKey && status == StatusCode::CONFLICT && retry_after.is_some();
        let may_have_failed = status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT;
        refused_early || is_under_way || (repeatable != Repeatable::No && may_have_failed)
    }

    pub(super) fn again_after_error(repeatable: Repeatable, error: &reqwest::Error) -> bool {
        error.is_connect() || (repeatable != Repeatable::No && !error.is_builder())
    }
}
