//! Generators applied to XML: the values are put into the text, which otherwise stays as it was written.

use std::ops::Range;

use roxmltree::Node;

use super::context::Context;
use super::message::text;
use crate::contract::{Generator, Path, Token};
use crate::matching::parse_xml;
use crate::{Error, ErrorKind};

/// The document with a generator's values at every place that the path leads to: an attribute (`$.a.@b`), a text
/// (`$.a.#text`), or an element, whose text is meant.
pub(super) fn apply(
    source: &str,
    path: &Path,
    generator: &Generator,
    context: &Context,
) -> Result<String, Error> {
    let document = parse_xml(source).map_err(|problem| {
        Error::new(
            ErrorKind::Malformed,
            format!("the body is not well-formed XML: {problem}"),
        )
    })?;
    let source = document.input_text();
    let mut edits = Vec::new();
    for place in places(document.root(), path.tokens()) {
        if let Some(made) = text(generator, Some(&place.example), context)? {
            edits.push((place.range, place.before, escaped(&made), place.behind));
        }
    }
    edits.sort_by_key(|(range, ..)| range.start);
    let mut out = String::with_capacity(source.len());
    let mut done = 0;
    for (range, before, made, behind) in edits {
        if range.start < done {
            continue;
        }
        out.push_str(&source[done..range.start]);
        out.extend([before.as_str(), &made, &behind]);
        done = range.end;
    }
    out.push_str(&source[done..]);
    Ok(out)
}

/// A range of the source that a value replaces, with what stands round the value.
struct Place {
    range: Range<usize>,
    before: String,
    behind: String,
    example: String,
}

impl Place {
    fn of(range: Range<usize>, example: &str) -> Self {
        Self {
            range,
            before: String::new(),
            behind: String::new(),
            example: example.to_owned(),
        }
    }
}

fn places(root: Node, tokens: &[Token]) -> Vec<Place> {
    let mut elements = vec![root];
    for (index, token) in tokens.iter().enumerate() {
        let last = index + 1 == tokens.len();
        match token {
            Token::Field(name) if last && name.starts_with('@') => {
                let attributes = elements.iter().flat_map(Node::attributes);
                return attributes
                    .filter(|attribute| is_named(&name[1..], attribute.namespace(), attribute.name()))
                    .map(|attribute| Place::of(attribute.range_value(), attribute.value()))
                    .collect();
            }
            Token::Field(name) if last && name == "#text" => break,
            Token::Field(name) => {
                elements = children(&elements)
                    .filter(|child| is_named(name, child.tag_name().namespace(), child.tag_name().name()))
                    .collect();
            }
            Token::Star => elements = children(&elements).collect(),
            Token::StarIndex => {}
            Token::Index(index) => elements.retain(|element| position(*element) == *index),
        }
    }
    elements
        .into_iter()
        .filter(Node::is_element)
        .map(text_place)
        .collect()
}

fn children<'a, 'd>(elements: &'a [Node<'d, 'd>]) -> impl Iterator<Item = Node<'d, 'd>> + 'a {
    elements.iter().flat_map(Node::children).filter(Node::is_element)
}

/// How many elements of the same name stand before it in its parent.
fn position(element: Node) -> usize {
    let name = element.tag_name();
    element
        .prev_siblings()
        .skip(1)
        .filter(|sibling| sibling.is_element() && sibling.tag_name() == name)
        .count()
}

/// A name in a path is a local name, with the namespace's URI and a colon before it or without.
fn is_named(wanted: &str, namespace: Option<&str>, local: &str) -> bool {
    wanted == local
        || wanted
            .strip_suffix(local)
            .and_then(|rest| rest.strip_suffix(':'))
            .is_some_and(|before| namespace.is_none_or(|uri| uri == before) || !before.contains(':'))
}

/// Where an element's text stands, or would stand.
fn text_place(element: Node) -> Place {
    let source = element.document().input_text();
    let texts = || element.children().filter(Node::is_text);
    let chosen = texts()
        .find(|child| child.text().is_some_and(|text| !text.trim().is_empty()))
        .or_else(|| {
            texts()
                .next()
                .filter(|_| !element.children().any(|child| child.is_element()))
        });
    if let Some(child) = chosen {
        return Place::of(child.range(), child.text().unwrap_or_default());
    }
    let range = element.range();
    let written = &source[range.clone()];
    if let Some(open) = written.strip_suffix("/>") {
        let end = open[1..]
            .find(|c: char| c.is_whitespace() || c == '/')
            .map_or(open.len(), |at| at + 1);
        return Place {
            range: range.end - 2..range.end,
            before: ">".to_owned(),
            behind: format!("</{}>", &open[1..end]),
            example: String::new(),
        };
    }
    let end = range.start + written.rfind("</").unwrap_or(written.len());
    Place::of(end..end, "")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}
