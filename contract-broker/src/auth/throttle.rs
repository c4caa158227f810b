//! How fast credentials can be guessed.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Mutex, Semaphore};

/// Answers to wrong credentials, one after the other and each after a while, on however many connections they come.
/// Right credentials never wait.
#[derive(Debug, Clone)]
pub(super) struct Throttle {
    waiting: Arc<Semaphore>,
    turn: Arc<Mutex<()>>,
    pause: Duration,
}

impl Throttle {
    /// At most `waiting` answers wait at once, and each takes `pause`.
    pub(super) fn new(waiting: usize, pause: Duration) -> Self {
        Self {
            waiting: Arc::new(Semaphore::new(waiting)),
            turn: Arc::default(),
            pause,
        }
    }

    /// Waits for the turn of one more wrong answer; false at once when too many wait already.
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
        // While somebody has the turn, nobody else is answered.
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
