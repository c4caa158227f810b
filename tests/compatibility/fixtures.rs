//! The fixtures and the small language of the tables' cells: `file: x`, `JSON: …`, `XML: …`, `EMPTY`, or plain text.

use base64::Engine as _;
use bytes::Bytes;
use contract_core::contract::{Body, ContentType, Generators, Headers, MatchingRules, read};
use serde_json::Value;

/// A body as a cell gives it.
#[derive(Debug, Clone)]
pub(crate) struct Payload {
    /// Its bytes.
    pub(crate) bytes: Bytes,
    /// Its type, where the cell or the fixture says.
    pub(crate) content_type: Option<ContentType>,
}

impl Payload {
    /// Reads a cell.
    pub(crate) fn of(cell: &str) -> Self {
        if let Some(name) = cell.strip_prefix("file:") {
            return Self::file(name.trim());
        }
        let (text, content_type) = if let Some(text) = cell.strip_prefix("JSON:") {
            (text, Some("application/json"))
        } else if let Some(text) = cell.strip_prefix("XML:") {
            (text, Some("application/xml"))
        } else if cell == "EMPTY" {
            ("", None)
        } else {
            (cell, None)
        };
        Self {
            bytes: Bytes::copy_from_slice(text.trim().as_bytes()),
            content_type: content_type.map(content_type_of),
        }
    }

    /// Reads a fixture: `*-body.xml` describes a body, any other file is one.
    fn file(name: &str) -> Self {
        let bytes = bytes(name);
        if name.ends_with("-body.xml") {
            return Self::described(name, &String::from_utf8(bytes).expect("a described body is text"));
        }
        let content_type = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("json") => "application/json",
            Some("xml") => "application/xml",
            Some("jpg") => "image/jpeg",
            Some("pdf") => "application/pdf",
            _ => panic!("the fixture {name} has a type that is not known"),
        };
        Self {
            bytes: bytes.into(),
            content_type: Some(content_type_of(content_type)),
        }
    }

    fn described(name: &str, text: &str) -> Self {
        let document =
            roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{name} is not XML: {error}"));
        let element = |tag: &str| {
            document
                .root_element()
                .children()
                .find(|child| child.has_tag_name(tag))
                .unwrap_or_else(|| panic!("{name} has no <{tag}>"))
        };
        let contents = element("contents");
        let text: String = contents.children().filter_map(|child| child.text()).collect();
        let text = match contents.attribute("eol") {
            Some("CRLF") => text.trim().replace('\n', "\r\n"),
            _ => text.trim().to_owned(),
        };
        let bytes = if contents.attribute("encoding") == Some("base64") {
            base64::engine::general_purpose::STANDARD
                .decode(&text)
                .expect("the contents are base64")
                .into()
        } else {
            Bytes::from(text)
        };
        Self {
            bytes,
            content_type: element("contentType").text().map(content_type_of),
        }
    }

    /// The body of this payload, as it would arrive.
    pub(crate) fn body(&self) -> Body {
        Body::from_wire(self.bytes.clone(), self.content_type.clone())
    }

    /// The payload as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).expect("the payload is JSON")
    }
}

/// A fixture's bytes.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    let path = crate::suite_directory()
        .expect("the suite was found before it ran")
        .join("fixtures")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A content type that the suite writes.
pub(crate) fn content_type_of(text: &str) -> ContentType {
    text.parse().expect("the suite writes content types correctly")
}

/// Header fields: `'A: B', 'C: D'`, a name as often as it has values.
pub(crate) fn headers(cell: &str) -> Headers {
    let mut headers = Headers::new();
    for field in cell.split("',") {
        let field = field.trim().trim_matches('\'');
        let (name, value) = field
            .split_once(':')
            .unwrap_or_else(|| panic!("{field:?} is not a header field"));
        headers.append(name.trim(), value.trim());
    }
    headers
}

/// Matching rules in the syntax of the files: a fixture's name or `JSON: …`.
pub(crate) fn rules(cell: &str) -> MatchingRules {
    read::matching_rules(fragment(cell)).unwrap_or_else(|error| panic!("{cell}: {error}"))
}

/// Generators in the syntax of the files: a fixture's name or `JSON: …`.
pub(crate) fn generators(cell: &str) -> Generators {
    read::generators(fragment(cell)).unwrap_or_else(|error| panic!("{cell}: {error}"))
}

fn fragment(cell: &str) -> Value {
    if cell.starts_with("JSON:") {
        Payload::of(cell).json()
    } else {
        Payload::file(cell).json()
    }
}
