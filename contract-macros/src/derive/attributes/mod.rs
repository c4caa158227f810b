//! The attributes of serde and of `#[pattern(…)]`.
//!
//! Each attribute of serde is honoured, known to make no difference, or refused where it stands: one that is passed over
//! would make a contract that says something else than the type does.

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
