//! The HTTP client of the verifier and of the broker's client.

mod client;
mod failure;
mod proxy;
#[cfg(feature = "provider")]
mod read;

pub(crate) use self::client::{address, build, builder};
pub(crate) use self::failure::Failure;
#[cfg(feature = "provider")]
pub(crate) use self::read::{Answer, read};
