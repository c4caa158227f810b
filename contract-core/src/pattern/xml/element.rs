//! Elements and how often they come.

use super::content::IntoXmlContent;
use crate::pattern::value::Node;
use crate::pattern::{IntoPattern, Pattern};

/// An XML element with patterns; made by [`element`] and by [`xml_like!`](crate::xml_like).
#[derive(Debug, Clone)]
#[must_use]
pub struct XmlElement {
    pub(super) name: String,
    /// Declarations of namespaces by prefix; the default one has none.
    pub(super) namespaces: Vec<(Option<String>, String)>,
    pub(super) attributes: Vec<(String, Pattern)>,
    pub(super) text: Option<Pattern>,
    pub(super) children: Vec<Child>,
}

/// A child, and which children of the actual element it stands for.
#[derive(Debug, Clone)]
pub(super) struct Child {
    pub(super) element: XmlElement,
    pub(super) stands_for: StandsFor,
}

/// Which children of the actual element one of the pattern stands for.
#[derive(Debug, Clone)]
pub(super) enum StandsFor {
    /// The one of its name and place.
    One,
    /// All of its name, in this number.
    Repeated(Times),
    /// One of its name, wherever that is.
    Found,
    /// All, whatever their names, or those that fit.
    Any(Option<Pattern>),
}

/// How often an element comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) min: usize,
    pub(super) max: Option<usize>,
}

/// An element that may be repeated; made by [`each_element`], and by `each_like(<item/>)` inside
/// [`xml_like!`](crate::xml_like).
#[derive(Debug, Clone)]
#[must_use]
pub struct EachElement {
    pub(super) element: XmlElement,
    pub(super) times: Times,
}

/// Children of any name; made by [`any_element`].
#[derive(Debug, Clone)]
#[must_use]
pub struct AnyElement {
    pub(super) element: XmlElement,
    pub(super) names: Option<Pattern>,
}

/// Elements that have to be among the children; made by [`containing_elements`].
#[derive(Debug, Clone)]
#[must_use]
pub struct ContainingElements {
    pub(super) elements: Vec<XmlElement>,
}

/// Creates an element of this name, empty at first. A prefix before a colon needs a declaration, here or further out:
/// `.attribute("xmlns:s", "urn:shop")`.
///
/// ```
/// # use contract_core::prelude::*;
/// let order = element("order")
///     .attribute("id", integer(42))
///     .child(element("customer").text("Ada"))
///     .child(each_element(element("item").text(regex("[a-z]+", "book"))));
/// Response::ok().xml(order);
/// ```
///
/// # Panics
///
/// If XML allows no such name.
#[track_caller]
pub fn element(name: impl Into<String>) -> XmlElement {
    let name = name.into();
    assert!(
        is_qualified_name(&name),
        "element({name:?}): XML allows no such name"
    );
    XmlElement {
        name,
        namespaces: Vec::new(),
        attributes: Vec::new(),
        text: None,
        children: Vec::new(),
    }
}

/// Matches one or more elements like this one, wherever they stand among their siblings.
///
/// ```
/// # use contract_core::prelude::*;
/// element("items").child(each_element(element("item").text("book")).at_least(2).at_most(10));
/// ```
pub fn each_element(element: XmlElement) -> EachElement {
    EachElement {
        element,
        times: Times { min: 1, max: None },
    }
}

/// Matches children of any name and in any number, each like this one: XML whose element names are data. It is the only child of
/// its parent.
///
/// ```
/// # use contract_core::prelude::*;
/// let rates = element("rates").child(any_element(element("EUR").text(decimal(1.08))).named(regex("[A-Z]{3}", "EUR")));
/// assert!(rates.matches("<rates><USD>1.0</USD><CHF>0.9</CHF></rates>"));
/// assert!(!rates.matches("<rates><dollar>1.0</dollar></rates>"));
/// ```
pub fn any_element(element: XmlElement) -> AnyElement {
    AnyElement { element, names: None }
}

/// Matches if each of these elements is among the children, in any order. Other children of the same names may be there, whatever is
/// in them.
///
/// ```
/// # use contract_core::prelude::*;
/// let feed = element("feed").child(containing_elements([
///     element("link").attribute("rel", exactly("self")),
///     element("link").attribute("rel", exactly("next")),
/// ]));
/// assert!(feed.matches("<feed><link rel='next'/><link rel='author'/><link rel='self'/></feed>"));
/// assert!(!feed.matches("<feed><link rel='self'/></feed>"));
/// ```
///
/// # Panics
///
/// If there is no element.
#[track_caller]
pub fn containing_elements(elements: impl IntoIterator<Item = XmlElement>) -> ContainingElements {
    let elements: Vec<XmlElement> = elements.into_iter().collect();
    assert!(
        !elements.is_empty(),
        "containing_elements([]): every element contains none: write at least one"
    );
    ContainingElements { elements }
}

impl AnyElement {
    /// Judges the names of the children, without their namespaces, by a pattern. The name of the element is its example.
    ///
    /// # Panics
    ///
    /// If the pattern does not fit the name of the element.
    #[track_caller]
    pub fn named(mut self, names: impl IntoPattern) -> Self {
        // Several rules for a name must all hold; one of them may be enough only within one rule.
        let names = names.into_pattern().in_one_rule();
        let name = self.element.name.rsplit(':').next().unwrap_or_default();
        assert!(
            names.clone().matches(&name),
            "<{}>: its own name does not fit the pattern for names",
            self.element.name
        );
        self.names = Some(names);
        self
    }
}

