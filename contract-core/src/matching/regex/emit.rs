//! Writes a syntax tree in the syntax of the `regex` crate, and unsupported constructs in that of similar engines.

use std::fmt::Write as _;

use super::syntax::{Anchor, Greed, Node, Target};

/// Returns the pattern text of the node.
pub(super) fn emit(node: &Node) -> String {
    let mut out = String::new();
    write_node(node, &mut out);
    out
}

/// Appends a literal character, valid inside and outside of classes.
pub(super) fn push_character(out: &mut String, character: char) {
    if regex_syntax::is_meta_character(character) {
        out.push('\\');
        out.push(character);
    } else if character.is_control() || character.is_whitespace() {
        let _ = write!(out, "\\x{{{:X}}}", u32::from(character));
    } else {
        out.push(character);
    }
}

fn write_node(node: &Node, out: &mut String) {
    match node {
        Node::Empty => {}
        Node::Literal { .. } => write_literals(std::slice::from_ref(node), out),
        Node::Class { set, ignore_case } => write_class(set, *ignore_case, out),
        Node::Anchor(anchor) => out.push_str(match anchor {
            Anchor::TextStart => "\\A",
            Anchor::TextEnd => "\\z",
            Anchor::FinalLineEnd => "(?=\\n?\\z)",
            Anchor::LineStart => "(?m:^)",
            Anchor::LineEnd => "(?m:$)",
            Anchor::WordBoundary => "\\b",
            Anchor::NotWordBoundary => "\\B",
        }),
        Node::Sequence(nodes) => write_sequence(nodes, out),
        Node::Alternation(nodes) => {
            out.push_str("(?:");
            for (index, node) in nodes.iter().enumerate() {
                if index > 0 {
                    out.push('|');
                }
                write_node(node, out);
            }
            out.push(')');
        }
        Node::Group { node, .. } => {
            out.push('(');
            write_node(node, out);
            out.push(')');
        }
        Node::Repeat {
            node,
            min,
            max,
            greed,
        } => write_repeat(node, *min, *max, *greed, out),
        Node::Look {
            behind,
            negative,
            node,
        } => {
            out.push_str(match (behind, negative) {
                (false, false) => "(?=",
                (false, true) => "(?!",
                (true, false) => "(?<=",
                (true, true) => "(?<!",
            });
            write_node(node, out);
            out.push(')');
        }
        Node::Atomic(node) => {
            out.push_str("(?>");
            write_node(node, out);
            out.push(')');
        }
        Node::Reference {
            target, ignore_case, ..
        } => {
            out.push_str(if *ignore_case { "(?i:" } else { "(?:" });
            if let Target::Group(group) = target {
                let _ = write!(out, "\\{group}");
            }
            out.push(')');
        }
    }
}

/// Writes a sequence; adjacent characters share one `(?i:…)`.
fn write_sequence(nodes: &[Node], out: &mut String) {
    let mut rest = nodes;
    while let Some((first, behind)) = rest.split_first() {
        let run = match first {
            Node::Literal {
                ignore_case: wanted, ..
            } => {
                let same =
                    |node: &&Node| matches!(node, Node::Literal { ignore_case, .. } if ignore_case == wanted);
                rest.iter().take_while(same).count()
            }
            _ => 0,
        };
        if run > 0 {
            write_literals(&rest[..run], out);
            rest = &rest[run..];
        } else {
            write_node(first, out);
            rest = behind;
        }
    }
}

fn write_literals(nodes: &[Node], out: &mut String) {
    let ignore_case = matches!(
        nodes.first(),
        Some(Node::Literal {
            ignore_case: true,
            ..
        })
    );
    if ignore_case {
        out.push_str("(?i:");
    }
    for node in nodes {
        if let Node::Literal { character, .. } = node {
            push_character(out, *character);
        }
    }
    if ignore_case {
        out.push(')');
    }
}

fn write_class(set: &str, ignore_case: bool, out: &mut String) {
    if ignore_case {
        let _ = write!(out, "(?i:{set})");
    } else {
        out.push_str(set);
    }
}

fn write_repeat(node: &Node, min: u32, max: Option<u32>, greed: Greed, out: &mut String) {
    let possessive = greed == Greed::Possessive;
    if possessive {
        out.push_str("(?>");
    }
    let atomic = matches!(
        node,
        Node::Class { .. } | Node::Group { .. } | Node::Alternation(_)
    ) || matches!(node, Node::Literal { .. });
    if !atomic {
        out.push_str("(?:");
    }
    write_node(node, out);
    if !atomic {
        out.push(')');
    }
    match (min, max) {
        (0, None) => out.push('*'),
        (1, None) => out.push('+'),
        (0, Some(1)) => out.push('?'),
        (min, None) => {
            let _ = write!(out, "{{{min},}}");
        }
        (min, Some(max)) => {
            let _ = write!(out, "{{{min},{max}}}");
        }
    }
    if greed == Greed::Lazy {
        out.push('?');
    }
    if possessive {
        out.push(')');
    }
}
