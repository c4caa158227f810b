//! Patterns that follow types.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;

use crate::contract::Combine;
use crate::json::Value;

use super::value::{Node, array};
use super::{IntoPattern, Pattern, boolean, each_like, each_value, integer, nullable, number, string};

/// A type that has a pattern: what a consumer that reads this type needs. Derived with `#[derive(Pattern)]`.
///
/// ```
/// use contract_core::prelude::*;
///
/// #[derive(Pattern)]
/// struct User {
///     #[pattern(example = 42)]
///     id: u64,
///     #[pattern(regex = r"^\S+@\S+$", example = "ada@example.com")]
///     email: String,
///     roles: Vec<String>,
///     nickname: Option<String>,
/// }
///
/// let example = User::pattern().expand().example;
/// assert_eq!(example["id"], 42);
/// assert!(example.get("nickname").is_none());
/// ```
pub trait HasPattern {
    /// The pattern.
    fn pattern() -> Pattern;
}

macro_rules! patterns {
    ($($types:ty),+ => $pattern:expr) => {
        $(impl HasPattern for $types {
            fn pattern() -> Pattern {
                $pattern
            }
        })+
    };
}

patterns!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize => integer(1));
// A number without a fraction is read as well, and some writers leave ".0" out.
patterns!(f32, f64 => number(1.5));
patterns!(bool => boolean(true));
patterns!(String, &str, Box<str> => string("text"));
patterns!(char => super::regex("(?s).", "c"));
patterns!(() => super::null());

impl<T: HasPattern> HasPattern for Option<T> {
    fn pattern() -> Pattern {
        nullable(T::pattern())
    }
}

impl<T: HasPattern + ?Sized> HasPattern for Box<T> {
    fn pattern() -> Pattern {
        T::pattern()
    }
}

macro_rules! lists {
    ($($list:ident<T $(, $hasher:ident: $bound:path)?>),+) => {
        $(impl<T: HasPattern $(, $hasher: $bound)?> HasPattern for $list<T $(, $hasher)?> {
            fn pattern() -> Pattern {
                each_like(T::pattern()).into_pattern()
            }
        })+
    };
}

lists!(Vec<T>, VecDeque<T>, BTreeSet<T>, HashSet<T, S: BuildHasher>);

impl<T: HasPattern, const N: usize> HasPattern for [T; N] {
    fn pattern() -> Pattern {
        array((0..N).map(|_| T::pattern()).collect())
    }
}

impl<K, V: HasPattern> HasPattern for BTreeMap<K, V> {
    fn pattern() -> Pattern {
        each_value("key", V::pattern())
    }
}

impl<K, V: HasPattern, S: BuildHasher> HasPattern for HashMap<K, V, S> {
    fn pattern() -> Pattern {
        each_value("key", V::pattern())
    }
}

impl<A: HasPattern, B: HasPattern> HasPattern for (A, B) {
    fn pattern() -> Pattern {
        array(vec![A::pattern(), B::pattern()])
    }
}

impl<A: HasPattern, B: HasPattern, C: HasPattern> HasPattern for (A, B, C) {
    fn pattern() -> Pattern {
        array(vec![A::pattern(), B::pattern(), C::pattern()])
    }
}

