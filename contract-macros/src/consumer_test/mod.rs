//! `#[consumer_test]`: a test that records a contract.

mod arguments;
mod attributes;
mod expand;
mod parameters;

pub(crate) use self::expand::expand;
