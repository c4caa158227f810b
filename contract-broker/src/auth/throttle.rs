//! Throttles attempts to guess credentials.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Mutex, Semaphore};

/// Delays responses to wrong credentials: one after the other, each after a pause, regardless of the number
/// of connections. Valid credentials are never delayed.
#[derive(Debug, Clone)]
pub(super) struct Throttle {
    waiting: Arc<Semaphore>,
    turn: Arc<Mutex<()>>,
    pause: Duration,
}

impl Throttle {
    /// Creates a throttle: at most `waiting` responses wait at once, each for `pause`.
    pub(super) fn new(waiting: usize, pause: Duration) -> Self {
        Self {
            waiting: Arc::new(Semaphore::new(waiting)),
            turn: Arc::default(),
            pause,
        }
    }

    /// Waits for the turn of one more response; returns false at once if too many are waiting.
    pub(super) async fn wait(&self) -> bool {
        let Ok(_place) = self.waiting.try_acquire() else {
            return false;
        };
        let _turn = self.turn.lock().await;
        tokio::time::sleep(self.pause).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_answer_at_a_time_and_no_more_than_so_many_wait() {
        let throttle = Throttle::new(2, Duration::from_millis(5));
        let (first, second, third) = tokio::join!(throttle.wait(), throttle.wait(), throttle.wait());
        assert_eq!((first, second, third), (true, true, false));
        // While one response has its turn, no other one is sent.
        let turn = throttle.turn.lock().await;
        let waiting = throttle.wait();
        tokio::select! {
            biased;
            _ = waiting => unreachable!("it is not its turn"),
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
        drop(turn);
        assert!(throttle.wait().await);
    }
}
