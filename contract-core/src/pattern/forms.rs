//! The forms that a pattern allows, each as the example.

use super::Pattern;
use super::value::Node;
use crate::contract::Combine;

impl Pattern {
    /// Returns the pattern as it is, and once for each other alternative inside of it with that one as the example. Alternatives at
    /// different places are not combined: there are as many forms as alternatives.
    pub(super) fn forms(&self) -> Vec<Self> {
        let mut forms = vec![self.clone()];
        match &self.node {
            Node::Object(members) => {
                for (at, (_, member)) in members.iter().enumerate() {
                    forms.extend(member.other_forms().map(|form| {
                        let mut members = members.clone();
                        members[at].1 = form;
                        of(Node::Object(members))
                    }));
                }
            }
            Node::Array(items) => forms.extend(in_place_of_each(items).map(|items| of(Node::Array(items)))),
            Node::ArrayContaining(items) => {
                forms.extend(in_place_of_each(items).map(|items| of(Node::ArrayContaining(items))));
            }
            Node::EachLike { item, min, max } => forms.extend(item.other_forms().map(|form| {
                of(Node::EachLike {
                    item: Box::new(form),
                    min: *min,
                    max: *max,
                })
            })),
            Node::Each { key, value } => {
                forms.extend(key.other_forms().map(|form| {
                    of(Node::Each {
                        key: Box::new(form),
                        value: value.clone(),
                    })
                }));
                forms.extend(value.other_forms().map(|form| {
                    of(Node::Each {
                        key: key.clone(),
                        value: Box::new(form),
                    })
                }));
            }
            Node::AnyOf(alternatives)
            | Node::Alternatives {
                combine: Combine::Or,
                patterns: alternatives,
            } => {
                forms.clear();
                forms.extend(alternatives.iter().flat_map(Self::forms));
            }
            Node::Variants { alternatives, shown } => forms = alternatives[*shown].forms(),
            Node::Literal(_)
            | Node::Like(_)
            | Node::Exactly(_)
            | Node::Ruled { .. }
            | Node::AllOf(_)
            | Node::Alternatives {
                combine: Combine::And,
                ..
            } => {}
        }
        forms
    }

    fn other_forms(&self) -> impl Iterator<Item = Self> {
        self.forms().into_iter().skip(1)
    }
}

fn of(node: Node) -> Pattern {
    Pattern { node }
}

/// The items with each other form of one of them.
fn in_place_of_each(items: &[Pattern]) -> impl Iterator<Item = Vec<Pattern>> {
    items.iter().enumerate().flat_map(move |(at, item)| {
        item.other_forms().map(move |form| {
            let mut items = items.to_vec();
            items[at] = form;
            items
        })
    })
}
