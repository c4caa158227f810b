//! Failed logins in the log: who they say they are, and never so many that they fill it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How many failed logins are logged in each window.
const MOST: u32 = 20;
const WINDOW: Duration = Duration::from_mins(1);

/// Counts failed logins. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failures(Arc<Mutex<Window>>);

#[derive(Debug, Default)]
struct Window {
    began: Option<Instant>,
    logged: u32,
    left_out: u64,
}

impl Failures {
    /// Whether one more is to be logged, and how many were left out since the last one that was.
    pub(crate) fn one_more(&self, now: Instant) -> Option<u64> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if window
            .began
            .is_none_or(|began| now.duration_since(began) >= WINDOW)
        {
            window.began = Some(now);
            window.logged = 0;
        }
        if window.logged == MOST {
            window.left_out += 1;
            return None;
        }
        window.logged += 1;
        Some(std::mem::take(&mut window.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_not_written_down() {
        let (failures, start) = (Failures::default(), Instant::now());
        let logged = (0..1_000).filter(|_| failures.one_more(start).is_some()).count();
        assert_eq!(logged, 20);
        assert_eq!(failures.one_more(start + WINDOW), Some(980));
        assert_eq!(failures.one_more(start + WINDOW), Some(0));
    }
}
