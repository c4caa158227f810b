//! A compiled expected body.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

use crate::Error;
use crate::contract::{Body, Content, ContentType, Data, Path, RuleList, Undecoded};
use crate::format::content::{self, declared_type, detected_type};
use crate::format::{self, Actual, Comparison, Expected, ExpectedContent, TypeMatch, Unreadable};
use crate::json::Value;
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::{Failure, RecentRules, Rules};
use crate::matching::scope::Scope;
use crate::matching::{Mismatch, MismatchKind, Part, Unexpected, show};
use crate::wire::BODY_LIMIT;
use crate::wire::coding::Codings;

/// An expected body with its rules.
#[derive(Debug)]
pub(crate) struct BodyPlan {
    example: Example,
    content_type: ContentType,
    /// The content codings named by the contract.
    codings: Codings,
    /// The encoded example, if the contract stores it encoded.
    coded: Option<Bytes>,
    /// Whether the contract declares the content type; otherwise the type is detected from the example and not
    /// enforced.
    is_declared: bool,
    /// Whether the content type is decided by rules.
    is_type_ruled: bool,
    rules: Arc<Rules>,
    unexpected: Unexpected,
}

#[derive(Debug)]
enum Example {
    /// The contract does not specify a body: any body matches.
    Unchecked,
    Empty,
    Null,
    Content(Box<dyn ExpectedContent>),
}

impl BodyPlan {
    /// Compiles a body. `header` is the content type in the message's headers, `is_type_ruled` says whether rules
    /// decide about it, and `codings` are the content codings named by the message. `recent` has rules that other bodies
    /// may share.
    ///
    /// # Errors
    ///
    /// If a rule cannot be compiled or contradicts the body, or if this build lacks a feature for the kind of body.
    pub(crate) fn compile(
        body: &Body,
        header: Option<&str>,
        is_type_ruled: bool,
        codings: Codings,
        lists: &BTreeMap<Path, RuleList>,
        unexpected: Unexpected,
        recent: Option<&RecentRules>,
    ) -> Result<Self, Error> {
        let declared = declared_type(body, header);
        let coded = match body.content().map(|content| &content.data) {
            Some(Data::Binary(bytes)) if !codings.is_empty() => Some(bytes.clone()),
            _ => None,
        };
        // A recording proxy stores the bytes as they were encoded.
        let undone = coded
            .as_ref()
            .and_then(|bytes| codings.decode(bytes.clone(), BODY_LIMIT).ok())
            .map(|bytes| Body::from_wire(bytes, declared.as_deref().cloned()));
        let body = undone.as_ref().unwrap_or(body);
        let is_declared = declared.is_some();
        let content_type = declared.map_or_else(|| detected_type(body), Cow::into_owned);
        let rules = match recent {
            Some(recent) => recent.compile(lists),
            None => Rules::compile(lists).map(Arc::new),
        };
        let mut rules = rules.map_err(|error| error.context(Part::Body))?;
        let example = match body {
            Body::Missing => Example::Unchecked,
            Body::Empty => Example::Empty,
            // With rules, `null` is a value of the body's kind, as on the wire; otherwise an empty body also matches.
            Body::Null if !rules.is_empty() => format::of_type(&content_type)
                .read_null(&rules)?
                .map_or(Example::Null, Example::Content),
            Body::Null => Example::Null,
            Body::Present(content) => Example::Content(read(&Expected {
                content,
                content_type: &content_type,
                rules: &rules,
                lists,
                unexpected,
            })?),
        };
        if let Example::Content(content) = &example {
            rules.fit_shared(|path| content.text_at(path));
        }
        Ok(Self {
            example,
            content_type,
            codings,
            coded,
            is_declared,
            is_type_ruled,
            rules,
            unexpected,
        })
    }

    /// Returns whether the contract specifies a body.
    pub(crate) fn is_checked(&self) -> bool {
        !matches!(self.example, Example::Unchecked)
    }

    /// Returns the number of rules.
    pub(crate) fn rules(&self) -> usize {
        self.rules.len()
    }

    /// Compares a body and adds the mismatches. `header` is the actual content type header.
    pub(crate) fn compare(&self, actual: &Body, header: Option<&str>, out: &mut Vec<Mismatch>) {
        match (&self.example, actual) {
            (Example::Unchecked, _)
            | (Example::Empty | Example::Null, Body::Missing | Body::Empty | Body::Null) => {}
            (Example::Null, Body::Present(content)) if content.is_null() => {}
            (Example::Empty | Example::Null, Body::Present(content)) => self.not_empty(content, out),
            (Example::Content(expected), Body::Missing | Body::Empty | Body::Null) => {
                let is_null = *actual == Body::Null;
                if !expected.compare_absent(is_null, &self.comparison(), out) {
                    self.missing(expected.as_ref(), out);
                }
            }
            (Example::Content(expected), Body::Present(content)) => {
                let actual = Actual {
                    content,
                    body: actual,
                    header,
                    expected_type: &self.content_type,
                };
                self.compare_present(expected.as_ref(), &actual, out);
            }
        }
    }

