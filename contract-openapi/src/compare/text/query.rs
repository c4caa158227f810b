//! Queries and forms with nested names: `a[b]=1`, `a.b=1`, `a[]=1`, `a=1,2`.

use percent_encoding::percent_decode_str;

use crate::document::{Node, Object, Value};

/// How a parser interprets names and values.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::compare) struct QueryParser {
    /// `a.b` is `a[b]`.
    pub(in crate::compare) allows_dots: bool,
    /// `a=1,2` is a list.
    pub(in crate::compare) splits_commas: bool,
    /// `a[b]` is nested; otherwise the name is literal.
    pub(in crate::compare) nests: bool,
    /// Values are decoded; otherwise they are as they are written.
    pub(in crate::compare) decodes: bool,
}

impl QueryParser {
    /// All interpretations are tried.
    pub(in crate::compare) const NESTED: Self = Self {
        allows_dots: true,
        splits_commas: true,
        nests: true,
        decodes: true,
    };
    /// Brackets nest; dots and commas are text.
    pub(in crate::compare) const BRACKETS: Self = Self {
        allows_dots: false,
        splits_commas: false,
        nests: true,
        decodes: true,
    };
    /// Names and values are literal; a repeated name is a list.
    pub(in crate::compare) const PLAIN: Self = Self {
        allows_dots: false,
        splits_commas: false,
        nests: false,
        decodes: true,
    };
    /// Like [`Self::PLAIN`], and values are not decoded.
    pub(in crate::compare) const WRITTEN: Self = Self {
        decodes: false,
        ..Self::PLAIN
    };
}

/// Maximum number of pairs.
const MAX_PAIRS: usize = 1000;
/// A larger index is a name.
const MAX_INDEX: usize = 20;
/// Maximum nesting of names; the rest is one name.
const MAX_NESTING: usize = 5;

/// Parses a query or a form (`application/x-www-form-urlencoded`) into an object.
pub(in crate::compare) fn parse_query(text: &str, parser: QueryParser) -> Object {
    let mut pairs: Vec<(String, Node)> = Vec::new();
    for part in text.split('&').filter(|part| !part.is_empty()).take(MAX_PAIRS) {
        let split = part.find("]=").map(|at| at + 1).or_else(|| part.find('='));
        let (name, raw) = match split {
            Some(at) => (&part[..at], &part[at + 1..]),
            None => (part, ""),
        };
        let name = decode(name);
        let mut value = if parser.splits_commas && raw.contains(',') {
            raw.split(',')
                .map(|text| Node::from(decode(text).as_str()))
                .collect::<Vec<_>>()
                .into()
        } else if parser.decodes {
            Node::from(decode(raw).as_str())
        } else {
            Node::from(raw)
        };
        if part.contains("[]=") && value.as_array().is_some() {
            value = vec![value].into();
        }
        match pairs.iter_mut().find(|(present, _)| *present == name) {
            Some((_, present)) => combine(present, value),
            None => pairs.push((name, value)),
        }
    }
    let mut root = Node::from(Object::default());
    for (name, value) in pairs {
        let steps = if parser.nests {
            steps_of(&name, parser.allows_dots)
        } else {
            vec![Step::Name(name)]
        };
        merge(&mut root, nested(&steps, value));
    }
    match root.value {
        Value::Object(object) => object,
        _ => Object::default(),
    }
}

/// Returns the object whose members are written as `name[member]=value`; `None` if there is none.
pub(in crate::compare) fn deep_object(name: &str, sent: &Object) -> Option<Node> {
    let mut root = Node::from(Object::default());
    for (written, member) in sent.iter() {
        let Some(rest) = written.strip_prefix(name).filter(|rest| rest.starts_with('[')) else {
            continue;
        };
        merge(&mut root, nested(&steps_of(rest, false), member.node.clone()));
    }
    root.as_object()
        .is_some_and(|object| !object.is_empty())
        .then_some(root)
}

/// Returns the characters that a part of a query stands for.
pub(super) fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    match percent_decode_str(&text).decode_utf8() {
        Ok(decoded) => decoded.into_owned(),
        Err(_) => text,
    }
}

/// Combines two values of one name into a list.
fn combine(present: &mut Node, value: Node) {
    let mut elements = elements_of(std::mem::take(present));
    elements.extend(elements_of(value));
    *present = elements.into();
}

fn elements_of(node: Node) -> Vec<Node> {
    match node.value {
        Value::Array(elements) => elements,
        _ => vec![node],
    }
}

/// A step of a nested name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
    /// `[]`
    Append,
}

