//! Builds multipart bodies part by part.

use std::collections::BTreeMap;

use super::body::{self, BodyParts};
use super::textual::Textual;
use crate::contract::{Body, Headers, Matcher, Path, RuleList, Token};
use crate::pattern::{IntoPattern, IntoXmlBody};

/// A part of a multipart body; created by [`part`].
#[derive(Debug, Clone)]
#[must_use]
pub struct BodyPart {
    name: String,
    /// The example and its rule.
    file_name: Option<(String, RuleList)>,
    content_type: Option<String>,
    headers: Vec<PartHeader>,
    content: BodyParts,
}

/// A header field of a part.
#[derive(Debug, Clone)]
struct PartHeader {
    name: String,
    value: String,
    rules: Option<RuleList>,
}

/// A multipart body, and the content type to send with it.
pub(super) struct Multipart {
    pub(super) parts: BodyParts,
    pub(super) content_type: String,
    /// The rules for the content type: the boundary is generated for each message.
    pub(super) content_type_rules: RuleList,
}

/// Creates an empty part with this name for [`multipart`](super::RequestBuilder::multipart).
///
/// ```
/// # use contract_core::prelude::*;
/// Request::post("/photos").multipart([
///     part("title").text("Holiday"),
///     part("tags").json(json_like!([string("sea")])),
///     part("photo").file_name("beach.png").bytes_like("image/png", b"\x89PNG\r\n\x1a\n"),
/// ]);
/// ```
///
/// # Panics
///
/// If the name contains a line break.
#[track_caller]
pub fn part(name: impl Into<String>) -> BodyPart {
    let name = name.into();
    assert!(
        !name.contains(['\r', '\n']),
        "part({name:?}): the name of a part is one line"
    );
    BodyPart {
        name,
        file_name: None,
        content_type: None,
        headers: Vec::new(),
        content: BodyParts::default(),
    }
}

impl BodyPart {
    /// Sets the name of the part's file: exactly this one, any with `string("a.png")` or `like("a.png")`, or
    /// one that matches a `regex`.
    ///
    /// # Panics
    ///
    /// If it is another pattern, or the name contains a line break.
    #[track_caller]
    pub fn file_name(mut self, name: impl IntoPattern) -> Self {
        let what = || format!("the file name of part {:?}", self.name);
        let textual = Textual::of(name, what);
        assert!(
            textual.generator.is_none(),
            "{}: a contract cannot put a value into a part when the interaction is played",
            what()
        );
        let (example, rules, _) = textual.single(&what());
        assert!(!example.contains(['\r', '\n']), "{} is one line", what());
        let form = match rules.as_ref().map(|list| list.rules.as_slice()) {
            None => regex::escape(&quoted(&example)),
            Some([rule]) => match &rule.matcher {
                Matcher::Equality => regex::escape(&quoted(&example)),
                Matcher::Type { min: None, max: None } => r#"[^"]*"#.to_owned(),
                Matcher::Regex(expression) => without_anchors(expression).to_owned(),
                other => panic!(
                    "{} takes a text, string(…) or regex(…), not `{}`",
                    what(),
                    other.name()
                ),
            },
            Some(_) => panic!("{} takes a text, string(…) or regex(…)", what()),
        };
        // Parameters may have any order, with or without quotes.
        let rule = Matcher::Regex(format!(r#"(?:.*;)?\s*filename="?(?:{form})"?\s*(?:;.*)?"#));
        self.file_name = Some((example, RuleList::one(rule)));
        self
    }

    /// Sets the part's content type, replacing that of its content: `application/hal+json`.
    ///
    /// # Panics
    ///
    /// If the content type is invalid.
    #[track_caller]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        let content_type = content_type.into();
        body::parse(&content_type);
        self.content_type = Some(content_type);
        self
    }

    /// Adds a header field of the part; a plain value means exactly this value.
    ///
    /// # Panics
    ///
    /// If the name is not an HTTP token or has its own method here, or the pattern's example cannot be sent
    /// in a header.
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl IntoPattern) -> Self {
        let name = name.into();
        assert!(
            http::HeaderName::from_bytes(name.as_bytes()).is_ok(),
            "{name:?} is not the name of a header field"
        );
        for (reserved, instead) in [
            ("content-disposition", "part(name) and .file_name(…)"),
            ("content-type", ".content_type(…)"),
            (
                "content-transfer-encoding",
                "the content as it is: a coding does not matter",
            ),
        ] {
            assert!(
                !name.eq_ignore_ascii_case(reserved),
                "{name} of a part: write {instead}"
            );
        }
        let what = || format!("header {name:?} of part {:?}", self.name);
        let textual = Textual::of(value, what);
        assert!(
            textual.generator.is_none(),
            "{}: a contract cannot put a value into a part when the interaction is played",
            what()
        );
        let (value, rules, _) = textual.single(&what());
        assert!(
            http::HeaderValue::from_str(&value).is_ok(),
            "{} cannot hold {value:?}: only visible characters, spaces and tabs go over the wire",
            what()
        );
        self.headers.push(PartHeader {
            name,
            value,
            // Header fields about the content are compared only by rules.
            rules: Some(rules.unwrap_or_else(|| RuleList::one(Matcher::Equality))),
        });
        self
    }

