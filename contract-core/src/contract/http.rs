//! HTTP requests and responses, expected and actual.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::names::NameIndex;
use super::{Body, Generators, Matcher, MatchingRules, Members};

/// One request and its response.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HttpInteraction {
    /// What the consumer sends.
    pub request: Request,
    /// What the provider responds.
    pub response: Response,
}

/// A request: expected with its rules, or actual without.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// `GET`, `POST`, …; compared case-insensitively.
    pub method: String,
    /// The path, with its percent-encoding as written.
    pub path: String,
    /// Query parameters, decoded.
    pub query: Query,
    /// Header fields.
    pub headers: Headers,
    /// The body.
    pub body: Body,
    /// Rules for `method`, `path`, `query`, `header` and `body`.
    pub rules: MatchingRules,
    /// Generators for `method`, `path`, `query`, `header` and `body`.
    pub generators: Generators,
    /// Unknown members.
    pub extra: Members,
}

/// A response: expected with its rules, or actual without.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Response {
    /// The status code; `None` if the contract has none (it is then not checked).
    pub status: Option<u16>,
    /// Header fields.
    pub headers: Headers,
    /// The body.
    pub body: Body,
    /// Rules for `status`, `header` and `body`.
    pub rules: MatchingRules,
    /// Generators for `status`, `header` and `body`.
    pub generators: Generators,
    /// Unknown members.
    pub extra: Members,
}

/// Header fields in the order in which they were written; names are compared case-insensitively.
///
/// A value is kept as written: `a, b` read from one line is one value.
///
/// ```
/// use contract_core::contract::Headers;
///
/// let mut headers = Headers::new();
/// headers.append("Accept", "application/json");
/// assert_eq!(headers.first("accept"), Some("application/json"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Headers {
    fields: Vec<(String, Vec<String>)>,
    index: NameIndex,
}

/// Query parameters in the order in which they were written, decoded.
///
/// A value of `None` represents a name without `=` (`?flag`).
#[derive(Debug, Clone, Default)]
pub struct Query {
    parameters: Vec<(String, Vec<Option<String>>)>,
    index: NameIndex,
    /// The undecoded source text, kept until a parameter is added.
    raw: Option<String>,
}

impl Response {
    /// Returns the status code; if the contract has none, one accepted by its rule for the status.
    pub fn example_status(&self) -> Option<u16> {
        let ruled = || {
            self.rules
                .status
                .iter()
                .flat_map(|list| &list.rules)
                .find_map(|rule| match &rule.matcher {
                    Matcher::StatusCode(status) => status.example(),
                    _ => None,
                })
        };
        self.status.or_else(ruled)
    }
}

impl Headers {
    /// Creates a list without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Returns all values of the field with this name (case-insensitive); `None` if it is absent.
    pub fn get(&self, name: &str) -> Option<&[String]> {
        Some(&self.fields[self.find(name)?].1)
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.index.find(
            name,
            &self.fields,
            str::eq_ignore_ascii_case,
            str::to_ascii_lowercase,
        )
    }

    fn values_mut(&mut self, name: String) -> &mut Vec<String> {
        let at = self.find(&name).unwrap_or_else(|| {
            push(&mut self.fields, (name, Vec::new()));
            self.index.added(&self.fields, str::to_ascii_lowercase);
            self.fields.len() - 1
        });
        &mut self.fields[at].1
    }

    /// Returns the first value of the field of this name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.get(name)?.first().map(String::as_str)
    }

    /// Sets the values of the field with this name, replacing existing ones.
    pub fn set(&mut self, name: impl Into<String>, values: Vec<String>) {
        *self.values_mut(name.into()) = values;
    }

    /// Adds a value to the field of this name.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<String>) {
        push(self.values_mut(name.into()), value.into());
    }

    /// Removes the field of this name.
    pub fn remove(&mut self, name: &str) {
        if self.find(name).is_none() {
            return;
        }
        for (field, values) in std::mem::take(self).fields {
            if !field.eq_ignore_ascii_case(name) {
                self.set(field, values);
            }
        }
    }

    /// Iterates over names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.fields
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }
}

