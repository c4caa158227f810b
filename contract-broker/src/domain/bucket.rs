//! How much somebody may ask for: token buckets, of which only so many are kept.

use std::{
    collections::HashMap,
    hash::Hash,
    time::{Duration, Instant},
};

/// How much may be asked for: `burst` requests at once, and `per_minute` in the long run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) per_minute: u32,
    pub(crate) burst: u32,
}

impl Rate {
    /// How long an empty bucket takes to be full.
    pub(crate) fn window(self) -> Duration {
        Duration::from_secs_f64(f64::from(self.burst) / self.per_second())
    }

    fn per_second(self) -> f64 {
        f64::from(self.per_minute.max(1)) / 60.0
    }
}

/// What became of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) is_allowed: bool,
    /// How many more may be sent at once.
    pub(crate) remaining: u32,
    /// How long it takes until the bucket is full again.
    pub(crate) full_in: Duration,
    /// How long to wait until one more is allowed; zero if it is.
    pub(crate) next_in: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn full(rate: Rate, now: Instant) -> Self {
        Self {
            left: f64::from(rate.burst),
            at: now,
        }
    }

    fn filled(self, rate: Rate, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left + passed * rate.per_second()).min(f64::from(rate.burst))
    }
}

/// A bucket for each key. Of keys beyond the most that are kept all share one: their number cannot be used to get around
/// the limit, nor to fill the memory.
#[derive(Debug)]
pub(crate) struct Buckets<K> {
    rate: Rate,
    most: usize,
    of: HashMap<K, Bucket>,
    of_others: Bucket,
    /// When full buckets were last looked for.
    swept_at: Instant,
}

/// How often full buckets are looked for at most.
const SWEEP: Duration = Duration::from_secs(1);

impl<K: Eq + Hash> Buckets<K> {
    /// Buckets for at most so many keys.
    pub(crate) fn new(rate: Rate, most: usize, now: Instant) -> Self {
        Self {
            rate,
            most,
            of: HashMap::new(),
            of_others: Bucket::full(rate, now),
            swept_at: now,
        }
    }

    /// Takes one request from the bucket of a key.
    pub(crate) fn take(&mut self, key: K, now: Instant) -> Taken {
        let rate = self.rate;
        if self.of.len() >= self.most && !self.of.contains_key(&key) {
            self.sweep(now);
        }
        let bucket = if self.of.len() >= self.most && !self.of.contains_key(&key) {
            &mut self.of_others
        } else {
            self.of.entry(key).or_insert_with(|| Bucket::full(rate, now))
        };
        let mut left = bucket.filled(rate, now);
        let is_allowed = left >= 1.0;
        if is_allowed {
            left -= 1.0;
        }
        *bucket = Bucket { left, at: now };
        let until = |wanted: f64| Duration::from_secs_f64((wanted - left).max(0.0) / rate.per_second());
        Taken {
            is_allowed,
            remaining: whole(left),
            full_in: until(f64::from(rate.burst)),
            next_in: if is_allowed { Duration::ZERO } else { until(1.0) },
        }
    }

    /// Forgets full buckets: a new one is as full.
    fn sweep(&mut self, now: Instant) {
        if now.saturating_duration_since(self.swept_at) < SWEEP {
            return;
        }
        self.swept_at = now;
        let rate = self.rate;
        self.of
            .retain(|_, bucket| bucket.filled(rate, now) < f64::from(rate.burst));
    }
}

/// The whole requests of a bucket.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 0 and the burst, which is a u32"
)]
fn whole(left: f64) -> u32 {
    left as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE: Rate = Rate {
        per_minute: 60,
        burst: 3,
    };

    #[test]
    fn a_burst_is_allowed_and_then_one_each_second() {
        let start = Instant::now();
        let mut buckets = Buckets::new(RATE, 10, start);
        let mut take = |after: u64| buckets.take("a", start + Duration::from_millis(after));
        let remaining: Vec<u32> = (0..3).map(|_| take(0).remaining).collect();
        assert_eq!(remaining, [2, 1, 0]);
        let refused = take(250);
        assert!(!refused.is_allowed);
        assert_eq!(refused.next_in, Duration::from_millis(750));
        assert_eq!(refused.full_in, Duration::from_millis(2750));
        assert!(take(1000).is_allowed);
        assert!(!take(1999).is_allowed);
        assert!(take(2000).is_allowed);
        assert_eq!(RATE.window(), Duration::from_secs(3));
    }

    #[test]
    fn each_has_a_bucket_and_those_beyond_the_most_share_one() {
        let start = Instant::now();
        let mut buckets = Buckets::new(RATE, 2, start);
        for key in [1, 2] {
            assert!(buckets.take(key, start).is_allowed);
        }
        // Addresses that nobody knows do not multiply what is allowed.
        let allowed = (10..1000).filter(|key| buckets.take(*key, start).is_allowed);
        assert_eq!(allowed.count(), 3);
        assert_eq!(buckets.of.len(), 2);
        // Those that were silent make room.
        let later = start + Duration::from_secs(5);
        assert_eq!(buckets.take(7, later).remaining, 2);
        assert_eq!(buckets.of.len(), 1);
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_the_burst_and_the_rate(steps in prop::collection::vec(0_u64..3_000, 1..200)) {
            let start = Instant::now();
            let mut buckets = Buckets::new(RATE, 1, start);
            let (mut at, mut allowed) = (0, 0_u64);
            for step in steps {
                at += step;
                allowed += u64::from(buckets.take((), start + Duration::from_millis(at)).is_allowed);
                prop_assert!(allowed * 1000 <= 3000 + at);
            }
        }
    }
}