    /// Sets a text; a plain value means exactly this text. It has no content type unless
    /// [`content_type`](Self::content_type) sets one.
    #[track_caller]
    pub fn text(self, text: impl IntoPattern) -> Self {
        let content_type = self
            .content_type
            .clone()
            .unwrap_or_else(|| "text/plain".to_owned());
        let content = body::text(text, &content_type);
        self.content(content, None)
    }

    /// Sets a JSON document of type `application/json`.
    #[track_caller]
    pub fn json(self, document: impl IntoPattern) -> Self {
        self.content(body::json(document), Some("application/json"))
    }

    /// Sets an XML document of type `application/xml`.
    #[track_caller]
    pub fn xml(self, document: impl IntoXmlBody) -> Self {
        let content = body::xml(document, "application/xml");
        self.content(content, Some("application/xml"))
    }

    /// Sets exactly these bytes, of this type.
    ///
    /// # Panics
    ///
    /// If the content type is invalid.
    #[track_caller]
    pub fn bytes(self, content_type: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.content(body::bytes(content_type, bytes), Some(content_type))
    }

    /// Sets a pattern for any bytes of this type, which is detected from the bytes.
    ///
    /// # Panics
    ///
    /// If the content type is invalid, or the example does not have it.
    #[track_caller]
    pub fn bytes_like(self, content_type: &str, example: impl AsRef<[u8]>) -> Self {
        self.content(body::bytes_like(content_type, example), Some(content_type))
    }

    #[track_caller]
    fn content(mut self, content: BodyParts, content_type: Option<&str>) -> Self {
        assert!(
            self.content.body == Body::Missing,
            "part {:?} has two contents: leave one out",
            self.name
        );
        assert!(
            content.generators.is_empty(),
            "part {:?}: a contract cannot put a value into a part when the interaction is played: write the example without \
             from_state",
            self.name
        );
        self.content = content;
        if self.content_type.is_none() {
            self.content_type = content_type.map(str::to_owned);
        }
        self
    }

    /// Returns the header fields as written.
    fn written_headers(&self, kind: &str) -> Vec<(&str, String)> {
        let mut disposition = format!("{kind}; name=\"{}\"", quoted(&self.name));
        if let Some((file_name, _)) = &self.file_name {
            disposition = format!("{disposition}; filename=\"{}\"", quoted(file_name));
        }
        let content_type = self.content_type.clone();
        std::iter::once((DISPOSITION, disposition))
            .chain(content_type.map(|content_type| ("Content-Type", content_type)))
            .chain(
                self.headers
                    .iter()
                    .map(|header| (header.name.as_str(), header.value.clone())),
            )
            .collect()
    }
}

/// The type of forms with files (RFC 7578).
pub(super) const FORM_DATA: &str = "multipart/form-data";

const DISPOSITION: &str = "Content-Disposition";

