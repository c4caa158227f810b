//! XML: elements by name, attributes, text.
//!
//! Prefixes do not matter, namespaces do. Elements of different names may come in any order, those of one name are
//! compared one by one. Indentation, comments and processing instructions are nothing; CDATA is text.
//!
//! A path leads to an element by names from the root, with an index among those of its name or without
//! (`$.animals.alligator`, `$.animals.alligator[1]`, `$.animals[*].alligator[*]`), to an attribute by `@name`, to the
//! text by `#text`. A name with a namespace is written `uri:name`, with the example's prefix, or without either.
//!
//! What rules say at an element:
//!
//! - `type` applies to everything below and lets elements of one name come in other numbers. Its bounds count the
//!   element's children; at an element that has none in the example, how many of its name there are.
//!   A lower bound of 0 at an element also allows that there is none of its name.
//! - `equality` applies to everything below, and ends what `type` says further up about the number of elements.
//! - `values`, `eachKey` and `eachValue` speak of the element's children, and let them have other names than the example's:
//!   `eachKey` judges their local names. Under the others each child is like the example's of its name, or else like its
//!   first, and the rules inside `eachValue` apply to each child as if they were at its path.
//! - `arrayContains` searches for children: the index of a variant counts the example's children in the order of the document,
//!   and its rules have their root at the child. Each variant matches a child of its name, wherever that is; what else has
//!   such a name is not looked at. Children of other names are compared as usual.
//! - Any other rule judges the element's text, as it does at `#text`; nested values do not inherit it.
//!
//! An element whose children are all of one name, with `type` at its path, is a list: children of other names are
//! refused when the list is longer than one, even in a response.

mod children;
mod compare;
mod example;
mod format;
mod generate;
#[cfg(test)]
mod tests;

use self::example::{XmlPlan, parse};
pub(super) use self::format::Xml;
