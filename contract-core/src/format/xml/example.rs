//! The expected document, prepared.

use std::collections::HashMap;

use roxmltree::{Document, Node, ParsingOptions};

use crate::unreadable;

/// Documents with more nodes than this are refused.
const NODE_LIMIT: u32 = 5_000_000;

/// Elements deeper than this are refused in an example: comparing goes as deep as the example.
const DEPTH_LIMIT: usize = 128;

/// Elements with more attributes than this are refused.
const ATTRIBUTE_LIMIT: usize = 2_000;

/// Namespaces whose name is longer are refused: each element may bear it.
const NAMESPACE_LIMIT: usize = 1_000;

/// Where an element has no more groups of children, they are looked at one by one.
const FEW_GROUPS: usize = 8;

/// An expected XML document.
#[derive(Debug)]
pub(crate) struct XmlPlan {
    pub(super) root: Element,
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: Name,
    pub(super) attributes: Vec<Attribute>,
    /// All text directly inside, without white space at its ends.
    pub(super) text: String,
    /// Children by name, in the order in which the names first come.
    pub(super) groups: Vec<Group>,
    /// The children in the order of the document.
    order: Vec<Position>,
    /// Where the group of a name is; empty if there are few.
    by_name: HashMap<QualifiedName, usize>,
}

/// Where a child is in its parent's groups.
#[derive(Debug, Clone, Copy)]
struct Position {
    group: usize,
    index: usize,
}

/// A namespace, if there is one, and a name in it.
type QualifiedName = (Option<Box<str>>, Box<str>);

/// The children of one name.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: Name,
    pub(super) elements: Vec<Element>,
}

/// A child of an element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Child<'e> {
    pub(super) group: usize,
    pub(super) element: &'e Element,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: Name,
    pub(super) value: String,
}

/// A name with its namespace, and as paths may write it.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) namespace: Option<Box<str>>,
    pub(super) local: Box<str>,
    /// The ways to write it in a path: `uri:local`, `prefix:local`, `local`; the first is used in reports.
    pub(super) written: Vec<Box<str>>,
}

/// Reads a document within bounds. Document type definitions are refused, and with them entities that could multiply.
///
/// # Errors
///
/// What is wrong with the document, and where.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, String> {
    let whole = text;
    let text = text.trim_start_matches('\u{FEFF}').trim();
    let options = ParsingOptions {
        nodes_limit: NODE_LIMIT,
        ..ParsingOptions::default()
    };
    // Counting is faster than looking closely.
    let mut signs = text
        .split('<')
        .map(|tag| tag.bytes().filter(|&byte| byte == b'=').count());
    if signs.any(|count| count > ATTRIBUTE_LIMIT) && most_attributes(text) > ATTRIBUTE_LIMIT {
        return Err(format!("an element has more than {ATTRIBUTE_LIMIT} attributes"));
    }
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => {
            let at = whole.find("<!DOCTYPE").unwrap_or_default();
            let (line, column) = unreadable::line_and_column(whole.as_bytes(), at);
            format!(
                "it has a document type definition (DTD, <!DOCTYPE) at line {line}, column {column}, which is refused, and with \
                 it entities"
            )
        }
        error => error.to_string(),
    })?;
    let elements = document.descendants().filter(Node::is_element);
    let mut namespaces = elements.filter_map(|element| element.tag_name().namespace());
    if namespaces.any(|namespace| namespace.len() > NAMESPACE_LIMIT) {
        return Err(format!(
            "the name of a namespace has more than {NAMESPACE_LIMIT} bytes"
        ));
    }
    Ok(document)
}

/// Returns an upper bound of the number of attributes of one element: the parser compares each with each, so that this has to
/// be known before.
fn most_attributes(text: &str) -> usize {
    let (mut most, mut count, mut behind_equals) = (0, 0, false);
    for byte in text.bytes() {
        match byte {
            b'<' | b'>' => count = 0,
            b'"' | b'\'' if behind_equals => {
                count += 1;
                most = most.max(count);
            }
            b' ' | b'\t' | b'\r' | b'\n' if behind_equals => continue,
            _ => {}
        }
        behind_equals = byte == b'=';
    }
    most
}

impl XmlPlan {
    /// Prepares a document.
    ///
    /// # Errors
    ///
    /// What is wrong with the document, and where.
    pub(crate) fn compile(text: &str) -> Result<Self, String> {
        let document = parse(text)?;
        Ok(Self {
            root: Element::of(document.root_element(), 1)?,
        })
    }
}