    /// Returns whether a body matches. Stops at the first difference if the kind of body supports it.
    pub(crate) fn fits(&self, actual: &Body, header: Option<&str>) -> bool {
        if let (Example::Content(expected), Body::Present(content)) = (&self.example, actual)
            && let Some(fits) = expected.fits(content, &self.comparison())
        {
            return fits && self.type_match(actual, content, header) != TypeMatch::Differs;
        }
        let mut out = Vec::new();
        self.compare(actual, header, &mut out);
        out.is_empty()
    }

    fn comparison(&self) -> Comparison<'_> {
        Comparison {
            rules: &self.rules,
            unexpected: self.unexpected,
        }
    }

    fn compare_present(&self, expected: &dyn ExpectedContent, actual: &Actual<'_>, out: &mut Vec<Mismatch>) {
        match &actual.content.data {
            Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. })
                if self.coded.as_ref() == Some(bytes) => {}
            Data::Undecoded(undecoded) => self.compare_undecoded(actual, undecoded, out),
            _ => self.compare_content(expected, actual, out),
        }
    }

    /// A body that could not be decoded is a mismatch, unless the contract itself names the unknown codings: both sides
    /// then know them, and the encoded bytes are compared.
    fn compare_undecoded(&self, actual: &Actual<'_>, undecoded: &Undecoded, out: &mut Vec<Mismatch>) {
        if undecoded.is_unknown && self.codings.to_string() == undecoded.codings {
            let body = Body::from_wire(undecoded.bytes.clone(), actual.content.content_type.clone());
            return self.compare(&body, actual.header, out);
        }
        Unreadable::undecodable(&actual.content.data, &undecoded.problem)
            .report(&mut Reporter::new(self.unexpected, out));
    }

    fn compare_content(&self, expected: &dyn ExpectedContent, actual: &Actual<'_>, out: &mut Vec<Mismatch>) {
        let type_match = self.type_match(actual.body, actual.content, actual.header);
        if type_match == TypeMatch::Differs {
            out.push(self.other_type(actual));
        }
        let compared = expected
            .is_compared(type_match)
            .then(|| expected.compare(actual, &self.comparison(), out));
        match (compared, type_match) {
            (Some(Ok(())), _) | (_, TypeMatch::Differs) | (None, TypeMatch::Same) => {}
            (Some(Err(_)) | None, TypeMatch::Unclear) => out.push(self.other_type(actual)),
            (Some(Err(unreadable)), TypeMatch::Same) => {
                unreadable.report(&mut Reporter::new(self.unexpected, out));
            }
        }
    }

    /// Returns how the actual content type relates to the expected one.
    fn type_match(&self, actual: &Body, content: &Content, header: Option<&str>) -> TypeMatch {
        if self.is_type_ruled || content::is_of_type(actual, content, header, &self.content_type) {
            TypeMatch::Same
        } else if self.is_declared {
            TypeMatch::Differs
        } else {
            TypeMatch::Unclear
        }
    }

    fn other_type(&self, actual: &Actual<'_>) -> Mismatch {
        let (expected, actual) = (&self.content_type, actual.content_type());
        Mismatch {
            kind: MismatchKind::Differs,
            part: Part::BodyType,
            path: String::new(),
            expected: Some(Value::from(expected.as_str())),
            actual: Some(Value::from(actual.as_str())),
            expectation: expected.to_string(),
            description: format!(
                "Expected a body of '{expected}' but the actual content type was '{actual}'"
            ),
            rule: None,
            nearest: Vec::new(),
        }
    }

    fn not_empty(&self, content: &Content, out: &mut Vec<Mismatch>) {
        let actual = show::cut(&content::text(&content.data)).into_owned();
        let failure = Failure {
            expectation: "no body".to_owned(),
            description: format!("Expected empty body but received '{actual}'"),
            rule: String::new(),
        };
        let mut reporter = Reporter::new(self.unexpected, out);
        reporter.report(&Place::ROOT, None, Some(actual.into()), failure, None);
    }

    fn missing(&self, expected: &dyn ExpectedContent, out: &mut Vec<Mismatch>) {
        let Some(example) = expected.shown() else { return };
        let scope = Scope::root(&self.rules);
        let applied = scope.applied();
        let failures = applied.and_then(|applied| applied.check_bytes(None, b"").err());
        let mut reporter = Reporter::new(self.unexpected, out);
        let Some(failures) = failures else {
            let failure = Failure {
                expectation: show::cut(&example.to_string()).into_owned(),
                description: format!("Expected body {} but was missing", show::quoted(&example)),
                rule: String::new(),
            };
            return reporter.report(&Place::ROOT, Some(example), None, failure, None);
        };
        for failure in failures {
            let decided = applied.map(|applied| (applied, &scope));
            reporter.report(&Place::ROOT, Some(example.clone()), None, failure, decided);
        }
    }
}

/// Reads the expected content as its kind; falls back to the alternative kind if the content is not valid for its type.
fn read(expected: &Expected<'_>) -> Result<Box<dyn ExpectedContent>, Error> {
    let content = expected.content;
    let mut format = format::of(expected.content_type, &content.data, content.hint);
    loop {
        if let Some(read) = format.read(expected)? {
            return Ok(read);
        }
        format = format.otherwise();
    }
}
