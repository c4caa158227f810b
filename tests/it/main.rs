//! Tests across the crates, in one binary.

// Modules are added here, one a subject.