/// Composes the parts. `essence` is the content type without parameters: `multipart/form-data`.
#[track_caller]
pub(super) fn multipart(parts: impl IntoIterator<Item = BodyPart>, essence: &str) -> Multipart {
    let parts: Vec<BodyPart> = parts.into_iter().collect();
    assert!(
        !parts.is_empty(),
        "a multipart body needs a part: part(\"title\").text(\"Holiday\")"
    );
    let kind = essence.strip_prefix("multipart/").unwrap_or_default();
    let kind = if kind == "form-data" { kind } else { "attachment" };
    let contents: Vec<bytes::Bytes> = parts.iter().map(|part| part.content.body.to_bytes()).collect();
    let boundary = boundary_beside(&contents);
    let mut written = Vec::new();
    let mut rules = BTreeMap::new();
    for (index, (part, content)) in parts.iter().zip(&contents).enumerate() {
        let is_namesake = |other: &&BodyPart| other.name == part.name;
        let earlier = parts[..index].iter().filter(is_namesake).count();
        let is_alone = parts.iter().filter(is_namesake).count() == 1;
        rules.extend(rules_of(part, (!is_alone).then_some(earlier), kind));
        written.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        for (name, value) in part.written_headers(kind) {
            written.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        written.extend_from_slice(b"\r\n");
        written.extend_from_slice(content);
        written.extend_from_slice(b"\r\n");
    }
    written.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let content_type = format!("{essence}; boundary={boundary}");
    Multipart {
        parts: BodyParts {
            body: Body::binary(written, Some(body::parse(&content_type))),
            rules,
            ..BodyParts::default()
        },
        content_type_rules: RuleList::one(Matcher::Regex(format!(
            r"{}\s*;.*boundary=.*",
            regex::escape(essence)
        ))),
        content_type,
    }
}

/// Composes the parts, and sets the header `Content-Type`: the existing multipart type, or
/// `multipart/form-data`.
#[track_caller]
pub(super) fn set(
    parts: impl IntoIterator<Item = BodyPart>,
    headers: &mut Headers,
    rules: &mut BTreeMap<String, RuleList>,
) -> BodyParts {
    let present = headers.first("content-type").map(body::parse);
    if let Some(present) = &present {
        assert!(
            present.is_multipart(),
            "the content type {present} is set, and a multipart body has another: leave the header out"
        );
    }
    let essence = present.map_or_else(|| FORM_DATA.to_owned(), |present| present.essence());
    let multipart = multipart(parts, &essence);
    let is_ruled = rules.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
    if !is_ruled {
        headers.remove("content-type");
        headers.append("Content-Type", multipart.content_type);
        rules.insert("Content-Type".to_owned(), multipart.content_type_rules);
    }
    multipart.parts
}

/// Returns the rules of a part, by path from the root of the body. `index` is its index among parts with the
/// same name, if there are several.
#[track_caller]
fn rules_of(part: &BodyPart, index: Option<usize>, kind: &str) -> Vec<(Path, RuleList)> {
    let own = &part.content.rules;
    // `$.tags[0]` is the first part with this name: elements of an array need the part's index before their
    // own.
    let begins_with_index = |path: &Path| matches!(path.tokens().first(), Some(Token::Index(_)));
    let index = index.or_else(|| own.keys().any(begins_with_index).then_some(0));
    let mut root = Path::root().join(Token::Field(part.name.clone()));
    if let Some(index) = index {
        root = root.join(Token::Index(index));
    }
    for (name, _) in part.written_headers(kind) {
        let is_taken =
            |path: &Path| matches!(path.tokens(), [Token::Field(field)] if field.eq_ignore_ascii_case(name));
        assert!(
            !own.keys().any(is_taken),
            "part {:?}: a rule for the member {name:?} of its document would be one for its header of that name: describe the \
             document with matching_schema",
            part.name
        );
    }
    let header = |name: &str| root.join(Token::Field(name.to_owned()));
    let mut rules: Vec<(Path, RuleList)> = own
        .iter()
        .map(|(path, list)| (root.below(path), list.clone()))
        .collect();
    rules.extend(
        part.file_name
            .iter()
            .map(|(_, list)| (header(DISPOSITION), list.clone())),
    );
    let ruled = part
        .headers
        .iter()
        .filter_map(|field| Some((header(&field.name), field.rules.clone()?)));
    rules.extend(ruled);
    rules
}

/// Returns a boundary that does not occur in the contents.
fn boundary_beside(contents: &[bytes::Bytes]) -> String {
    let mut boundary = "contract-part".to_owned();
    let comes = |boundary: &str| {
        let boundary = boundary.as_bytes();
        contents
            .iter()
            .any(|content| content.windows(boundary.len()).any(|window| window == boundary))
    };
    while comes(&boundary) {
        boundary.push('-');
        boundary.push_str(&boundary.len().to_string());
    }
    boundary
}

/// Returns a text escaped for double quotes (RFC 7578, section 2; RFC 9110, section 5.6.4).
fn quoted(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', "\\\"")
}

/// Returns a pattern for a whole text in the form for a part of another pattern.
fn without_anchors(expression: &str) -> &str {
    let expression = expression.strip_prefix('^').unwrap_or(expression);
    match expression.strip_suffix('$') {
        Some(before) if !before.ends_with('\\') => before,
        _ => expression,
    }
}
