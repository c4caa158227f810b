//! What may stand inside an element, and what may stand for a whole document.

use super::element::{AnyElement, Child, ContainingElements, EachElement, StandsFor, XmlElement};
use crate::pattern::IntoPattern;

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand inside an XML element",
    label = "neither an element nor a pattern for its text",
    note = "write element(\"name\"), each_element(element(\"name\")), any_element(…), containing_elements([…]), a pattern, or a plain value"
)]
/// What may stand inside an [`XmlElement`]: elements, repeated elements, patterns for its text.
pub trait IntoXmlContent {
    /// The element with this inside.
    ///
    /// # Panics
    ///
    /// If it is a text and the element has one already.
    fn put_into(self, element: XmlElement) -> XmlElement;
}

impl IntoXmlContent for XmlElement {
    fn put_into(self, mut element: XmlElement) -> XmlElement {
        element.children.push(Child {
            element: self,
            stands_for: StandsFor::One,
        });
        element
    }
}

impl IntoXmlContent for EachElement {
    fn put_into(self, mut element: XmlElement) -> XmlElement {
        element.children.push(Child {
            element: self.element,
            stands_for: StandsFor::Repeated(self.times),
        });
        element
    }
}

impl IntoXmlContent for AnyElement {
    fn put_into(self, mut element: XmlElement) -> XmlElement {
        element.children.push(Child {
            element: self.element,
            stands_for: StandsFor::Any(self.names),
        });
        element
    }
}

impl IntoXmlContent for ContainingElements {
    fn put_into(self, mut element: XmlElement) -> XmlElement {
        element
            .children
            .extend(self.elements.into_iter().map(|found| Child {
                element: found,
                stands_for: StandsFor::Found,
            }));
        element
    }
}

impl<T: IntoPattern> IntoXmlContent for T {
    #[track_caller]
    fn put_into(self, element: XmlElement) -> XmlElement {
        element.text(self)
    }
}

/// A document for the body of a request, response or message.
#[derive(Debug, Clone)]
pub enum XmlBody {
    /// The document as it is written: exactly this, but for what does not matter in XML.
    Written(String),
    /// An element with patterns.
    Pattern(XmlElement),
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an XML document",
    note = "write xml_like!(<name>…</name>), element(\"name\"), or the document as a text"
)]
/// What may stand for an XML document: an [`XmlElement`], or the document as a text.
pub trait IntoXmlBody {
    /// The document.
    fn into_xml_body(self) -> XmlBody;
}

impl IntoXmlBody for XmlElement {
    fn into_xml_body(self) -> XmlBody {
        XmlBody::Pattern(self)
    }
}

impl IntoXmlBody for String {
    fn into_xml_body(self) -> XmlBody {
        XmlBody::Written(self)
    }
}

impl IntoXmlBody for &String {
    fn into_xml_body(self) -> XmlBody {
        XmlBody::Written(self.clone())
    }
}

impl IntoXmlBody for &str {
    fn into_xml_body(self) -> XmlBody {
        XmlBody::Written(self.to_owned())
    }
}
