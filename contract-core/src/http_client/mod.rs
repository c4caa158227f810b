//! The HTTP client of the verifier and of the broker's client.

mod address;
mod client;
mod failure;
mod proxy;
mod read;
mod trust;

pub(crate) use self::address::{Address, Credentials, without_credentials};
pub(crate) use self::client::{build, builder};
pub(crate) use self::failure::Failure;
pub(crate) use self::read::{Answer, CONTRACT_LIMIT, read};
pub(crate) use self::trust::Trust;
