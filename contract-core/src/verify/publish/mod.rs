//! Publishing what a verification found.

#[cfg(feature = "broker")]
mod results;
mod session;

#[cfg(feature = "broker")]
pub use self::results::PublishResults;