impl Query {
    /// Creates a query without parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Parses the part of a URL after `?`: splits at `&`, then at the first `=`; `+` is a space, `%XX` is decoded as
    /// UTF-8 (escapes of other bytes are kept). The values of repeated names are collected in order.
    ///
    /// ```
    /// use contract_core::contract::Query;
    ///
    /// let query = Query::parse("name=Ada+L&tag=a&tag=b&verbose");
    /// assert_eq!(query.get("name"), Some(&[Some("Ada L".to_owned())][..]));
    /// assert_eq!(query.get("tag").map(<[_]>::len), Some(2));
    /// assert_eq!(query.get("verbose"), Some(&[None][..]));
    /// ```
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Some(decode(value))),
                None => (pair, None),
            };
            query.append(decode(name), value);
        }
        query.raw = Some(text.to_owned());
        query
    }

    /// Returns the text after `?`: the source text, or a new encoding if the query was built or changed.
    pub fn to_text(&self) -> String {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut text = String::new();
        for (name, values) in &self.parameters {
            for value in values {
                if !text.is_empty() {
                    text.push('&');
                }
                text.push_str(&encode(name));
                if let Some(value) = value {
                    text.push('=');
                    text.push_str(&encode(value));
                }
            }
        }
        text
    }

    /// Returns whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }

    /// Returns the number of different names.
    pub fn len(&self) -> usize {
        self.parameters.len()
    }

    /// Returns all values of this parameter, in order; `None` if it is absent.
    pub fn get(&self, name: &str) -> Option<&[Option<String>]> {
        Some(&self.parameters[self.find(name)?].1)
    }

    fn find(&self, name: &str) -> Option<usize> {
        let is_same = |present: &str, name: &str| present == name;
        self.index.find(name, &self.parameters, is_same, str::to_owned)
    }

    fn values_mut(&mut self, name: String) -> &mut Vec<Option<String>> {
        let at = self.find(&name).unwrap_or_else(|| {
            push(&mut self.parameters, (name, Vec::new()));
            self.index.added(&self.parameters, str::to_owned);
            self.parameters.len() - 1
        });
        &mut self.parameters[at].1
    }

    /// Adds a value to this parameter.
    pub fn append(&mut self, name: impl Into<String>, value: Option<String>) {
        self.raw = None;
        push(self.values_mut(name.into()), value);
    }

    /// Sets this parameter's values, replacing existing ones.
    pub fn set(&mut self, name: impl Into<String>, values: Vec<Option<String>>) {
        self.raw = None;
        *self.values_mut(name.into()) = values;
    }

    /// Iterates over names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Option<String>])> {
        self.parameters
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }
}

/// Compares names and values; the order of different names is ignored.
/// Adds an entry to a list. Most lists here have a single one, and a vector makes room for four at first.
fn push<T>(list: &mut Vec<T>, entry: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(entry);
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.fields.len() == other.fields.len()
            && self
                .fields
                .iter()
                .all(|(name, values)| other.get(name).is_some_and(|present| present == values))
    }
}

/// Compares names and values, not their encoding; the order of different names is ignored.
impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.parameters.len() == other.parameters.len()
            && self
                .parameters
                .iter()
                .all(|(name, values)| other.get(name).is_some_and(|present| present == values))
    }
}

fn decode(text: &str) -> String {
    percent_decoded(&text.replace('+', " "))
}

/// Returns the text with `%XX` decoded as UTF-8. Escapes of other bytes are kept, so that different bytes remain
/// different.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes: Cow<'_, [u8]> = percent_encoding::percent_decode_str(text).into();
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(decoded, "%{byte:02X}");
        }
    }
    decoded
}

fn encode(text: &str) -> String {
    /// Everything but the unreserved characters of RFC 3986, section 2.3.
    const RESERVED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    percent_encoding::utf8_percent_encode(text, RESERVED).to_string()
}
