//! Tests across the crates, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod book;
mod layers;
mod program;
mod story;
