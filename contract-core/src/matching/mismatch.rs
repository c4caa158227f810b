//! What did not fit, where, and which rule said so.

use std::fmt;

use crate::json::Value;

/// One difference between what was expected and what came.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// Which part of the message differs.
    pub part: Part,
    /// Where in that part: in a body the path of the value (`$.roles[1].id`); of a query parameter, header field or
    /// metadata entry its name, with `[index]` for one value of several; else empty.
    pub path: String,
    /// What the example says; `None` if nothing was expected, for example an unexpected key.
    pub expected: Option<Value>,
    /// What came; `None` if it is absent.
    pub actual: Option<Value>,
    /// What was expected, for people: `a string matching ^\S+@\S+$`, `an integer`, `"active"`, `no such key`.
    pub expectation: String,
    /// The whole mismatch in the wording that other tools of the field know: `Expected 'dog' to include 'a'`.
    pub description: String,
    /// The rule that decided; `None` if the example itself did.
    pub rule: Option<AppliedRule>,
    /// Where any element would have done (`arrayContains`): why the nearest one does not fit.
    pub nearest: Vec<Mismatch>,
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

/// The rule that decided at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedRule {
    /// Its path as written in the contract: `$.roles[*].id`.
    pub path: String,
    /// Its name as written in contracts: `integer`.
    pub name: String,
    /// The rules that would apply to the same place and have less weight, the weakest first.
    pub overridden: Vec<OverriddenRule>,
}

/// A rule that had less weight than the one that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverriddenRule {
    /// Its path as written in the contract.
    pub path: String,
    /// Its name as written in contracts.
    pub name: String,
}

impl Part {
    /// Returns the name, lower-case and singular, for messages and reports: `query parameter`, `body`.
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

/// The overridden rules, then the one that decided: `$.roles[*] type → $.roles[*].id integer`.
impl fmt::Display for AppliedRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for rule in &self.overridden {
            write!(f, "{} {} → ", rule.path, rule.name)?;
        }
        write!(f, "{} {}", self.path, self.name)
    }
}

/// The description, behind the place where there is one: `$.one: Expected 'dog' to include 'a'`.
impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.description)
    }
}
