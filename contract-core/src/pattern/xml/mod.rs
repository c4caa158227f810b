//! XML documents put together: elements, attributes and text as patterns.
//!
//! A plain value means "of the same type", as in [`json_like!`](crate::json_like). XML has texts alone, so the example says what
//! that is: beside a text any text fits, beside a number any number, beside `true` or `false` either of them. The names of
//! elements and attributes are exact, their order and the prefixes of namespaces do not matter.
//!
//! Each attribute and each text has a rule of its own, at `['@name']` and `['#text']`. A repeated element has `type` at its own
//! path. Below it every other element has `equality`, so that it comes as often as in the example. Children of any name have
//! `values` and `eachKey` at their parent's path, those that are searched for `arrayContains`.

mod content;
mod element;
mod expand;
#[cfg(feature = "xml")]
#[cfg(test)]
mod meaning;
#[cfg(test)]
mod tests;

pub use self::content::{IntoXmlBody, IntoXmlContent, XmlBody};
pub use self::element::{
    AnyElement, ContainingElements, EachElement, XmlElement, any_element, containing_elements, each_element,
    element,
};
