//! Patterns that follow types: [`HasPattern`], which `#[derive(Pattern)]` implements, and its implementations for the types
//! of the standard library and, by features, of other crates.

mod collections;
mod crates;
mod derived;
mod has_pattern;
mod keys;
mod scalars;
mod structures;
mod wrappers;

pub use self::derived::{all_variants, derived, derived_or_endless, flattened, shown_like, variants};
pub use self::has_pattern::{HasPattern, assert_example_deserializes};
