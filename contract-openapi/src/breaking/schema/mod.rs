//! Compares schemas.

mod all_of;
mod branches;
mod constraint;
mod keywords;
mod normal;
mod other;
mod property;
mod types;
mod value;
mod walk;

pub(super) use self::normal::is_alike;
pub(super) use self::types::{change_of_types, nullability};
pub(super) use self::walk::{Part, Side, Walk};
