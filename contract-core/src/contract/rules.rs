//! Matching rules: how actual values may differ from the example.

use std::collections::BTreeMap;

use crate::json::Value;

use super::{Generator, Members, Path};

/// The rules of one request, response or message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatchingRules {
    /// Rules for the method (version 4).
    pub method: Option<RuleList>,
    /// Rules for the path.
    pub path: Option<RuleList>,
    /// Rules for the status (version 4).
    pub status: Option<RuleList>,
    /// Rules for query parameters, by name; `name[0]` for one value of several.
    pub query: BTreeMap<String, RuleList>,
    /// Rules for the query as one text (`$.query` of version 2). If present, only they apply to the query.
    pub query_text: Option<RuleList>,
    /// Rules for header fields, by name as written; `name[0]` for one value of several.
    pub headers: BTreeMap<String, RuleList>,
    /// Rules for the body, by path from its root.
    pub body: BTreeMap<Path, RuleList>,
    /// Rules for a message's metadata, by name.
    pub metadata: BTreeMap<String, RuleList>,
    /// Categories that this library does not know.
    pub extra: Members,
}

/// The rules at one path, and how their verdicts combine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleList {
    /// How the verdicts combine.
    pub combine: Combine,
    /// The rules, in the order of the file.
    pub rules: Vec<Rule>,
    /// Rules for the method, path and status have no name, but some writers give them one (`"status": {"$": …}`); it is
    /// kept for writing.
    pub sub_key: Option<String>,
    /// Unknown members.
    pub extra: Members,
}

/// How the verdicts of several rules at one path combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// All must match.
    #[default]
    And,
    /// One must match.
    Or,
}

/// One matching rule, with unknown members of its JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What the rule requires.
    pub matcher: Matcher,
    /// Unknown members.
    pub extra: Members,
}

/// What a rule requires (specification, "matchers", versions 2 to 4).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Matcher {
    /// `equality`: the same value; also stops the inheritance of a rule from above.
    Equality,
    /// `regex`: the whole text matches.
    Regex(String),
    /// `type`, with optional `min` and `max` bounds on the number of elements.
    Type {
        /// At least this many elements.
        min: Option<usize>,
        /// At most this many elements.
        max: Option<usize>,
    },
    /// `include`: contains this text.
    Include(String),
    /// `number`
    Number,
    /// `integer`
    Integer,
    /// `decimal`
    Decimal,
    /// `boolean`
    Boolean,
    /// `null`
    Null,
    /// `date` with this pattern in Java's syntax; `None` for ISO 8601.
    Date(Option<String>),
    /// `time` in this pattern; `None` for ISO 8601.
    Time(Option<String>),
    /// `datetime` (`timestamp`) in this pattern; `None` for ISO 8601.
    DateTime(Option<String>),
    /// `contentType`: content of this media type, detected from its bytes.
    ContentType(String),
    /// `values`: keys are ignored, each value must be like the example's.
    Values,
    /// `eachKey`: each key must match the rules.
    EachKey(EachRules),
    /// `eachValue`: each value must match the rules.
    EachValue(EachRules),
    /// `arrayContains`: each variant must match an element.
    ArrayContains(Vec<Variant>),
    /// `statusCode`
    StatusCode(StatusRule),
    /// `notEmpty`
    NotEmpty,
    /// `semver`: a version by semver.org, 2.0.0.
    Semver,
    /// An extension of this library: valid according to a JSON Schema. Written as a `schema` member next to
    /// `"match": "type"`, so that other implementations check the type. A schema with only `anyOf` or
    /// `allOf`, whose schemas each have an example (`examples`) and rules by path (`x-matching-rules`),
    /// represents alternatives and is checked by those rules.
    Schema(Value),
    /// A rule unknown to this library, with its members except `match`.
    Unknown {
        /// The `match` member.
        name: String,
        /// The other members.
        members: Members,
    },
}

/// The inner rules of `eachKey` and `eachValue`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EachRules {
    /// The rules for each key or value.
    pub rules: Vec<Rule>,
    /// The example (`value`), if given.
    pub value: Option<Value>,
    /// The generator, if given.
    pub generator: Option<Box<Generator>>,
}

