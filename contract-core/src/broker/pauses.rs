//! The pauses of a query that is repeated while results are missing.

use std::time::Duration;

/// A pause before the next retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// Number of missing results.
    pub unknown: u64,
    /// The number of the next retry, from 1.
    pub retry: u32,
    /// The maximum number of retries, if all further pauses are as long as this one.
    pub retries: u32,
    /// The length of the pause.
    pub interval: Duration,
    /// Whether the broker asked for a pause of this length; otherwise it is that of the query.
    pub is_requested: bool,
}

/// The shortest pause that the broker can ask for.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause that the broker can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The pauses of a query.
pub(super) struct Pauses {
    /// The minimum number of retries before giving up.
    retries: u32,
    interval: Duration,
    /// The number of the last retry.
    retry: u32,
    waited: Duration,
}

impl Pauses {
    /// Creates the pauses of this many retries at this interval.
    pub(super) fn new(retries: u32, interval: Duration) -> Self {
        Self {
            retries,
            interval,
            retry: 0,
            waited: Duration::ZERO,
        }
    }

    /// Returns the pause before the next retry; `None` if there is none. A pause that the broker asks for replaces the
    /// query's own. If it is shorter, there are more retries in the same time.
    pub(super) fn next(&mut self, unknown: u64, retry_after: Option<Duration>) -> Option<Waiting> {
        let total = self.interval.saturating_mul(self.retries);
        if self.retry >= self.retries && self.waited >= total {
            return None;
        }
        let interval = retry_after.map_or(self.interval, |asked| asked.clamp(SHORTEST_PAUSE, LONGEST_PAUSE));
        self.retry += 1;
        self.waited += interval;
        let left = total.saturating_sub(self.waited).as_millis();
        let more = left.div_ceil(interval.as_millis().max(1));
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        Some(Waiting {
            unknown,
            retry: self.retry,
            retries: self.retries.max(self.retry.saturating_add(more)),
            interval,
            is_requested: retry_after.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lengths of all pauses in seconds, and the number of retries that the first one announces.
    fn pauses(retries: u32, interval: u64, retry_after: Option<u64>) -> (Vec<u64>, u32) {
        let mut pauses = Pauses::new(retries, Duration::from_secs(interval));
        let all: Vec<Waiting> =
            std::iter::from_fn(|| pauses.next(1, retry_after.map(Duration::from_secs))).collect();
        assert!(
            all.iter()
                .all(|waiting| waiting.is_requested == retry_after.is_some())
        );
        let lengths = all.iter().map(|waiting| waiting.interval.as_secs()).collect();
        (lengths, all.first().map_or(0, |waiting| waiting.retries))
    }

    #[test]
    fn pauses_are_those_that_the_broker_asks_for_within_bounds() {
        assert_eq!(pauses(0, 10, Some(1)), (vec![], 0));
        assert_eq!(pauses(2, 0, None), (vec![0, 0], 2));
        assert_eq!(pauses(3, 10, None), (vec![10, 10, 10], 3));
        // A comparison is ready soon: the command asks soon, and gives up as late as without it.
        assert_eq!(pauses(2, 4, Some(2)), (vec![2, 2, 2, 2], 4));
        assert_eq!(pauses(1, 3, Some(0)), (vec![1, 1, 1], 3));
        assert_eq!(pauses(2, 4, Some(7)), (vec![7, 7], 2));
        assert_eq!(pauses(2, 4, Some(3600)), (vec![60, 60], 2));
    }
}
