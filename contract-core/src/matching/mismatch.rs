//! What differs, where, and which rule decided.

use std::fmt;

use crate::json::Value;

/// One difference between the expected and the actual message.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// Whether a value differs, or the comparison ended before all values were compared.
    pub kind: MismatchKind,
    /// Which part of the message differs.
    pub part: Part,
    /// The place within that part: for a body the path of the value (`$.roles[1].id`); for a query parameter, header
    /// field or metadata entry its name, with `[index]` for one of several values; otherwise empty.
    pub path: String,
    /// The value in the example; `None` if nothing was expected, for example for an unexpected key.
    pub expected: Option<Value>,
    /// The actual value; `None` if it is missing.
    pub actual: Option<Value>,
    /// A human-readable description of what was expected: `a string matching ^\S+@\S+$`, `an integer`, `"active"`, `no
    /// such key`.
    pub expectation: String,
    /// The whole mismatch in the wording that other Pact tools use: `Expected 'dog' to include 'a'`.
    pub description: String,
    /// The rule that decided; `None` if the value was compared with the example.
    pub rule: Option<AppliedRule>,
    /// For `arrayContains`: the mismatches of the nearest element.
    pub nearest: Vec<Mismatch>,
}

/// Whether a mismatch is about a value, or about a comparison that did not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MismatchKind {
    /// A value differs from what was expected, is missing, or was not expected.
    #[default]
    Differs,
    /// Bytes differ or cannot be read: [`expected`](Mismatch::expected) and [`actual`](Mismatch::actual) describe them in
    /// words.
    Bytes,
    /// Text cannot be read as content of the expected kind: [`expectation`](Mismatch::expectation) says why.
    Unreadable,
    /// The comparison was given up at this place: it is not known whether the values match. The description says why.
    Undecided,
    /// The comparison ended after the mismatches before this one: there may be more.
    MayBeMore,
}

/// The part of a request, response or message that a mismatch is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The request's method.
    Method,
    /// The request's path.
    Path,
    /// A query parameter.
    Query,
    /// A header field.
    Header,
    /// The response's status.
    Status,
    /// The content type of the body.
    BodyType,
    /// The body.
    Body,
    /// A message's metadata.
    Metadata,
}

/// The rule that decided about a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedRule {
    /// The path as written in the contract: `$.roles[*].id`.
    pub path: String,
    /// The name as written in contracts: `integer`.
    pub name: String,
    /// Rules with a lower weight for the same value, lowest first.
    pub overridden: Vec<OverriddenRule>,
}

/// A rule that was overridden by one with a higher weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverriddenRule {
    /// The path as written in the contract.
    pub path: String,
    /// The name as written in contracts.
    pub name: String,
}

impl MismatchKind {
    /// Returns the name in reports; `None` for a value that differs.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Differs => None,
            Self::Bytes => Some("bytes"),
            Self::Unreadable => Some("unreadable"),
            Self::Undecided => Some("undecided"),
            Self::MayBeMore => Some("mayBeMore"),
        }
    }
}

impl Mismatch {
    /// Creates the mismatch of a comparison that was given up or ended at a place.
    pub(crate) fn of_comparison(
        kind: MismatchKind,
        part: Part,
        path: String,
        expectation: String,
        description: String,
    ) -> Self {
        Self {
            kind,
            part,
            path,
            expected: None,
            actual: None,
            expectation,
            description,
            rule: None,
            nearest: Vec::new(),
        }
    }

    /// Returns whether it is about a value that was compared.
    pub(crate) fn is_difference(&self) -> bool {
        !matches!(self.kind, MismatchKind::Undecided | MismatchKind::MayBeMore)
    }
}

impl Part {
    /// Returns the name in lower case and singular, for messages and reports: `query parameter`, `body`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query parameter",
            Self::Header => "header",
            Self::Status => "status",
            Self::BodyType => "content type",
            Self::Body => "body",
            Self::Metadata => "metadata",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Writes the overridden rules, then the one that decided: `$.roles[*] type → $.roles[*].id integer`.
impl fmt::Display for AppliedRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for rule in &self.overridden {
            write!(f, "{} {} → ", rule.path, rule.name)?;
        }
        write!(f, "{} {}", self.path, self.name)
    }
}

/// Writes the description, preceded by the place if there is one: `$.one: Expected 'dog' to include 'a'`.
impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.description)
    }
}