/// One element that `arrayContains` searches for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Variant {
    /// The index of the corresponding element in the example.
    pub index: usize,
    /// Rules by path from the element's root.
    pub rules: BTreeMap<Path, RuleList>,
    /// Generators by path from the element's root.
    pub generators: BTreeMap<Path, Generator>,
    /// Unknown members.
    pub extra: Members,
}

/// What `statusCode` requires.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusRule {
    /// A class of codes.
    Class(StatusClass),
    /// One of these codes.
    Codes(Vec<u16>),
}

/// A class of status codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusClass {
    /// `info`: 100 to 199
    Information,
    /// `success`: 200 to 299
    Success,
    /// `redirect`: 300 to 399
    Redirect,
    /// `clientError`: 400 to 499
    ClientError,
    /// `serverError`: 500 to 599
    ServerError,
    /// `nonError`: 100 to 399
    NonError,
    /// `error`: 400 to 599
    Error,
}

impl StatusClass {
    /// Returns the name as written in contracts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Information => "info",
            Self::Success => "success",
            Self::Redirect => "redirect",
            Self::ClientError => "clientError",
            Self::ServerError => "serverError",
            Self::NonError => "nonError",
            Self::Error => "error",
        }
    }

    /// Returns a code of the class.
    pub fn example(self) -> u16 {
        match self {
            Self::Information => 100,
            Self::Success | Self::NonError => 200,
            Self::Redirect => 300,
            Self::ClientError | Self::Error => 400,
            Self::ServerError => 500,
        }
    }

    /// Returns whether the code belongs to the class.
    pub fn contains(self, code: u16) -> bool {
        match self {
            Self::Information => (100..200).contains(&code),
            Self::Success => (200..300).contains(&code),
            Self::Redirect => (300..400).contains(&code),
            Self::ClientError => (400..500).contains(&code),
            Self::ServerError => (500..600).contains(&code),
            Self::NonError => (100..400).contains(&code),
            Self::Error => (400..600).contains(&code),
        }
    }
}

impl StatusRule {
    /// Returns a code that the rule accepts.
    pub fn example(&self) -> Option<u16> {
        match self {
            Self::Class(class) => Some(class.example()),
            Self::Codes(codes) => codes.first().copied(),
        }
    }
}

impl RuleList {
    /// Creates a list of one rule.
    pub fn one(matcher: Matcher) -> Self {
        Self {
            rules: vec![matcher.into()],
            ..Self::default()
        }
    }

    /// Creates a list of rules that must all match.
    pub fn all(matchers: impl IntoIterator<Item = Matcher>) -> Self {
        Self {
            rules: matchers.into_iter().map(Rule::from).collect(),
            ..Self::default()
        }
    }

    /// Creates a list of rules of which one must match.
    pub fn any(matchers: impl IntoIterator<Item = Matcher>) -> Self {
        Self {
            combine: Combine::Or,
            ..Self::all(matchers)
        }
    }
}

impl From<Matcher> for Rule {
    fn from(matcher: Matcher) -> Self {
        Self {
            matcher,
            extra: Members::new(),
        }
    }
}

impl MatchingRules {
    /// Returns whether there are no rules.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Matcher {
    /// `type` without bounds.
    pub const TYPE: Self = Self::Type { min: None, max: None };

    /// Returns the `match` member as written by this library.
    pub fn name(&self) -> &str {
        match self {
            Self::Equality => "equality",
            Self::Regex(_) => "regex",
            Self::Type { .. } | Self::Schema(_) => "type",
            Self::Include(_) => "include",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Null => "null",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::DateTime(_) => "datetime",
            Self::ContentType(_) => "contentType",
            Self::Values => "values",
            Self::EachKey(_) => "eachKey",
            Self::EachValue(_) => "eachValue",
            Self::ArrayContains(_) => "arrayContains",
            Self::StatusCode(_) => "statusCode",
            Self::NotEmpty => "notEmpty",
            Self::Semver => "semver",
            Self::Unknown { name, .. } => name,
        }
    }
}
