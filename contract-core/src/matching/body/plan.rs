//! An expected body, compiled.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::json::Value;
use bytes::Bytes;

use super::content::{self, declared_type, detected_type};
use super::form::FormPlan;
use super::json::JsonPlan;
use super::kind::Kind;
use super::multipart::MultipartPlan;
#[cfg(feature = "xml")]
use super::xml::{self, XmlPlan};
use super::{binary, text};
use crate::contract::{Body, Content, ContentType, Data, Path, RuleList, Token, Undecoded};
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::{Failure, Rules};
use crate::matching::scope::Scope;
use crate::matching::{Mismatch, Part, Unexpected, show};
use crate::wire::coding::Codings;
use crate::wire::{BODY_LIMIT, charset};
use crate::{Error, unreadable};

/// An expected body with its rules.
#[derive(Debug)]
pub(crate) struct BodyPlan {
    example: Example,
    content_type: ContentType,
    /// The content codings that the contract names.
    codings: Codings,
    /// The example under its codings, if the contract holds it so.
    coded: Option<Bytes>,
    /// Whether the contract names the content type; else its example tells it, and proves nothing.
    is_declared: bool,
    /// Whether rules decide about the content type.
    is_type_ruled: bool,
    rules: Rules,
    unexpected: Unexpected,
}

#[derive(Debug)]
enum Example {
    /// The contract does not say: anything is fine.
    Unchecked,
    Empty,
    Null,
    Json(JsonPlan),
    Text(String),
    Form(FormPlan),
    #[cfg(feature = "xml")]
    Xml(XmlPlan),
    Multipart(MultipartPlan),
    Binary(Bytes),
}

/// How the content type that came compares with the expected one.
enum Compared {
    Fits,
    /// Not the one that the contract names.
    Differs(ContentType),
    /// Not the one that the example looks like, but the contract names none.
    Unclear(ContentType),
}

impl BodyPlan {
    /// Compiles a body. `header` is the content type that the message names beside the body, `is_type_ruled` whether
    /// rules decide about it, `codings` the content codings that it names.
    pub(crate) fn compile(
        body: &Body,
        header: Option<&str>,
        is_type_ruled: bool,
        codings: Codings,
        lists: &BTreeMap<Path, RuleList>,
        unexpected: Unexpected,
    ) -> Result<Self, Error> {
        let declared = declared_type(body, header);
        let coded = match body.content().map(|content| &content.data) {
            Some(Data::Binary(bytes)) if !codings.is_empty() => Some(bytes.clone()),
            _ => None,
        };
        // A recording proxy writes the bytes as they were under their codings.
        let undone = coded
            .as_ref()
            .and_then(|bytes| codings.decode(bytes.clone(), BODY_LIMIT).ok())
            .map(|bytes| Body::from_wire(bytes, declared.as_deref().cloned()));
        let body = undone.as_ref().unwrap_or(body);
        let detected = || match body {
            Body::Present(content) => detected_type(&content.data),
            Body::Null => ContentType::json(),
            Body::Missing | Body::Empty => ContentType::octet_stream(),
        };
        let is_declared = declared.is_some();
        let content_type = declared.map_or_else(detected, Cow::into_owned);
        let mut rules = Rules::compile(lists).map_err(|error| error.context(Part::Body))?;
        let example = match body {
            Body::Missing => Example::Unchecked,
            Body::Empty => Example::Empty,
            // `null` that rules speak of is JSON's, as on the wire; otherwise an empty body is one too.
            Body::Null if content_type.is_json() && !rules.is_empty() => {
                Example::Json(JsonPlan::compile(&rules, Value::Null)?)
            }
            Body::Null => Example::Null,
            Body::Present(content) => Example::of(content, &content_type, &rules, lists, unexpected)?,
        };
        match &example {
            Example::Json(plan) => rules.fit(|path| text_at(plan.example(), path)),
            Example::Text(text) => rules.fit(|path| (path == "$").then_some(text.into())),
            _ => {}
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

    /// Whether the contract says anything about the body.
    pub(crate) fn is_checked(&self) -> bool {
        !matches!(self.example, Example::Unchecked)
    }

    /// How many rules there are.
    pub(crate) fn rules(&self) -> usize {
        self.rules.len()
    }

    /// Compares a body. `header` is the content type that came beside it.
    pub(crate) fn compare(&self, actual: &Body, header: Option<&str>, out: &mut Vec<Mismatch>) {
        match (&self.example, actual) {
            (Example::Unchecked, _)
            | (Example::Empty | Example::Null, Body::Missing | Body::Empty | Body::Null) => {}
            (Example::Json(plan), Body::Null) => self.compare_document(plan, &Value::Null, out),
            (Example::Json(plan), Body::Missing | Body::Empty) if plan.example().is_null() => {
                self.compare_document(plan, &Value::Null, out);
            }
            (Example::Null, Body::Present(content)) if content.data == Data::Json(Value::Null) => {}
            (Example::Empty | Example::Null, Body::Present(content)) => self.not_empty(content, out),
            (_, Body::Missing | Body::Empty | Body::Null) => self.missing(out),
            (_, Body::Present(content)) => match &content.data {
                Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. })
                    if self.coded.as_ref() == Some(bytes) => {}
                Data::Undecoded(undecoded) => self.compare_undecoded(content, undecoded, header, out),
                _ => self.compare_content(content, actual, header, out),
            },
        }
    }