impl Pattern {
    /// Returns the same pattern with another example. Of an array a list of elements, of which the first becomes the
    /// example.
    ///
    /// # Panics
    ///
    /// If the example does not fit the pattern, or the pattern is an object (give its members their examples).
    #[track_caller]
    pub fn with_example(self, example: impl IntoPattern) -> Self {
        let example = example.into_pattern().expand().example;
        let written = example.to_string();
        let replaced = match (self.node, example) {
            (Node::Literal(_) | Node::Like(_), example) => Node::Like(example),
            (Node::Exactly(_), example) => Node::Exactly(example),
            (
                Node::Ruled {
                    matchers,
                    generator,
                    only_in_bodies,
                    ..
                },
                example,
            ) => Node::Ruled {
                example,
                matchers,
                generator,
                only_in_bodies,
            },
            (Node::EachLike { item, min, max }, Value::Array(mut items)) if !items.is_empty() => {
                Node::EachLike {
                    item: Box::new(item.with_example(items.swap_remove(0))),
                    min,
                    max,
                }
            }
            (Node::AnyOf(mut alternatives), example) => {
                // An enumeration starts with its example; of other alternatives the first carries it.
                let at = alternatives
                    .iter()
                    .position(|alternative| alternative.as_exact_text().is_some_and(|text| example == text));
                if let Some(at) = at {
                    alternatives.swap(0, at);
                } else {
                    let first = alternatives.remove(0).with_example(example);
                    alternatives.insert(0, first);
                }
                Node::AnyOf(alternatives)
            }
            (Node::AllOf(mut patterns), example) => {
                let first = patterns.remove(0).with_example(example);
                patterns.insert(0, first);
                Node::AllOf(patterns)
            }
            (
                Node::Alternatives {
                    combine,
                    mut patterns,
                },
                example,
            ) => {
                // The alternative that the example is of comes first.
                let at = match combine {
                    Combine::Or => patterns
                        .iter()
                        .position(|pattern| pattern.accepts(&example).is_ok()),
                    Combine::And => None,
                };
                let first = patterns.remove(at.unwrap_or(0)).with_example(example);
                patterns.insert(0, first);
                Node::Alternatives { combine, patterns }
            }
            (Node::Each { value, .. }, Value::Object(members)) if members.len() == 1 => {
                let (key, example) = members.into_iter().next().unwrap_or_default();
                Node::Each {
                    key: Box::new(key.into_pattern()),
                    value: Box::new(value.with_example(example)),
                }
            }
            (_, example) => panic!("the example {example} does not match the shape of this pattern"),
        };
        Self { node: replaced }.checked(|| format!("example {written}"))
    }

    /// Returns the same array with bounds on the number of its elements.
    ///
    /// # Panics
    ///
    /// If the pattern is not an [`each_like`], or the bounds contradict each other.
    #[track_caller]
    #[must_use]
    pub fn with_bounds(self, min: Option<usize>, max: Option<usize>) -> Self {
        let Node::EachLike { item, .. } = self.node else {
            panic!("min and max are bounds on the number of elements, and this is not an array");
        };
        let mut each = each_like(*item);
        if let Some(min) = min {
            each = each.at_least(min);
        }
        if let Some(max) = max {
            each = each.at_most(max);
        }
        each.into_pattern()
    }
}

thread_local! {
    /// The types whose patterns are being made, outermost first.
    static MAKING: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Makes the pattern of a type; for `#[derive(Pattern)]`.
///
/// # Panics
///
/// If the type contains itself: an example of it would never end.
#[doc(hidden)]
pub fn derived(type_name: &'static str, make: impl FnOnce() -> Pattern) -> Pattern {
    struct Made;
    impl Drop for Made {
        fn drop(&mut self) {
            MAKING.with_borrow_mut(Vec::pop);
        }
    }
    MAKING.with_borrow_mut(|making| {
        assert!(
            !making.contains(&type_name),
            "{type_name} contains itself, so its example would never end: mark the field that leads back with \
             #[pattern(skip)], or #[pattern(with = …)] a pattern that ends"
        );
        making.push(type_name);
    });
    let _made = Made;
    make()
}

/// Returns the members of an object that is flattened into another; for `#[derive(Pattern)]`.
///
/// # Panics
///
/// If the pattern is not an object.
#[doc(hidden)]
pub fn flattened(pattern: Pattern) -> Vec<(String, Pattern)> {
    match pattern.node {
        Node::Object(members) => members,
        // A map takes in what is left over; the consumer needs none of it.
        Node::Each { .. } => Vec::new(),
        _ => panic!("only objects can be flattened into an object"),
    }
}
