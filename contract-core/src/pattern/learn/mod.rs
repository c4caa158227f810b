//! Patterns learnt from a type's `Deserialize`, without a derive: an example is invented by watching what the type asks for
//! ([`trace`]), then changed in many ways to see what the type still reads ([`probe`]).

mod learned;
mod place;
mod probe;
mod text;
mod trace;

pub use self::learned::{FieldKind, Learned, LearnedField, pattern_of, pattern_of_example};