    /// A body that could not be decoded differs, unless the contract itself names its unknown codings: then both sides know
    /// what they mean, and the bytes are compared as they are.
    fn compare_undecoded(
        &self,
        content: &Content,
        undecoded: &Undecoded,
        header: Option<&str>,
        out: &mut Vec<Mismatch>,
    ) {
        if undecoded.is_unknown && self.codings.to_string() == undecoded.codings {
            let body = Body::from_wire(undecoded.bytes.clone(), content.content_type.clone());
            return self.compare(&body, header, out);
        }
        let reporter = &mut Reporter::new(self.unexpected, out);
        undecodable(&content.data, &undecoded.problem, reporter);
    }

    /// Whether a body fits. Of JSON documents the first difference is enough to know.
    pub(crate) fn fits(&self, actual: &Body, header: Option<&str>) -> bool {
        if let (Example::Json(plan), Body::Present(content)) = (&self.example, actual)
            && let Data::Json(document) = &content.data
        {
            let fits = plan.fits(&self.rules, document, self.unexpected);
            return fits
                && !matches!(
                    self.content_type_of(content, actual, header),
                    Compared::Differs(_)
                );
        }
        let mut out = Vec::new();
        self.compare(actual, header, &mut out);
        out.is_empty()
    }

    /// The characters of the content that came, by its own content type.
    fn decoded<'c>(
        &self,
        content: &'c Content,
        actual: &Body,
        header: Option<&str>,
    ) -> Result<Cow<'c, str>, String> {
        let declared = declared_type(actual, header);
        content::decoded(&content.data, declared.as_deref().unwrap_or(&self.content_type))
    }

    /// Compares the content type that came with the expected one.
    fn content_type_of(&self, content: &Content, actual: &Body, header: Option<&str>) -> Compared {
        let is_json = |content: &Content| matches!(content.data, Data::Json(_));
        if header.is_none()
            && content.content_type.is_none()
            && is_json(content)
            && self.content_type.is_json()
        {
            return Compared::Fits;
        }
        let content_type = content::type_of(actual, content, header);
        if self.is_type_ruled || content::is_comparable(&self.content_type, &content_type) {
            Compared::Fits
        } else if self.is_declared {
            Compared::Differs(content_type.into_owned())
        } else {
            Compared::Unclear(content_type.into_owned())
        }
    }

    fn compare_content(
        &self,
        content: &Content,
        actual: &Body,
        header: Option<&str>,
        out: &mut Vec<Mismatch>,
    ) {
        let compared = self.content_type_of(content, actual, header);
        if let Compared::Differs(content_type) = &compared {
            out.push(self.other_type(content_type));
        }
        if let Example::Json(plan) = &self.example {
            return self.compare_json(plan, content, &compared, out);
        }
        match &compared {
            Compared::Differs(_) => return,
            // Text is text whatever its type is taken for.
            Compared::Unclear(content_type) if !matches!(self.example, Example::Text(_)) => {
                return out.push(self.other_type(content_type));
            }
            Compared::Unclear(_) | Compared::Fits => {}
        }
        let reporter = &mut Reporter::new(self.unexpected, out);
        match &self.example {
            Example::Text(example) => match self.decoded(content, actual, header) {
                Ok(text) => {
                    text::compare(&self.rules, example, &text, reporter);
                }
                Err(problem) => undecodable(&content.data, &problem, reporter),
            },
            Example::Form(form) => match self.decoded(content, actual, header) {
                Ok(text) => form.compare(&text, reporter),
                Err(problem) => undecodable(&content.data, &problem, reporter),
            },
            #[cfg(feature = "xml")]
            Example::Xml(plan) => match self.decoded(content, actual, header) {
                Ok(text) => match xml::parse(&text) {
                    Ok(document) => plan.compare(&self.rules, &document, reporter),
                    Err(problem) => cannot_read("an XML", None, &content.data, &problem, reporter),
                },
                Err(problem) => undecodable(&content.data, &problem, reporter),
            },
            Example::Multipart(plan) => {
                let actual_type = content::type_of(actual, content, header);
                plan.compare(&content::bytes(&content.data), &actual_type, self.unexpected, out);
            }
            Example::Binary(example) => {
                if let Data::Text(text) = &content.data
                    && charset::decode(example, Some(&self.content_type))
                        .is_ok_and(|example| example == *text)
                {
                    return;
                }
                let actual_type = content::type_of(actual, content, header);
                let actual = content::bytes(&content.data);
                let example = (&example[..], &self.content_type);
                binary::compare(&self.rules, example, (&actual, &actual_type), reporter);
            }
            Example::Json(_) | Example::Unchecked | Example::Empty | Example::Null => {}
        }
    }

    /// JSON is compared whatever its content type says, if it can be read: that tells more than the type alone.
    fn compare_json(&self, plan: &JsonPlan, content: &Content, compared: &Compared, out: &mut Vec<Mismatch>) {
        if let Data::Json(document) = &content.data {
            return self.compare_document(plan, document, out);
        }
        let text = match (content::json_text(&content.data, &self.content_type), compared) {
            (Ok(text), _) => text,
            (Err(_), Compared::Differs(_)) => return,
            (Err(_), Compared::Unclear(content_type)) => return out.push(self.other_type(content_type)),
            (Err(problem), Compared::Fits) => {
                return undecodable(&content.data, &problem, &mut Reporter::new(self.unexpected, out));
            }
        };
        match (crate::json::from_str(&text), compared) {
            (Ok(document), _) => self.compare_document(plan, &document, out),
            (Err(_), Compared::Differs(_)) => {}
            (Err(_), Compared::Unclear(content_type)) => out.push(self.other_type(content_type)),
            (Err(error), Compared::Fits) => {
                cannot_read(
                    "a JSON",
                    Some(plan.example()),
                    &content.data,
                    &unreadable::json(text.as_bytes(), &error),
                    &mut Reporter::new(self.unexpected, out),
                );
            }
        }
    }

    fn compare_document(&self, plan: &JsonPlan, document: &Value, out: &mut Vec<Mismatch>) {
        plan.compare(&self.rules, document, Part::Body, self.unexpected, out);
    }

    fn other_type(&self, actual: &ContentType) -> Mismatch {
        Mismatch {
            part: Part::BodyType,
            path: String::new(),
            expected: Some(Value::from(self.content_type.as_str())),
            actual: Some(Value::from(actual.as_str())),
            expectation: self.content_type.to_string(),
            description: format!(
                "Expected a body of '{}' but the actual content type was '{actual}'",
                self.content_type
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

    fn missing(&self, out: &mut Vec<Mismatch>) {
        let example = match &self.example {
            Example::Json(plan) => plan.example().clone(),
            Example::Text(text) if text.is_empty() => return,
            Example::Text(text) => Value::from(text.as_str()),
            Example::Binary(bytes) if bytes.is_empty() => return,
            Example::Binary(bytes) => Value::from(format!("{} bytes", bytes.len())),
            #[cfg(feature = "xml")]
            Example::Xml(_) => Value::from("an XML document"),
            Example::Multipart(_) => Value::from("a multipart body"),
            Example::Form(_) | Example::Unchecked | Example::Empty | Example::Null => Value::from("a form"),
        };
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

fn cannot_read(
    format: &str,
    example: Option<&Value>,
    actual: &Data,
    problem: &str,
    reporter: &mut Reporter<'_>,
) {
    let (_, name) = format.split_once(' ').unwrap_or(("", format));
    let failure = Failure {
        expectation: format!("{format} document, and this cannot be read: {problem}"),
        description: format!("Failed to parse the actual body as {name}: {problem}"),
        rule: String::new(),
    };
    let actual = Value::from(show::cut(&content::text(actual)).into_owned());
    reporter.report(&Place::ROOT, example.cloned(), Some(actual), failure, None);
}

/// A body whose bytes could not be decoded: their number and beginning tell more than what they look like as text.
fn undecodable(actual: &Data, problem: &str, reporter: &mut Reporter<'_>) {
    let failure = Failure {
        expectation: format!("a body that can be decoded: {problem}"),
        description: format!("Failed to decode the actual body: {problem}"),
        rule: String::new(),
    };
    let actual = Value::from(binary::beginning(&content::bytes(actual)));
    reporter.report(&Place::ROOT, None, Some(actual), failure, None);
}

/// The text of the first scalar that a path leads to.
fn text_at<'v>(document: &'v Value, path: &str) -> Option<Cow<'v, str>> {
    let path: Path = path.parse().ok()?;
    let step = |value: &'v Value, token: &Token| match (token, value) {
        (Token::Field(name), Value::Object(members)) => members.get(name),
        (Token::Index(index), Value::Array(elements)) => elements.get(*index),
        (Token::Star, Value::Object(members)) => members.values().next(),
        (Token::Star | Token::StarIndex, Value::Array(elements)) => elements.first(),
        _ => None,
    };
    match path.tokens().iter().try_fold(document, step)? {
        Value::String(text) => Some(text.into()),
        Value::Array(_) | Value::Object(_) => None,
        scalar => Some(scalar.to_string().into()),
    }
}

impl Example {
    fn of(
        content: &Content,
        content_type: &ContentType,
        rules: &Rules,
        lists: &BTreeMap<Path, RuleList>,
        unexpected: Unexpected,
    ) -> Result<Self, Error> {
        // A text that cannot be decoded is compared as the bytes that it is.
        let decoded = || content::decoded(&content.data, content_type);
        let text = || match decoded() {
            Ok(text) => Self::Text(text.into_owned()),
            Err(_) => Self::binary(content),
        };
        Ok(match Kind::of(content_type, &content.data, content.hint) {
            Kind::Json => match &content.data {
                Data::Json(value) => Self::Json(JsonPlan::compile(rules, value.clone())?),
                _ => match decoded().ok().and_then(|text| crate::json::from_str(&text).ok()) {
                    Some(value) => Self::Json(JsonPlan::compile(rules, value)?),
                    // Not JSON whatever its type says: it can only be the same text.
                    None => text(),
                },
            },
            Kind::Form => Self::Form(FormPlan::compile(&content::text(&content.data), lists)?),
            #[cfg(feature = "xml")]
            Kind::Xml => match decoded().ok().and_then(|text| XmlPlan::compile(&text).ok()) {
                Some(plan) => Self::Xml(plan),
                None => text(),
            },
            #[cfg(not(feature = "xml"))]
            Kind::Xml => {
                return Err(Error::new(
                    crate::ErrorKind::MissingFeature,
                    "an XML body needs the feature `xml` of contract-core; enable it",
                ));
            }
            Kind::Text => text(),
            Kind::Multipart => {
                let body = content::bytes(&content.data);
                match MultipartPlan::compile(&body, content_type, lists, unexpected)? {
                    Some(plan) => Self::Multipart(plan),
                    None => Self::binary(content),
                }
            }
            Kind::Binary => Self::binary(content),
        })
    }

    fn binary(content: &Content) -> Self {
        Self::Binary(match &content.data {
            Data::Binary(bytes) => bytes.clone(),
            other => Bytes::from(content::bytes(other).into_owned()),
        })
    }
}
