//! The clock of the queue: retries depend on elapsed time, even if the machine's clock is changed.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use super::micros;
use crate::domain::time;

/// Follows elapsed time (the monotonic clock) and slowly approaches the machine's clock, so that the nodes of
/// one database agree again some time after one of their clocks was changed. Clones share their state.
#[derive(Debug, Clone)]
pub(crate) struct Clock(Arc<Mutex<Shown>>);

#[derive(Debug)]
struct Shown {
    /// In microseconds since 1970, UTC.
    time: i64,
    at: Instant,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Shown {
            time: time::now(),
            at: Instant::now(),
        })))
    }

    /// Returns the time by which deliveries are due, in microseconds since 1970, UTC.
    pub(crate) fn now(&self) -> i64 {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.advance(time::now(), Instant::now())
    }
}

impl Shown {
    /// Adds the elapsed time, and approaches the machine's clock by at most a tenth of it.
    fn advance(&mut self, wall: i64, at: Instant) -> i64 {
        let passed = micros(at.saturating_duration_since(self.at));
        let expected = self.time.saturating_add(passed);
        let most = passed / 10;
        self.time = expected + wall.saturating_sub(expected).clamp(-most, most);
        self.at = at;
        self.time
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: i64 = 1_000_000;
    const HOUR: i64 = 3_600 * SECOND;

    /// Changes the machine's clock by `step` microseconds, and returns the time shown after each of ten
    /// minutes.
    fn after_a_step(step: i64) -> Vec<i64> {
        let start = Instant::now();
        let mut shown = Shown { time: 0, at: start };
        (1..=10_u32)
            .map(|minute| {
                let seconds = 60 * minute;
                let at = start + Duration::from_secs(seconds.into());
                shown.advance(i64::from(seconds) * SECOND + step, at)
            })
            .collect()
    }

    #[test]
    fn a_clock_that_is_set_neither_holds_deliveries_up_nor_hurries_them() {
        let minute = 60 * SECOND;
        for (step, tenths) in [(0, 10), (HOUR, 11), (-HOUR, 9), (i64::MAX / 2, 11)] {
            let expected: Vec<i64> = (1..=10).map(|count| count * minute / 10 * tenths).collect();
            assert_eq!(after_a_step(step), expected, "{step}");
        }
        // A small difference is corrected at once.
        assert_eq!(
            after_a_step(SECOND),
            (1..=10).map(|count| count * minute + SECOND).collect::<Vec<_>>()
        );
    }
}
