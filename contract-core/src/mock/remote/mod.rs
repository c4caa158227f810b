//! A mock provider controlled over HTTP by tests in other languages.
//!
//! Requests with the header field `X-Pact-Mock-Service` control it, like the mock service of the Ruby family
//! of Pact libraries; all others are answered with the expected interactions.
//!
//! | request | effect |
//! |---|---|
//! | `POST /interactions` | registers the interaction in the body, in the format of contract files |
//! | `PUT /interactions` | replaces all registered interactions by those of `{"interactions": […]}` |
//! | `DELETE /interactions` | removes all registered interactions |
//! | `GET /interactions/verification` | 200 if all registered interactions were requested and nothing else, otherwise 500 with an explanation |
//! | `POST /pact` | writes the verified interactions to the contract, and returns them |
//! | `DELETE /session` | resets everything |
//!
//! A failed test writes nothing: the contract only gets interactions whose verification succeeded.

mod admin;
mod server;
mod setup;
mod state;

pub use self::server::RemoteMockServer;
pub use self::setup::RemoteMock;
