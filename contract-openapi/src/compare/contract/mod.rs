//! A contract in the forms needed for comparison: with positions, and as the model of `contract-core`.

mod file;
mod interaction;

pub use self::file::ContractFile;
pub(super) use self::interaction::{
    About, Exchange, HeaderValue, HttpMock, Lead, MessageMock, MessageSide, Mock, at_position,
    read_interactions,
};
