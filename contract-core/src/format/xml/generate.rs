//! Generators applied to XML: the values are put into the text, which otherwise stays as it was written.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use roxmltree::{Document, Node, NodeId};

use super::parse;
use crate::contract::{Generator, Path, Token};
use crate::generate::{self, Context, text, too_much};
use crate::matching::spend;
use crate::{Error, ErrorKind};

/// What looking at one element costs, among the steps that the generators of one message share.
const STEPS_OF_ELEMENT: u64 = 5;

/// Returns the document with the generators' values at every place that their paths lead to: an attribute (`$.a.@b`), a text
/// (`$.a.#text`), or an element, whose text is meant. Where several lead to one place, the last decides.
///
/// # Errors
///
/// `Malformed` if the document is not well-formed, `Invalid` if there are too many generators for its size, and what a
/// generator gives.
pub(super) fn apply(
    source: &str,
    generators: &BTreeMap<Path, Generator>,
    context: &Context,
) -> Result<String, Error> {
    let document = parse(source).map_err(|problem| {
        Error::new(
            ErrorKind::Malformed,
            format!("the body is not well-formed XML: {problem}"),
        )
    })?;
    let positions = positions(&document);
    let mut edits = BTreeMap::new();
    for (path, generator) in generators {
        let at_path = |error: Error| generate::at_body_path(error, path);
        for place in places(document.root(), path.tokens(), &positions).map_err(at_path)? {
            if let Some(made) = text(generator, Some(&place.example), context).map_err(at_path)? {
                let edit = format!("{}{}{}", place.before, escaped(&made), place.behind);
                edits.insert((place.range.start, place.range.end), edit);
            }
        }
    }
    Ok(edited(document.input_text(), &edits))
}

/// Returns the text with its ranges replaced.
fn edited(source: &str, edits: &BTreeMap<(usize, usize), String>) -> String {
    let mut out = String::with_capacity(source.len());
    let mut done = 0;
    for (&(start, end), edit) in edits {
        if start < done {
            continue;
        }
        out.push_str(&source[done..start]);
        out.push_str(edit);
        done = end;
    }
    out.push_str(&source[done..]);
    out
}

/// For each element, how many elements of the same name precede it in its parent.
fn positions(document: &Document) -> HashMap<NodeId, usize> {
    let mut positions = HashMap::new();
    let mut counts: HashMap<(Option<NodeId>, Option<&str>, &str), usize> = HashMap::new();
    for element in document.descendants().filter(Node::is_element) {
        let parent = element.parent().map(|parent| parent.id());
        let name = element.tag_name();
        let count = counts.entry((parent, name.namespace(), name.name())).or_default();
        positions.insert(element.id(), *count);
        *count += 1;
    }
    positions
}

/// A range of the source that a value replaces, with what is round the value.
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

/// Returns the places that a path leads to.
///
/// # Errors
///
/// `Invalid` if more elements would be looked at than one message allows.
fn places(root: Node, tokens: &[Token], positions: &HashMap<NodeId, usize>) -> Result<Vec<Place>, Error> {
    let mut elements = vec![root];
    for (index, token) in tokens.iter().enumerate() {
        let last = index + 1 == tokens.len();
        match token {
            Token::Field(name) if last && name.starts_with('@') => {
                let attributes = elements.iter().flat_map(Node::attributes);
                return Ok(attributes
                    .filter(|attribute| is_named(&name[1..], attribute.namespace(), attribute.name()))
                    .map(|attribute| Place::of(attribute.range_value(), attribute.value()))
                    .collect());
            }
            Token::Field(name) if last && name == "#text" => break,
            Token::Field(name) => {
                elements = children(&elements)?;
                elements
                    .retain(|child| is_named(name, child.tag_name().namespace(), child.tag_name().name()));
            }
            Token::Star => elements = children(&elements)?,
            Token::StarIndex => {}
            Token::Index(index) => elements.retain(|element| positions.get(&element.id()) == Some(index)),
        }
    }
    Ok(elements
        .into_iter()
        .filter(Node::is_element)
        .map(text_place)
        .collect())
}

/// Returns the elements right below these.
fn children<'d>(elements: &[Node<'d, 'd>]) -> Result<Vec<Node<'d, 'd>>, Error> {
    let mut found = Vec::new();
    for element in elements {
        for child in element.children() {
            if !spend(STEPS_OF_ELEMENT) {
                return Err(too_much());
            }
            if child.is_element() {
                found.push(child);
            }
        }
    }
    Ok(found)
}

/// A name in a path is a local name, with the namespace's URI and a colon before it or without.
fn is_named(wanted: &str, namespace: Option<&str>, local: &str) -> bool {
    wanted == local
        || wanted
            .strip_suffix(local)
            .and_then(|rest| rest.strip_suffix(':'))
            .is_some_and(|before| namespace.is_none_or(|uri| uri == before) || !before.contains(':'))
}

/// Returns where an element's text is, or would be.
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
