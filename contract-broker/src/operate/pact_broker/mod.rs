//! Moving in from a Pact Broker, by its public API: what can be read there is written into a broker of these settings by
//! the same API, and then gets the times and uuids that it had.

mod compare;
mod contract;
mod copy;
mod source;
mod target;

pub use self::{
    compare::compare,
    copy::move_in,
    source::{Account, Source},
};
