//! Compares a consumer's contract with a provider's description.

mod agreement;
mod async_description;
mod code;
mod comparator;
mod contract;
mod exchanged;
mod finding;
mod judge;
mod media_type;
mod message;
mod prepared;
mod profile;
mod quirks;
mod request;
mod response;
pub(crate) mod route;
mod sets;
mod standard_headers;
mod text;

pub use self::agreement::{provider_description, read_description};
pub use self::async_description::AsyncDescription;
pub use self::code::{Code, Level, UnknownCode};
pub use self::comparator::{Comparator, Comparison};
pub use self::contract::ContractFile;
pub(crate) use self::exchanged::Exchanged;
pub use self::finding::{ContractSide, Finding, JsonText, SpecSide, Witness};
pub use self::profile::{CompareOptions, Mends};
