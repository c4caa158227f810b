//! A stub: answers requests as existing contracts say, outside of tests.
//!
//! A stub replaces a provider while a front end is developed or a system is tried out by hand. It accepts every
//! contract that can be verified, keeps no state and expects nothing.
//!
//! # Which interaction answers
//!
//! Of the interactions that match a request entirely, the most specific one answers
//! ([`RequestIndex`](crate::matching::RequestIndex)). Of equally specific ones, for example the same request under two
//! provider states, the first answers: in the order in which contracts were added, and within a contract in the order of
//! its file. So the same request has the same answer each time. [`Stub::state`] chooses by provider state.
//!
//! A request that matches none is answered with status 404, as other stub servers do, and explained: how it differs from
//! the nearest interaction and which contract file that is in, as JSON if `Accept` asks for JSON, else as text. The
//! field `X-Pact` distinguishes such an answer from a 404 of a contract.

mod interactions;
mod server;
mod setup;

pub use self::interactions::{LeftOut, StubbedContract};
pub use self::server::{StubAnswer, StubServer};
pub use self::setup::Stub;
