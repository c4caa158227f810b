//! What the targets share: an input cut in two, and the time that one may take.

pub mod bodies;

use std::time::{Duration, Instant};

/// No input may take longer.
const LIMIT: Duration = Duration::from_secs(1);

/// Does something with an input, which must not panic.
///
/// # Panics
///
/// Where it takes more than a second.
pub fn within_a_second<T>(run: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let outcome = run();
    let took = started.elapsed();
    assert!(took < LIMIT, "one input took {took:?}");
    outcome
}

/// The two parts of an input, which the first line feed separates.
pub fn two(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}
