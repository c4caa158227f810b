//! Random numbers for examples. They must differ, but need not be secret.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};

/// The increment of the state.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), whose state is a counter,
/// so threads can share it without a lock.
#[derive(Debug)]
pub(super) struct Random {
    state: AtomicU64,
}

impl Random {
    /// Seeds the generator from the operating system, through the keys of the standard library's hash maps.
    pub(super) fn new() -> Self {
        Self::seeded(RandomState::new().build_hasher().finish())
    }

    pub(super) fn seeded(seed: u64) -> Self {
        Self {
            state: AtomicU64::new(seed),
        }
    }

    pub(super) fn next(&self) -> u64 {
        let state = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below the bound. Multiplication instead of division leaves a negligible bias.
    pub(super) fn below(&self, bound: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(bound.max(1));
        u64::try_from(product >> 64).unwrap_or(0)
    }
}

impl Clone for Random {
    /// Diverges from the original, so that a cloned context does not repeat its values.
    fn clone(&self) -> Self {
        Self::seeded(self.next())
    }
}
