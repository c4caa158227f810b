//! A mock provider that tests of other languages direct over HTTP.
//!
//! Requests with the header field `X-Pact-Mock-Service` direct it, in the way of the mock service that the Ruby family of
//! Pact libraries runs; all others are answered as the expected interactions say.
//!
//! | request | effect |
//! |---|---|
//! | `POST /interactions` | expects the interaction in the body, as contract files write it |
//! | `PUT /interactions` | expects those of `{"interactions": […]}` instead of those before |
//! | `DELETE /interactions` | expects nothing any more |
//! | `GET /interactions/verification` | 200 if all that is expected was requested and nothing else, otherwise 500 with an explanation |
//! | `POST /pact` | writes what was verified into the contract, and answers with what was written |
//! | `DELETE /session` | forgets everything |
//!
//! A test that fails writes nothing: only interactions whose verification succeeded get into the contract.

mod admin;
mod server;
mod setup;
mod state;

pub use self::server::RemoteMockServer;
pub use self::setup::RemoteMock;
