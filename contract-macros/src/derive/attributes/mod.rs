//! The attributes of serde and of `#[pattern(…)]`.
//!
//! Each attribute of serde is supported, known to have no effect, or refused with an error: an ignored one
//! could result in a contract that differs from the type.

mod container;
mod direction;
mod field;
mod read;
mod said;
mod variant;

pub(super) use self::container::Container;
pub(super) use self::direction::{Cases, Direction, Names};
pub(super) use self::field::Field;
pub(super) use self::said::{Example, Said};
pub(super) use self::variant::Variant;
