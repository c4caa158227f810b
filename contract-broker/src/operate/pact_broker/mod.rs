//! Moving in from a Pact Broker, by its public API or from its database: what can be read there is written into a broker of
//! these settings by its own API, and then gets the times, uuids and SHAs that it had.

mod compare;
mod contract;
mod copy;
mod records;
mod source;
mod target;

pub use self::{
    compare::compare,
    copy::move_in,
    source::{Account, Source},
};