fn steps_of(name: &str, allows_dots: bool) -> Vec<Step> {
    let bracketed = if allows_dots {
        dots_to_brackets(name)
    } else {
        name.to_owned()
    };
    let Some(first) = bracketed.find('[') else {
        return vec![Step::Name(bracketed)];
    };
    let mut steps = Vec::new();
    if first > 0 {
        steps.push(Step::Name(bracketed[..first].to_owned()));
    }
    let mut rest = &bracketed[first..];
    while let Some(inner) = rest.strip_prefix('[') {
        let Some(end) = inner.find(']') else { break };
        if steps.len() > MAX_NESTING {
            break;
        }
        let step = &inner[..end];
        steps.push(match step.parse::<usize>() {
            _ if step.is_empty() => Step::Append,
            Ok(index) if index <= MAX_INDEX && index.to_string() == step => Step::Index(index),
            _ => Step::Name(step.to_owned()),
        });
        rest = &inner[end + 1..];
        let skipped = rest.find('[').unwrap_or(rest.len());
        rest = &rest[skipped..];
    }
    if !rest.is_empty() {
        steps.push(Step::Name(rest.to_owned()));
    }
    if steps.is_empty() {
        vec![Step::Name(bracketed)]
    } else {
        steps
    }
}

/// Converts `a.b.c` to `a[b][c]`.
fn dots_to_brackets(name: &str) -> String {
    let mut bracketed = String::with_capacity(name.len() + 4);
    let mut rest = name;
    while let Some(dot) = rest.find('.') {
        bracketed.push_str(&rest[..dot]);
        let after = &rest[dot + 1..];
        let end = after.find(['.', '[']).unwrap_or(after.len());
        if end == 0 {
            bracketed.push('.');
        } else {
            bracketed.push('[');
            bracketed.push_str(&after[..end]);
            bracketed.push(']');
        }
        rest = &after[end..];
    }
    bracketed.push_str(rest);
    bracketed
}

/// Returns the value below these steps.
fn nested(steps: &[Step], value: Node) -> Node {
    steps.iter().rev().fold(value, |below, step| match step {
        Step::Append => elements_of(below).into(),
        Step::Index(index) => {
            // Gaps are closed when the lists are merged: an index only defines the order.
            let _ = index;
            vec![below].into()
        }
        Step::Name(name) => [(name.as_str(), below)].into_iter().collect::<Object>().into(),
    })
}

/// Merges a value into the existing one.
fn merge(target: &mut Node, source: Node) {
    match (&mut target.value, source.value) {
        (Value::Object(members), Value::Object(others)) => {
            for (name, other) in others.iter() {
                match members.get_mut(name) {
                    Some(member) => merge(member, other.node.clone()),
                    None => members.insert(name, other.node.clone()),
                }
            }
        }
        (Value::Array(elements), Value::Array(others)) => elements.extend(others),
        (Value::Array(elements), other) => elements.push(Node::new(other)),
        (Value::Object(members), Value::String(name)) => members.insert(&name, true.into()),
        (_, other) => combine(target, Node::new(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::{QueryParser, parse_query};
    use crate::document::Node;

    fn parsed(text: &str, parser: QueryParser) -> String {
        Node::from(parse_query(text, parser)).to_json().to_string()
    }

    #[test]
    fn names_nest() {
        let cases = [
            ("a=1&b=2", r#"{"a":"1","b":"2"}"#),
            ("a=1&a=2", r#"{"a":["1","2"]}"#),
            ("a=1,2", r#"{"a":["1","2"]}"#),
            ("a[]=1&a[]=2", r#"{"a":["1","2"]}"#),
            ("a[0]=1&a[1]=2", r#"{"a":["1","2"]}"#),
            ("a[b]=1&a[c]=2", r#"{"a":{"b":"1","c":"2"}}"#),
            ("a.b.c=1", r#"{"a":{"b":{"c":"1"}}}"#),
            ("a%5Bb%5D=x%20y+z", r#"{"a":{"b":"x y z"}}"#),
            ("a", r#"{"a":""}"#),
            ("", "{}"),
        ];
        for (text, expected) in cases {
            assert_eq!(parsed(text, QueryParser::NESTED), expected, "{text}");
        }
    }

    #[test]
    fn other_parsers_take_less() {
        assert_eq!(parsed("a.b=1,2", QueryParser::BRACKETS), r#"{"a.b":"1,2"}"#);
        assert_eq!(parsed("a[b]=1", QueryParser::PLAIN), r#"{"a[b]":"1"}"#);
    }
}
