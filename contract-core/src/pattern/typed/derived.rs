//! What the code of `#[derive(Pattern)]` calls.

use std::cell::RefCell;

use serde::Serialize;

use crate::json::{self, Value};
use crate::pattern::value::Node;
use crate::pattern::{IntoPattern as _, Pattern, any_of};

/// How often a type is shown in one example that leads back to it: itself, and once inside of itself.
const LEVELS: usize = 2;
/// Types in one example from which on none is shown inside of itself any more: families of types that all contain each
/// other multiply.
const MANY: usize = 2_000;

#[derive(Default)]
struct Making {
    /// The types whose patterns are being made, outermost first.
    types: Vec<&'static str>,
    /// How many patterns were made since the outermost was begun.
    count: usize,
}

thread_local! {
    static MAKING: RefCell<Making> = RefCell::default();
}

/// Makes the pattern of a type; `None` if the type is already being made, so that the example would never end.
#[doc(hidden)]
pub fn derived(type_name: &'static str, make: impl FnOnce() -> Option<Pattern>) -> Option<Pattern> {
    struct Made;
    impl Drop for Made {
        fn drop(&mut self) {
            MAKING.with_borrow_mut(|making| {
                making.types.pop();
                if making.types.is_empty() {
                    making.count = 0;
                }
            });
        }
    }
    let is_shown = MAKING.with_borrow_mut(|making| {
        let levels = if making.count > MANY { 1 } else { LEVELS };
        if making.types.iter().filter(|one| **one == type_name).count() >= levels {
            return true;
        }
        making.types.push(type_name);
        making.count += 1;
        false
    });
    if is_shown {
        return None;
    }
    let _made = Made;
    make()
}

/// The pattern of a type on its own.
///
/// # Panics
///
/// If there is none: each example would contain another one.
#[doc(hidden)]
#[track_caller]
pub fn derived_or_endless(type_name: &'static str, pattern: Option<Pattern>) -> Pattern {
    pattern.unwrap_or_else(|| {
        panic!(
            "{type_name} contains itself, so its example would never end: mark the field that leads back with \
             #[pattern(skip)], or #[pattern(with = …)] a pattern that ends"
        )
    })
}

/// A value in one of several forms, of which the contract shows one: the variant with this number or, if that one leads back
/// to the type itself, the first that does not.
#[doc(hidden)]
pub fn variants(alternatives: Vec<Option<Pattern>>, shown: usize) -> Option<Pattern> {
    let before = alternatives.iter().take(shown).flatten().count();
    let is_shown = alternatives.get(shown).is_some_and(Option::is_some);
    let mut alternatives: Vec<Pattern> = alternatives
        .into_iter()
        .flatten()
        .map(Pattern::loosened)
        .collect();
    match alternatives.len() {
        0 => None,
        1 => alternatives.pop(),
        _ => Some(Pattern {
            node: Node::Variants {
                alternatives,
                shown: if is_shown { before } else { 0 },
            },
        }),
    }
}

/// A value in one of several forms, all of which the contract allows. The variant with this number is the example or, if that
/// one leads back to the type itself, the first that does not.
#[doc(hidden)]
#[track_caller]
pub fn all_variants(alternatives: Vec<Option<Pattern>>, shown: usize) -> Option<Pattern> {
    let pattern = variants(alternatives, shown)?;
    let Node::Variants {
        mut alternatives,
        shown,
    } = pattern.node
    else {
        return Some(pattern);
    };
    let example = alternatives.remove(shown);
    alternatives.insert(0, example);
    Some(any_of(alternatives))
}

/// Returns the members of an object that is flattened into another.
///
/// # Panics
///
/// If the pattern is not an object.
#[doc(hidden)]
#[track_caller]
pub fn flattened(pattern: Pattern) -> Vec<(String, Pattern)> {
    match pattern.node {
        Node::Object(members) => members,
        Node::Variants {
            mut alternatives,
            shown,
        } => flattened(alternatives.swap_remove(shown)),
        // `null` for an option: none of the members is there.
        Node::AnyOf(mut alternatives) => flattened(alternatives.swap_remove(0)),
        Node::Like(Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| (name, value.into_pattern().loosened()))
            .collect(),
        Node::Literal(Value::Object(members)) | Node::Exactly(Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| (name, value.into_pattern().strict()))
            .collect(),
        // A map takes in what is left over, of which the consumer needs nothing; a unit is not written at all.
        Node::Each { .. }
        | Node::Ruled {
            example: Value::Null, ..
        } => Vec::new(),
        Node::Alternatives { .. } => panic!(
            "a field with several forms cannot be flattened into an object: leave #[pattern(all_variants)] out, or give the field \
             #[pattern(with = …)] with the pattern of one form"
        ),
        node => panic!(
            "only an object can be flattened into an object, and the example of this field is {}",
            Pattern { node }.expand().example
        ),
    }
}

/// Returns the pattern with the examples of a value; what it does not need of the value is left out.
///
/// # Panics
///
/// If the value cannot be written as JSON or has another form than the pattern.
#[doc(hidden)]
#[track_caller]
pub fn shown_like(pattern: Pattern, value: &(impl Serialize + ?Sized)) -> Pattern {
    let written = json::to_value(value)
        .unwrap_or_else(|error| panic!("the example cannot be written as JSON: {error}"));
    pattern
        .shown_as(written)
        .unwrap_or_else(|reason| panic!("an example from a value: {reason}"))
}
