//! A pattern as a tree of examples with their meaning.

use crate::json::{Map, Value};
use serde::Serialize;

use crate::contract::{Combine, Generator, Matcher};

/// What a consumer needs from a value: an example, and how actual values may differ from it.
///
/// Created by the functions of this [module](super) and by [`json_like!`](crate::json_like); accepted
/// wherever a request, response or message takes a value.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub(super) node: Node,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Exactly this value, without a rule: it is compared with the example.
    Literal(Value),
    /// Of the same type, including nested values.
    Like(Value),
    /// Exactly this value, by a rule.
    Exactly(Value),
    /// An object with a pattern for each member.
    Object(Vec<(String, Pattern)>),
    /// An array with a pattern for each element.
    Array(Vec<Pattern>),
    /// A value with its own rules.
    Ruled {
        example: Value,
        matchers: Vec<Matcher>,
        generator: Option<Generator>,
        /// Whether the rules apply only in bodies: elsewhere the value is compared with the example.
        only_in_bodies: bool,
    },
    EachLike {
        item: Box<Pattern>,
        min: usize,
        max: Option<usize>,
    },
    /// An object with any keys.
    Each {
        key: Box<Pattern>,
        value: Box<Pattern>,
    },
    ArrayContaining(Vec<Pattern>),
    /// One of these, as one list of rules with the first one's example.
    AnyOf(Vec<Pattern>),
    /// All of these, as one list of rules with the first one's example.
    AllOf(Vec<Pattern>),
    /// One of these or all, each with its own example, if one list of rules cannot represent them.
    Alternatives {
        combine: Combine,
        patterns: Vec<Pattern>,
    },
    /// A value of a type with several forms, at least two; the contract contains one of them.
    Variants {
        alternatives: Vec<Pattern>,
        shown: usize,
    },
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used in a contract",
    label = "neither a pattern nor a value that can be written as JSON",
    note = "derive `Serialize` for it, or write a pattern: integer(42), regex(…, …), json_like!({{ … }})"
)]
/// Anything that can be used as a pattern: patterns, and every value that implements `Serialize`, as a literal.
pub trait IntoPattern {
    /// Returns the pattern.
    ///
    /// # Panics
    ///
    /// If a value cannot be serialised as JSON: a map whose keys are not strings, a `Serialize` that fails.
    fn into_pattern(self) -> Pattern;
}

impl IntoPattern for Pattern {
    fn into_pattern(self) -> Pattern {
        self
    }
}

impl<T: Serialize> IntoPattern for T {
    #[track_caller]
    fn into_pattern(self) -> Pattern {
        match crate::json::to_value(self) {
            Ok(value) => Pattern {
                node: Node::Literal(value),
            },
            Err(error) => panic!(
                "a {} cannot be written as JSON, so it cannot be used in a contract: {error}",
                std::any::type_name::<T>()
            ),
        }
    }
}

impl Pattern {
    pub(super) fn ruled(example: impl Into<Value>, matcher: Matcher) -> Self {
        Self {
            node: Node::Ruled {
                example: example.into(),
                matchers: vec![matcher],
                generator: None,
                only_in_bodies: false,
            },
        }
    }

    /// Converts a literal to "of the same type"; any other pattern is unchanged.
    pub(super) fn loosened(self) -> Self {
        match self.node {
            Node::Literal(value) => Self {
                node: Node::Like(value),
            },
            node => Self { node },
        }
    }

    /// Converts a literal to "exactly this", wherever it is used; any other pattern is unchanged.
    pub(super) fn strict(self) -> Self {
        match self.node {
            Node::Literal(value) => Self {
                node: Node::Exactly(value),
            },
            node => Self { node },
        }
    }

    /// Returns the value, if the whole pattern means "of the same type as this".
    pub(super) fn as_like(&self) -> Option<Value> {
        match &self.node {
            Node::Like(value) => Some(value.clone()),
            Node::Object(members) => {
                let mut values = Map::new();
                for (name, member) in members {
                    values.insert(name.clone(), member.as_like()?);
                }
                Some(Value::Object(values))
            }
            Node::Array(items) => items
                .iter()
                .map(Pattern::as_like)
                .collect::<Option<Vec<_>>>()
                .map(Value::Array),
            Node::Variants { alternatives, shown } => alternatives[*shown].as_like(),
            _ => None,
        }
    }
}

/// Creates an object with a pattern for each member; plain values mean "of the same type". For `json_like!`.
#[doc(hidden)]
#[track_caller]
pub fn object(members: Vec<(String, Pattern)>) -> Pattern {
    for (index, (name, _)) in members.iter().enumerate() {
        assert!(
            members[..index].iter().all(|(earlier, _)| earlier != name),
            "the member {name:?} is written twice in one object: remove one of them"
        );
    }
    Pattern {
        node: Node::Object(
            members
                .into_iter()
                .map(|(name, member)| (name, member.loosened()))
                .collect(),
        ),
    }
}

/// Creates an array with a pattern for each element; plain values mean "of the same type". For `json_like!`.
#[doc(hidden)]
pub fn array(items: Vec<Pattern>) -> Pattern {
    Pattern {
        node: Node::Array(items.into_iter().map(Pattern::loosened).collect()),
    }
}
