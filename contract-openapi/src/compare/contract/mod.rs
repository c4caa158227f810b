//! A contract in the forms needed for comparison: with positions, and as the model of `contract-core`.

mod content;
mod file;
mod interaction;

pub(super) use self::content::at_position;
pub use self::file::ContractFile;
pub(super) use self::interaction::{
    About, Exchange, HeaderValue, HttpMock, Lead, MessageMock, MessageSide, Mock, read_interactions,
};
