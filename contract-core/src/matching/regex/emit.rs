//! Writes a syntax tree for the engines, in the syntax that both read alike.

use std::fmt::Write as _;

use super::syntax::{Anchor, Greed, Node, Target};

/// Who reads the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// The `regex` crate.
    Automaton,
    /// `fancy-regex`, which rewrites classes on its way: it is given plain ranges.
    Backtracking,
}

/// The text of the node for this reader.
pub(super) fn emit(node: &Node, reader: Reader) -> String {
    let mut out = String::new();
    write_node(node, reader, &mut out);
    out
}

/// Adds a character that stands for itself, inside and outside of classes.
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

fn write_node(node: &Node, reader: Reader, out: &mut String) {
    match node {
        Node::Empty => {}
        Node::Literal { .. } => write_literals(std::slice::from_ref(node), out),
        Node::Class { set, ignore_case } => write_class(set, *ignore_case, reader, out),
        Node::Anchor(anchor) => out.push_str(match anchor {
            Anchor::TextStart => "\\A",
            Anchor::TextEnd => "\\z",
            Anchor::FinalLineEnd => "(?=\\n?\\z)",
            Anchor::LineStart => "(?m:^)",
            Anchor::LineEnd => "(?m:$)",
            Anchor::WordBoundary => "\\b",
            Anchor::NotWordBoundary => "\\B",
        }),
        Node::Sequence(nodes) => write_sequence(nodes, reader, out),
        Node::Alternation(nodes) => {
            out.push_str("(?:");
            for (index, node) in nodes.iter().enumerate() {
                if index > 0 {
                    out.push('|');
                }
                write_node(node, reader, out);
            }
            out.push(')');
        }
        Node::Group { node, .. } => {
            out.push('(');
            write_node(node, reader, out);
            out.push(')');
        }
        Node::Repeat {
            node,
            min,
            max,
            greed,
        } => write_repeat(node, *min, *max, *greed, reader, out),
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
            write_node(node, reader, out);
            out.push(')');
        }
        Node::Atomic(node) => {
            out.push_str("(?>");
            write_node(node, reader, out);
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

/// Characters that stand together share one `(?i:…)`.
fn write_sequence(nodes: &[Node], reader: Reader, out: &mut String) {
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
            write_node(first, reader, out);
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

fn write_class(set: &str, ignore_case: bool, reader: Reader, out: &mut String) {
    let text = if ignore_case {
        format!("(?i:{set})")
    } else {
        set.to_owned()
    };
    let simple = !ignore_case
        && matches!(
            set,
            "\\d" | "\\w" | "\\s" | "\\D" | "\\W" | "\\S" | "(?s:.)" | "[^\\n]"
        );
    if reader == Reader::Backtracking
        && !simple
        && let Some(ranges) = ranges(&text)
    {
        out.push_str(&ranges);
        return;
    }
    out.push_str(&text);
}

/// The set as plain ranges of code points; `None` where it is no set of them.
fn ranges(text: &str) -> Option<String> {
    use regex_syntax::hir::{Class, HirKind};
    let hir = regex_syntax::parse(text).ok()?;
    let class = match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => class.clone(),
        HirKind::Literal(literal) => {
            let mut out = String::new();
            for character in std::str::from_utf8(&literal.0).ok()?.chars() {
                push_character(&mut out, character);
            }
            return Some(out);
        }
        _ => return None,
    };
    if class.ranges().is_empty() {
        return Some("[^\\x{0}-\\x{10FFFF}]".to_owned());
    }
    let mut out = String::from("[");
    for range in class.ranges() {
        let _ = write!(
            out,
            "\\x{{{:X}}}-\\x{{{:X}}}",
            u32::from(range.start()),
            u32::from(range.end())
        );
    }
    out.push(']');
    Some(out)
}

fn write_repeat(node: &Node, min: u32, max: Option<u32>, greed: Greed, reader: Reader, out: &mut String) {
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
    write_node(node, reader, out);
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
