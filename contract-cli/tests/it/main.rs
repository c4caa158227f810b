//! The program as a CI job sees it: what it says and its exit code.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod decision;
mod diff;
mod files;
mod hostile_input;
mod import;
mod openapi;
mod openapi_json;
mod openapi_judged;
mod review;
mod run;
mod settings;
mod sources;
mod stub;
mod stub_command;
mod verify;
#[cfg(unix)]
mod verify_interrupted;
mod verify_reached;
mod verify_run;
