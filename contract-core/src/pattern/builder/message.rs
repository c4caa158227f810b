//! Builds messages.

use serde::de::DeserializeOwned;

use super::body::{self, BodyParts};
use super::multipart::{self, BodyPart};
use crate::contract::{Body, ContentType, Message, Path};
use crate::pattern::{IntoPattern, IntoXmlBody};
use crate::{Error, ErrorKind};

/// Constructors for tests: a plain value creates a plain message, a pattern an expected one with rules.
impl Message {
    /// Creates a message with a JSON payload.
    /// Inside [`json_like!`](crate::json_like) a plain value means "of the same type", otherwise exactly this
    /// value.
    #[track_caller]
    pub fn json(contents: impl IntoPattern) -> Self {
        Self::default().with_parts(body::json(contents))
    }

    /// Creates a message with a text payload of type `text/plain`.
    /// A plain value means exactly this value.
    #[track_caller]
    pub fn text(contents: impl IntoPattern) -> Self {
        Self::default().with_parts(body::text(contents, "text/plain"))
    }

    /// Creates a message with exactly these bytes.
    ///
    /// # Panics
    ///
    /// If the content type is invalid.
    #[track_caller]
    pub fn bytes(content_type: &str, bytes: impl AsRef<[u8]>) -> Self {
        Self::default().with_parts(body::bytes(content_type, bytes))
    }

    /// Creates a message with any bytes of this type, which is detected from the bytes.
    ///
    /// # Panics
    ///
    /// If the content type is invalid.
    #[track_caller]
    pub fn bytes_like(content_type: &str, example: impl AsRef<[u8]>) -> Self {
        Self::default().with_parts(body::bytes_like(content_type, example))
    }

    /// Creates a message with an XML document of type `application/xml`: a pattern of
    /// [`xml_like!`](crate::xml_like) or [`element`](crate::pattern::element), or a document as text.
    ///
    /// # Panics
    ///
    /// If a contract cannot represent the pattern.
    #[track_caller]
    pub fn xml(contents: impl IntoXmlBody) -> Self {
        Self::default().with_parts(body::xml(contents, "application/xml"))
    }

    /// Creates a message with form fields, one for each member of an object.
    /// Inside [`json_like!`](crate::json_like) a plain value means "of the same type", otherwise exactly this
    /// value.
    ///
    /// # Panics
    ///
    /// If the pattern is not an object of strings, numbers and Booleans.
    #[track_caller]
    pub fn form(fields: impl IntoPattern) -> Self {
        Self::default().with_parts(body::form(body::members(fields, "a form")))
    }

    /// Creates a message with parts of type `multipart/form-data`; the boundary is ignored.
    ///
    /// # Panics
    ///
    /// If there are no parts, or a contract cannot represent one.
    #[track_caller]
    pub fn multipart(parts: impl IntoIterator<Item = BodyPart>) -> Self {
        let multipart = multipart::multipart(parts, multipart::FORM_DATA);
        Self::default().with_parts(multipart.parts)
    }

    /// Adds a metadata entry: a topic, a key, a content type.
    /// A plain value means exactly this value.
    #[track_caller]
    pub fn with_metadata(mut self, name: impl Into<String>, value: impl IntoPattern) -> Self {
        let name = name.into();
        let expanded = value.into_pattern().expand();
        let root = Path::root();
        let mut rules = expanded.rules;
        let mut generators = expanded.generators;
        if let Some(rules) = rules.remove(&root) {
            self.rules.metadata.insert(name.clone(), rules);
        }
        if let Some(generator) = generators.remove(&root) {
            self.generators.metadata.insert(name.clone(), generator);
        }
        assert!(
            rules.is_empty() && generators.is_empty(),
            "metadata {name:?}: a contract holds rules for a whole entry only, not for what is inside; describe it with one \
             pattern"
        );
        self.metadata.insert(name, expanded.example);
        self
    }

    /// Deserialises the payload from JSON.
    ///
    /// # Errors
    ///
    /// `Malformed` if there is no payload, or it is not JSON of this type.
    pub fn parse_json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let malformed = |error: serde_json::Error| {
            Error::new(
                ErrorKind::Malformed,
                format!("reading a message as {}: {error}", std::any::type_name::<T>()),
            )
            .with_source(error)
        };
        match self.contents.content().map(|content| &content.data) {
            Some(data) => serde_json::from_slice(&data.to_bytes()).map_err(malformed),
            None => Err(Error::new(
                ErrorKind::Malformed,
                format!(
                    "reading a message as {}: it has no payload",
                    std::any::type_name::<T>()
                ),
            )),
        }
    }

    /// Returns the payload as the bytes sent on the wire.
    pub fn payload(&self) -> bytes::Bytes {
        self.contents.to_bytes()
    }

    /// Returns the payload's content type: its own, or the entry `contentType` or `content-type` of the metadata.
    pub fn content_type(&self) -> Option<ContentType> {
        if let Body::Present(content) = &self.contents
            && let Some(content_type) = &content.content_type
        {
            return Some(content_type.clone());
        }
        ["contentType", "content-type"]
            .iter()
            .find_map(|name| self.metadata.get(*name)?.as_str()?.parse().ok())
    }

    pub(super) fn with_parts(mut self, parts: BodyParts) -> Self {
        self.contents = parts.body;
        self.rules.body = parts.rules;
        self.generators.body = parts.generators;
        self
    }
}
