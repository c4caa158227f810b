//! Learns patterns from a type's `Deserialize`, without a derive: an example is generated from what the type
//! requests ([`trace`]), then changed in many ways to find out what the type accepts ([`probe`]).

mod learned;
mod place;
mod probe;
mod text;
mod trace;

pub use self::learned::{FieldKind, Learned, LearnedField, pattern_of, pattern_of_example};
