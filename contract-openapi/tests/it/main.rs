//! What users of the crate notice, and the public suites.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod agreement;
mod bounded;
mod bundling;
mod cancelled;
mod catalogue;
mod conformance;
mod containment;
mod covering;
mod documents;
mod effects;
mod laxer;
mod linting;
mod mends;
mod mends_of_contents;
mod mends_of_requests;
mod message_contracts;
mod meta_schemas;
mod methods;
mod mutation;
mod oasdiff;
mod opc;
mod owasp;
mod partial;
mod purity;
mod references;
mod reports;
mod rule_file_errors;
mod rule_files;
mod sets;
mod sets_law;
mod told_once;
mod usage;
