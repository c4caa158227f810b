//! What users of the crate notice, and the public suites.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod agreement;
mod catalogue;
mod conformance;
mod containment;
mod covering;
mod documents;
mod linting;
mod mends;
mod oasdiff;
mod opc;
mod purity;
mod reports;
mod sets;
mod sets_law;
mod usage;
