//! Tests across the crates: conformance, interoperability, the story end to end.

pub mod programs;
