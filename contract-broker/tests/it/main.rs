//! The broker over real HTTP: one broker per test, on a free port, with a database of its own.
#![expect(
    clippy::unwrap_used,
    reason = "a test may end at the first thing that is wrong"
)]

mod configuration;
mod running;
mod webhooks;
