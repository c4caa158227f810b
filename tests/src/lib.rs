//! Tests across the crates: conformance, interoperability, the story end to end.

pub mod pipelines;
pub mod programs;
