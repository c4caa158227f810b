//! The buckets of histograms.

use prometheus_client::metrics::histogram::Histogram;

/// Upper bounds of durations in seconds: from an index lookup to the longest wait of a client.
pub(super) const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Upper bounds of sizes in bytes: from 256 bytes to 64 MiB, each four times the previous one.
const BYTES: [f64; 10] = [
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// Upper bounds of numbers of writes, up to the maximum per commit.
const WRITES: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// Returns a histogram of durations in seconds.
pub(super) fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

/// Returns a histogram of sizes in bytes.
pub(super) fn bytes() -> Histogram {
    Histogram::new(BYTES)
}

/// Returns a histogram of numbers of writes.
pub(super) fn writes() -> Histogram {
    Histogram::new(WRITES)
}
