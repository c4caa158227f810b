//! Returns patterns with another example, or other bounds.

use crate::contract::Combine;
use crate::json::{Map, Value};

use super::value::Node;
use super::{IntoPattern, Pattern, each_like};

/// What to do with parts of an example that the pattern does not cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Surplus {
    /// Refuse them: they may be misspelled.
    Refused,
    /// Omit them: the example is a value of a type of which the pattern only needs a part.
    LeftOut,
}

impl Pattern {
    /// Returns the same pattern with another example. For an array, a list of elements, of which the first
    /// becomes the example; for an object, any of its members, while the others are unchanged.
    ///
    /// ```
    /// use contract_core::prelude::*;
    ///
    /// let user = json_like!({ "id": integer(1), "name": "text" });
    /// let ada = user.with_example(serde_json::json!({ "name": "Ada Lovelace" }));
    /// assert_eq!(ada.expand().example, serde_json::json!({ "id": 1, "name": "Ada Lovelace" }));
    /// ```
    ///
    /// # Panics
    ///
    /// If the example does not match the pattern.
    #[track_caller]
    pub fn with_example(self, example: impl IntoPattern) -> Self {
        let example = example.into_pattern().expand().example;
        let written = example.to_string();
        match self.exchanged(example, Surplus::Refused) {
            Ok(pattern) => pattern.checked(|| format!("example {written}")),
            Err(reason) => panic!("{reason}"),
        }
    }

    /// Like [`with_example`](Self::with_example), for a value of the type that the pattern is derived from:
    /// members that the pattern does not need are omitted, and those that the value does not have keep their
    /// example.
    pub(super) fn shown_as(self, example: Value) -> Result<Self, String> {
        let pattern = self.exchanged(example, Surplus::LeftOut)?;
        pattern.accepts(&pattern.expand().example)?;
        Ok(pattern)
    }

    fn exchanged(self, example: Value, surplus: Surplus) -> Result<Self, String> {
        let from_value = surplus == Surplus::LeftOut;
        if from_value && example.is_null() && self.accepts(&example).is_err() {
            return Ok(self);
        }
        let node = match (self.node, example) {
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
                    item: Box::new(item.exchanged(items.swap_remove(0), surplus)?),
                    min,
                    max,
                }
            }
            (node @ Node::EachLike { .. }, Value::Array(_)) if from_value => node,
            (Node::Array(items), Value::Array(examples)) if items.len() == examples.len() => Node::Array(
                items
                    .into_iter()
                    .zip(examples)
                    .map(|(item, example)| item.exchanged(example, surplus))
                    .collect::<Result<_, _>>()?,
            ),
            (Node::Object(members), Value::Object(examples)) => {
                Node::Object(exchanged_members(members, examples, surplus)?)
            }
            (Node::AnyOf(alternatives), example) => {
                Node::AnyOf(exchanged_first(alternatives, example, surplus)?)
            }
            (
                Node::Alternatives {
                    combine,
                    mut patterns,
                },
                example,
            ) => {
                // The alternative that the example matches comes first.
                let belongs = |pattern: &Self| pattern.accepts(&example).is_ok();
                let at = match combine {
                    Combine::Or => patterns.iter().position(belongs).unwrap_or(0),
                    Combine::And => 0,
                };
                let first = patterns.remove(at).exchanged(example, surplus)?;
                patterns.insert(0, first);
                Node::Alternatives { combine, patterns }
            }
            (Node::Variants { alternatives, .. }, example) => {
                let fits = |alternative: &Self| alternative.accepts(&example).is_ok();
                let Some(shown) = alternatives.iter().position(fits) else {
                    return Err(format!(
                        "the example {example} has none of the forms that the type has"
                    ));
                };
                let mut alternatives = alternatives;
                let variant = alternatives[shown].clone().exchanged(example, surplus)?;
                alternatives[shown] = variant;
                Node::Variants { alternatives, shown }
            }
            (Node::AllOf(mut patterns), example) => {
                let first = patterns.remove(0).exchanged(example, surplus)?;
                patterns.insert(0, first);
                Node::AllOf(patterns)
            }
            (Node::Each { value, .. }, Value::Object(members))
                if members.len() == 1 || (from_value && !members.is_empty()) =>
            {
                let (key, example) = members.into_iter().next().unwrap_or_default();
                Node::Each {
                    key: Box::new(key.into_pattern()),
                    value: Box::new(value.exchanged(example, surplus)?),
                }
            }
            (node @ Node::Each { .. }, Value::Object(_)) if from_value => node,
            (_, example) => {
                return Err(format!(
                    "the example {example} does not match the shape of this pattern"
                ));
            }
        };
        Ok(Self { node })
    }

    /// Returns the same array pattern with bounds on the number of elements.
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

fn exchanged_members(
    members: Vec<(String, Pattern)>,
    mut examples: Map,
    surplus: Surplus,
) -> Result<Vec<(String, Pattern)>, String> {
    let exchanged = members
        .into_iter()
        .map(|(name, member)| match examples.remove(&name) {
            Some(example) => Ok((name, member.exchanged(example, surplus)?)),
            None => Ok((name, member)),
        })
        .collect::<Result<_, String>>()?;
    match examples.into_keys().next() {
        Some(name) if surplus == Surplus::Refused => Err(format!(
            "the example has a member {name:?}, which the pattern does not have"
        )),
        _ => Ok(exchanged),
    }
}

/// Sets the example of alternatives: an enumeration starts with it, others have it in the first one.
fn exchanged_first(
    mut alternatives: Vec<Pattern>,
    example: Value,
    surplus: Surplus,
) -> Result<Vec<Pattern>, String> {
    let is_text = |alternative: &Pattern| alternative.as_exact_text().is_some_and(|text| example == text);
    if let Some(at) = alternatives.iter().position(is_text) {
        alternatives.swap(0, at);
    } else {
        let first = alternatives.remove(0).exchanged(example, surplus)?;
        alternatives.insert(0, first);
    }
    Ok(alternatives)
}
