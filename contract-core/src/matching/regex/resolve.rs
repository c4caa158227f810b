//! Resolves what depends on the whole pattern.

use super::parse::Parser;
use super::syntax::{Anchor, Node, SyntaxError, Target};

impl Parser {
    /// Resolves the targets of references, and replaces `\Z` by the end of the text if nothing can follow it.
    pub(super) fn resolve(&self, node: Node, last: bool) -> Result<Node, SyntaxError> {
        Ok(match node {
            Node::Anchor(Anchor::FinalLineEnd) if last => Node::Anchor(Anchor::TextEnd),
            Node::Sequence(nodes) => {
                let end = nodes.len().saturating_sub(1);
                let resolved = nodes
                    .into_iter()
                    .enumerate()
                    .map(|(index, node)| self.resolve(node, last && index == end))
                    .collect::<Result<Vec<_>, _>>()?;
                Node::Sequence(resolved)
            }
            Node::Alternation(nodes) => Node::Alternation(
                nodes
                    .into_iter()
                    .map(|node| self.resolve(node, last))
                    .collect::<Result<_, _>>()?,
            ),
            Node::Group { index, node } => Node::Group {
                index,
                node: Box::new(self.resolve(*node, last)?),
            },
            Node::Repeat {
                node,
                min,
                max,
                greed,
            } => Node::Repeat {
                node: Box::new(self.resolve(*node, last && max == Some(1))?),
                min,
                max,
                greed,
            },
            Node::Look {
                behind,
                negative,
                node,
            } => Node::Look {
                behind,
                negative,
                node: Box::new(self.resolve(*node, false)?),
            },
            Node::Atomic(node) => Node::Atomic(Box::new(self.resolve(*node, last)?)),
            Node::Reference {
                target,
                ignore_case,
                at,
            } => self.reference(&target, ignore_case, at)?,
            other => other,
        })
    }

    fn reference(&self, target: &Target, ignore_case: bool, at: usize) -> Result<Node, SyntaxError> {
        let to = |group: usize| Node::Reference {
            target: Target::Group(group),
            ignore_case,
            at,
        };
        match target {
            Target::Group(group) if (1..=self.names.len()).contains(group) => Ok(to(*group)),
            Target::Group(group) => Err(self.no_group(at, &group.to_string())),
            Target::Name(name) => {
                let group = self
                    .names
                    .iter()
                    .position(|present| present.as_ref() == Some(name));
                group
                    .map(|index| to(index + 1))
                    .ok_or_else(|| self.no_group(at, name))
            }
            Target::Digits(digits) => {
                let fitting = (1..=digits.len()).rev().find_map(|length| {
                    let group = digits[..length].parse::<usize>().ok()?;
                    (1..=self.names.len()).contains(&group).then_some((group, length))
                });
                let (group, length) = fitting.ok_or_else(|| self.no_group(at, digits))?;
                let mut nodes = vec![to(group)];
                nodes.extend(digits[length..].chars().map(|digit| Node::Literal {
                    character: digit,
                    ignore_case,
                }));
                Ok(Node::sequence(nodes))
            }
        }
    }

    fn no_group(&self, at: usize, name: &str) -> SyntaxError {
        let groups = self.names.len();
        self.error(
            at,
            format!("a reference to group {name}, but the pattern has {groups} capturing groups"),
        )
    }
}