impl XmlElement {
    /// Adds an attribute; a plain value means "of the same type". `xmlns` and `xmlns:prefix` declare a namespace, whose name is
    /// exact.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// element("s:order").attribute("xmlns:s", "urn:shop").attribute("status", exactly("open"));
    /// ```
    ///
    /// # Panics
    ///
    /// If XML allows no such name, if the attribute is there already, or if the name of a namespace is not a plain text.
    #[track_caller]
    pub fn attribute(mut self, name: impl Into<String>, value: impl IntoPattern) -> Self {
        let name = name.into();
        let value = value.into_pattern();
        assert!(
            is_qualified_name(&name),
            "attribute {name:?} of <{}>: XML allows no such name",
            self.name
        );
        let prefix = match name.as_str() {
            "xmlns" => Some(None),
            name => name.strip_prefix("xmlns:").map(|prefix| Some(prefix.to_owned())),
        };
        let is_there = match &prefix {
            Some(prefix) => self.namespaces.iter().any(|(declared, _)| declared == prefix),
            None => self.attributes.iter().any(|(present, _)| *present == name),
        };
        assert!(
            !is_there,
            "attribute {name:?} of <{}> is written twice: remove one of them",
            self.name
        );
        let Some(prefix) = prefix else {
            self.attributes.push((name, value.loosened()));
            return self;
        };
        let Node::Literal(crate::json::Value::String(uri)) = value.node else {
            panic!(
                "{name} of <{}>: the name of a namespace is a plain text",
                self.name
            );
        };
        self.namespaces.push((prefix, uri));
        self
    }

    /// Sets the text; a plain value means "of the same type".
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// element("name").text("Ada");           // any text
    /// element("age").text(36);               // any number
    /// element("role").text(exactly("admin"));
    /// ```
    ///
    /// # Panics
    ///
    /// If there is a text already.
    #[track_caller]
    pub fn text(mut self, text: impl IntoPattern) -> Self {
        assert!(
            self.text.is_none(),
            "<{}> has two texts: leave one out",
            self.name
        );
        self.text = Some(text.into_pattern().loosened());
        self
    }

    /// Adds a child: an element, [`each_element`], [`any_element`], [`containing_elements`], or the text.
    ///
    /// # Panics
    ///
    /// If it is a text and there is one already.
    #[track_caller]
    pub fn child(self, content: impl IntoXmlContent) -> Self {
        content.put_into(self)
    }

    /// Returns whether a document fits, as it would as the body of a response: elements and attributes that the pattern does not
    /// mention are fine. What is not XML does not.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// let order = xml_like!(<order id={integer(42)}><customer>"Ada"</customer></order>);
    /// assert!(order.matches("<order id='7' status='open'><customer>Grace</customer></order>"));
    /// assert!(!order.matches("<order id='seven'><customer>Grace</customer></order>"));
    /// ```
    ///
    /// # Panics
    ///
    /// If a contract cannot hold the pattern.
    #[cfg(feature = "xml")]
    #[track_caller]
    pub fn matches(&self, document: &str) -> bool {
        use crate::contract::{Body, ContentType, Response};
        use crate::matching::ResponsePlan;

        let expanded = self.expand();
        let xml = || "application/xml".parse::<ContentType>().ok();
        let mut expected = Response {
            body: Body::text(expanded.document, xml()),
            ..Response::default()
        };
        expected.rules.body = expanded.rules;
        let actual = Response {
            body: Body::text(document, xml()),
            ..Response::default()
        };
        ResponsePlan::compile(&expected).is_ok_and(|plan| plan.compare(&actual).is_match())
    }
}

impl EachElement {
    /// Requires at least this many; 0 allows that there is none.
    ///
    /// # Panics
    ///
    /// If it is more than the most allowed.
    #[track_caller]
    pub fn at_least(mut self, min: usize) -> Self {
        self.times.min = min;
        self.check_times();
        self
    }

    /// Allows at most this many.
    ///
    /// # Panics
    ///
    /// If it is less than the least demanded, or 0.
    #[track_caller]
    pub fn at_most(mut self, max: usize) -> Self {
        self.times.max = Some(max);
        self.check_times();
        self
    }

    #[track_caller]
    fn check_times(&self) {
        let (Times { min, max }, name) = (self.times, &self.element.name);
        let Some(max) = max else { return };
        assert!(max > 0, "<{name}> at most 0 times: leave the element out");
        assert!(
            min <= max,
            "<{name}> at least {min} and at most {max} times: nothing is both"
        );
    }
}

/// A name, or a prefix and a name (Namespaces in XML 1.0, section 4).
fn is_qualified_name(name: &str) -> bool {
    match name.split_once(':') {
        Some((prefix, local)) => is_name(prefix) && is_name(local),
        None => is_name(name),
    }
}

/// A name without a colon (XML 1.0, section 2.3; of the signs beyond ASCII, letters and digits).
fn is_name(name: &str) -> bool {
    let mut signs = name.chars();
    signs
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && signs.all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.' | '·'))
}