impl Element {
    fn of(node: Node<'_, '_>, depth: usize) -> Result<Self, String> {
        if depth > DEPTH_LIMIT {
            return Err(format!("elements are nested more than {DEPTH_LIMIT} deep"));
        }
        let mut groups: Vec<Group> = Vec::new();
        let mut order = Vec::new();
        let mut places: HashMap<(Option<&str>, &str), usize> = HashMap::new();
        for child in node.children().filter(Node::is_element) {
            let name = name_of(child);
            let element = Self::of(child, depth + 1)?;
            let place = *places.entry(name).or_insert_with(|| {
                groups.push(Group {
                    name: Name::of_element(child),
                    elements: Vec::new(),
                });
                groups.len() - 1
            });
            order.push(Position {
                group: place,
                index: groups[place].elements.len(),
            });
            groups[place].elements.push(element);
        }
        let by_name = if groups.len() > FEW_GROUPS {
            let place = |((namespace, local), place): ((Option<&str>, &str), usize)| {
                ((namespace.map(Into::into), local.into()), place)
            };
            places.into_iter().map(place).collect()
        } else {
            HashMap::new()
        };
        let attributes = node.attributes().map(|attribute| Attribute {
            name: Name::of_attribute(node, attribute),
            value: attribute.value().to_owned(),
        });
        Ok(Self {
            name: Name::of_element(node),
            attributes: attributes.collect(),
            text: text_of(node).into_owned(),
            groups,
            order,
            by_name,
        })
    }

    /// Returns the child at this index in the document, whatever its name, and the group that it is in.
    pub(super) fn child(&self, index: usize) -> Option<Child<'_>> {
        let position = self.order.get(index)?;
        Some(Child {
            group: position.group,
            element: &self.groups[position.group].elements[position.index],
        })
    }

    /// Returns the number of children.
    pub(super) fn child_count(&self) -> usize {
        self.order.len()
    }

    /// Returns the group of a child's name. Looks from the one found last on: documents mostly come in the example's order.
    pub(super) fn group_of(&self, name: (Option<&str>, &str), last: usize) -> Option<usize> {
        if self.groups.get(last).is_some_and(|group| group.name.is(name)) {
            return Some(last);
        }
        if !self.by_name.is_empty() {
            return self
                .by_name
                .get(&(name.0.map(Into::into), name.1.into()))
                .copied();
        }
        self.groups.iter().position(|group| group.name.is(name))
    }

    pub(super) fn has_children(&self) -> bool {
        !self.groups.is_empty()
    }
}

/// Returns the name of an element with its namespace. `xmlns=""` puts it in none (Namespaces in XML 1.0, section 6.2).
pub(super) fn name_of<'d>(element: Node<'d, '_>) -> (Option<&'d str>, &'d str) {
    let name = element.tag_name();
    let namespace = name.namespace().filter(|namespace| !namespace.is_empty());
    (namespace, name.name())
}

/// Returns the text directly inside an element, without white space at its ends.
pub(super) fn text_of<'d>(node: Node<'d, '_>) -> std::borrow::Cow<'d, str> {
    let mut texts = node.children().filter_map(|child| {
        let text = child.is_text().then(|| child.text())??;
        (!text.trim().is_empty()).then_some(text)
    });
    let Some(first) = texts.next() else {
        return "".into();
    };
    match texts.next() {
        None => first.trim().into(),
        Some(second) => {
            let mut joined = format!("{first}{second}");
            joined.extend(texts);
            joined.trim().to_owned().into()
        }
    }
}

impl Name {
    fn of_element(node: Node<'_, '_>) -> Self {
        let source = &node.document().input_text()[node.range()];
        let tag = source.trim_start_matches('<');
        let end = tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
        let raw = &tag[..end.unwrap_or(tag.len())];
        let (namespace, local) = name_of(node);
        Self::new(namespace, local, raw, "")
    }

    fn of_attribute(node: Node<'_, '_>, attribute: roxmltree::Attribute<'_, '_>) -> Self {
        let raw = &node.document().input_text()[attribute.range_qname()];
        Self::new(attribute.namespace(), attribute.name(), raw, "@")
    }

    fn new(namespace: Option<&str>, local: &str, raw: &str, sign: &str) -> Self {
        let mut written: Vec<Box<str>> = Vec::new();
        let mut add = |text: String| {
            if !written.iter().any(|present| **present == *text) {
                written.push(text.into());
            }
        };
        if let Some(namespace) = namespace {
            add(format!("{sign}{namespace}:{local}"));
        }
        add(format!("{sign}{raw}"));
        add(format!("{sign}{local}"));
        Self {
            namespace: namespace.map(Into::into),
            local: local.into(),
            written,
        }
    }

    pub(super) fn is(&self, (namespace, local): (Option<&str>, &str)) -> bool {
        *self.local == *local && self.namespace.as_deref() == namespace
    }

    /// As reports write it.
    pub(super) fn as_str(&self) -> &str {
        &self.written[0]
    }

    pub(super) fn written(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(|text| &**text)
    }
}
