//! Publishes verification results.

#[cfg(feature = "broker")]
mod results;
mod session;

#[cfg(feature = "broker")]
pub use self::results::PublishResults;
