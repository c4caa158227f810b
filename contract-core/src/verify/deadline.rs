//! The time limit of a response.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// A time limit with reusable timers: registering a new timer for each request wakes the thread that polls the network
/// each time, which takes about as long as the request itself.
pub(super) struct Deadline {
    limit: Duration,
    /// Timers not in use.
    timers: Mutex<Vec<Pin<Box<Sleep>>>>,
}

impl Deadline {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            timers: Mutex::default(),
        }
    }

    /// Waits for a result until the limit; `None` on timeout.
    pub(super) async fn wait_for<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let Some(until) = Instant::now().checked_add(self.limit) else {
            return Some(work.await);
        };
        let unused = self.timers().pop();
        let mut timer = unused.unwrap_or_else(|| Box::pin(sleep(self.limit)));
        timer.as_mut().reset(until);
        let result = tokio::select! {
            biased;
            result = work => Some(result),
            () = &mut timer => None,
        };
        self.timers().push(timer);
        result
    }

    fn timers(&self) -> std::sync::MutexGuard<'_, Vec<Pin<Box<Sleep>>>> {
        self.timers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_timer_is_used_again_and_still_ends_the_wait() {
        let deadline = Deadline::new(Duration::from_millis(1));
        for _ in 0..3 {
            assert_eq!(deadline.wait_for(std::future::ready(7)).await, Some(7));
            assert_eq!(deadline.wait_for(std::future::pending::<u8>()).await, None);
        }
        assert_eq!(deadline.timers().len(), 1);
        let endless = Deadline::new(Duration::MAX);
        assert_eq!(endless.wait_for(std::future::ready(7)).await, Some(7));
    }
}
