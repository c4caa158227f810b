//! Tests of the library through its public API.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[cfg(feature = "stub")]
mod allocations;
mod arbitrary;
mod bodies;
#[cfg(feature = "check")]
mod check;
mod consumer_macro;
mod contract_files;
#[cfg(feature = "integration-json")]
mod contract_laws;
mod derive;
mod derive_attributes;
mod derive_crates;
mod derive_recursion;
mod derive_std;
#[cfg(all(feature = "import", feature = "check"))]
mod import;
mod interop;
#[cfg(all(feature = "provider", feature = "xml"))]
mod interop_provider;
mod learn;
mod message_matching;
#[cfg(feature = "check")]
mod minimize;
mod mock;
mod mock_address;
mod mock_blocking;
mod mock_expectations;
mod mock_many;
mod mock_server;
#[cfg(feature = "mock-tls")]
mod mock_tls;
mod mock_wire;
mod numbers;
mod other_tools;
#[cfg(feature = "stub")]
mod remote_mock;
mod ruby;
mod store;
mod store_processes;
mod store_review;
#[cfg(feature = "stub")]
mod stub;
mod talk;
#[cfg(all(feature = "provider", feature = "broker"))]
mod verify;
#[cfg(all(feature = "wiremock", feature = "import"))]
mod wiremock_recording;
#[cfg(feature = "wiremock")]
mod wiremock_server;
