//! How often clients ask that were told to wait (RFC 8628, 3.5).

use std::{
    collections::HashMap,
    hash::Hash,
    time::{Duration, Instant},
};

/// How long a client waits before it asks again.
pub(crate) const INTERVAL: Duration = Duration::from_secs(5);
/// How much longer it waits each time that it came too early.
const SLOWER: Duration = Duration::from_secs(5);
/// A request may come this much earlier: the answer before it was under way.
const LEEWAY: Duration = Duration::from_secs(1);

/// What clients that wait asked.
#[derive(Debug)]
pub(crate) struct Polls<K>(HashMap<K, Poll>);

#[derive(Debug, Clone, Copy)]
struct Poll {
    last: Instant,
    interval: Duration,
}

impl<K> Default for Polls<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Polls<K> {
    /// Notes that a client asks now, and says whether it came too early. Then it has to wait longer from now on.
    pub(crate) fn is_early(&mut self, client: K, now: Instant) -> bool {
        let Some(poll) = self.0.get_mut(&client) else {
            let poll = Poll {
                last: now,
                interval: INTERVAL,
            };
            self.0.insert(client, poll);
            return false;
        };
        let is_early = now.duration_since(poll.last) + LEEWAY < poll.interval;
        if is_early {
            poll.interval += SLOWER;
        }
        poll.last = now;
        is_early
    }

    /// Forgets clients that did not ask for so long.
    pub(crate) fn forget(&mut self, idle: Duration, now: Instant) {
        self.0.retain(|_, poll| now.duration_since(poll.last) < idle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_too_early_waits_longer_each_time() {
        let start = Instant::now();
        let mut polls = Polls::default();
        let mut ask = |client, seconds| polls.is_early(client, start + Duration::from_secs(seconds));
        assert!(!ask("a", 0));
        assert!(!ask("a", 5));
        assert!(!ask("b", 6), "others are counted for themselves");
        assert!(ask("a", 8));
        // Now every ten seconds, then every fifteen.
        assert!(ask("a", 13));
        assert!(!ask("a", 28));
        assert!(ask("a", 38));
        assert!(!ask("a", 58));
    }

    #[test]
    fn who_waits_no_longer_is_forgotten() {
        let start = Instant::now();
        let mut polls = Polls::default();
        polls.is_early("a", start);
        polls.is_early("b", start + Duration::from_secs(50));
        polls.forget(Duration::from_mins(1), start + Duration::from_mins(1));
        assert_eq!(polls.0.keys().collect::<Vec<_>>(), [&"b"]);
    }
}
