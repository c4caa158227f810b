//! When a failed delivery is retried.

use std::time::Duration;

/// Maximum wait that a receiver can request.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// The waits between attempts; there is no attempt after the last one.
#[derive(Debug, Clone)]
pub(crate) struct RetryPolicy {
    schedule: Vec<Duration>,
}

impl RetryPolicy {
    pub(crate) fn new(schedule: Vec<Duration>) -> Self {
        Self { schedule }
    }

    /// Returns the maximum number of attempts.
    pub(crate) fn attempts(&self) -> u32 {
        u32::try_from(self.schedule.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    }

    /// Returns the longest wait between two attempts.
    pub(crate) fn longest(&self) -> Duration {
        let longest = self.schedule.iter().max().copied().unwrap_or_default();
        longest.mul_f64(1.2).max(LONGEST_ASKED)
    }

    /// Returns the wait after this many failed attempts (at least 1); `None` if there are no more. Adds up to a fifth
    /// of jitter, scaled by `chance` (0 to 1), so that many deliveries that failed together are not retried together. A
    /// longer wait requested by the receiver is respected, up to an hour.
    pub(crate) fn wait(&self, failed: u32, chance: f64, asked: Option<Duration>) -> Option<Duration> {
        let index = usize::try_from(failed.checked_sub(1)?).ok()?;
        let wait = self
            .schedule
            .get(index)?
            .mul_f64(1.0 + chance.clamp(0.0, 1.0) / 5.0);
        Some(asked.map_or(wait, |asked| wait.max(asked.min(LONGEST_ASKED))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_follow_the_schedule_with_a_little_chance() {
        let seconds = Duration::from_secs;
        let policy = RetryPolicy::new(vec![seconds(10), seconds(60)]);
        assert_eq!(policy.attempts(), 3);
        for (failed, chance, asked, expected) in [
            (1, 0.0, None, Some(seconds(10))),
            (1, 1.0, None, Some(seconds(12))),
            (2, 0.0, None, Some(seconds(60))),
            (2, 0.0, Some(seconds(90)), Some(seconds(90))),
            (2, 0.0, Some(seconds(1)), Some(seconds(60))),
            (2, 0.0, Some(seconds(86_400)), Some(seconds(3_600))),
            (3, 0.5, None, None),
            (0, 0.5, None, None),
        ] {
            assert_eq!(policy.wait(failed, chance, asked), expected, "{failed} {chance}");
        }
    }
}
