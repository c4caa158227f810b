//! What requests and responses have in common: header fields and a body.

use super::body::{self, BodyParts};
use super::multipart::{self, BodyPart};
use super::textual::Textual;
use crate::contract::{Body, Generators, Headers, MatchingRules, Request, Response};
use crate::pattern::{IntoPattern, IntoXmlBody};

/// An expected request or response in the making: a [`RequestBuilder`](super::RequestBuilder) or a
/// [`ResponseBuilder`](super::ResponseBuilder).
#[derive(Debug, Clone)]
#[must_use]
pub struct MessageBuilder<M> {
    pub(super) message: M,
}

/// A request or a response.
pub trait HttpMessage {
    /// Returns what both have.
    #[doc(hidden)]
    fn content(&mut self) -> MessageContent<'_>;
}

/// Header fields and body of a request or a response, with their rules and generators.
#[derive(Debug)]
pub struct MessageContent<'a> {
    headers: &'a mut Headers,
    body: &'a mut Body,
    rules: &'a mut MatchingRules,
    generators: &'a mut Generators,
}

impl HttpMessage for Request {
    fn content(&mut self) -> MessageContent<'_> {
        MessageContent {
            headers: &mut self.headers,
            body: &mut self.body,
            rules: &mut self.rules,
            generators: &mut self.generators,
        }
    }
}

impl HttpMessage for Response {
    fn content(&mut self) -> MessageContent<'_> {
        MessageContent {
            headers: &mut self.headers,
            body: &mut self.body,
            rules: &mut self.rules,
            generators: &mut self.generators,
        }
    }
}

impl<M: HttpMessage> MessageBuilder<M> {
    /// Adds a header field; an array stands for several values. Called again, it adds a value.
    /// A plain value means exactly this value.
    ///
    /// # Panics
    ///
    /// If the name is not an HTTP token, or the pattern's example cannot be sent in a header.
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl IntoPattern) -> Self {
        set_header(&mut self.message.content(), &name.into(), value);
        self
    }

    /// Adds a header field for each pair of a name and a value: of a map, an array, any iterator. Several of one name are its
    /// values.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Request::get("/").headers([("x-trace", regex("[0-9a-f]+", "4f")), ("x-version", semver("1.0.0"))]);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`header`](Self::header).
    #[track_caller]
    pub fn headers<N: Into<String>, P: IntoPattern>(
        mut self,
        fields: impl IntoIterator<Item = (N, P)>,
    ) -> Self {
        for (name, value) in fields {
            self = self.header(name, value);
        }
        self
    }

    /// Sets a JSON body, and the header `Content-Type: application/json` unless one was set.
    /// Inside [`json_like!`](crate::json_like) a plain value means "of the same type", outside exactly this value.
    #[track_caller]
    pub fn json(self, body: impl IntoPattern) -> Self {
        self.body(body::json(body), "application/json")
    }

    /// Sets a text body, and the header `Content-Type: text/plain` unless one was set.
    /// A plain value means exactly this value.
    #[track_caller]
    pub fn text(mut self, body: impl IntoPattern) -> Self {
        let content_type = self.content_type_or("text/plain");
        self.body(body::text(body, &content_type), &content_type)
    }

    /// Sets an XML body, and the header `Content-Type: application/xml` unless one was set: a pattern of
    /// [`xml_like!`](crate::xml_like) or [`element`](crate::pattern::element), in which a plain value means "of the same type",
    /// or a document as a text, which means exactly this document.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Request::post("/orders").xml(xml_like!(<order id={integer(42)}><item>"book"</item></order>));
    /// ```
    ///
    /// # Panics
    ///
    /// If the content type was set and cannot be read, and if a contract cannot hold the pattern.
    #[track_caller]
    pub fn xml(mut self, body: impl IntoXmlBody) -> Self {
        let content_type = self.content_type_or("application/xml");
        self.body(body::xml(body, &content_type), &content_type)
    }

    /// Sets form fields, one for each member of an object, and the header `Content-Type:
    /// application/x-www-form-urlencoded` unless one was set. An array stands for several values of a field.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Request::post("/").form(json_like!({ "name": string("Ada"), "tags": each_like("new") }));
    /// ```
    ///
    /// # Panics
    ///
    /// If the pattern is not an object of texts, numbers and booleans.
    #[track_caller]
    pub fn form(self, fields: impl IntoPattern) -> Self {
        let fields = body::members(fields, "a form");
        self.body(body::form(fields), "application/x-www-form-urlencoded")
    }

    /// Sets form fields, one for each pair of a name and a value, as [`form`](Self::form). Several of one name are its values.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Request::post("/").form_fields([("tag", "new"), ("tag", "paid")]);
    /// ```
    ///
    /// # Panics
    ///
    /// If a value is not a text, number or boolean.
    #[track_caller]
    pub fn form_fields<N: Into<String>, P: IntoPattern>(
        self,
        fields: impl IntoIterator<Item = (N, P)>,
    ) -> Self {
        self.body(
            body::form(body::pairs(fields)),
            "application/x-www-form-urlencoded",
        )
    }

    /// Sets a multipart body of these parts. Its type is `multipart/form-data`, unless the header `Content-Type` was set to another
    /// multipart type. The boundary never matters, neither in the body nor in the header.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Request::post("/").multipart([
    ///     part("title").text(string("Holiday")),
    ///     part("photo").file_name("beach.png").bytes_like("image/png", b"\x89PNG\r\n\x1a\n"),
    /// ]);
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no part, if the content type that was set is not a multipart one, and if a contract cannot hold a part.
    #[track_caller]
    pub fn multipart(mut self, parts: impl IntoIterator<Item = BodyPart>) -> Self {
        let content = self.message.content();
        let parts = multipart::set(parts, content.headers, &mut content.rules.headers);
        self.body(parts, "multipart/form-data")
    }

    /// Sets exactly these bytes, and their type as `Content-Type` unless one was set.
    ///
    /// # Panics
    ///
    /// If the content type cannot be read.
    #[track_caller]
    pub fn bytes(self, content_type: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.body(body::bytes(content_type, bytes), content_type)
    }

    /// Sets any bytes of this type, told by the bytes themselves, and the type as `Content-Type` unless one was set.
    ///
    /// # Panics
    ///
    /// If the content type cannot be read.
    #[track_caller]
    pub fn bytes_like(self, content_type: &str, example: impl AsRef<[u8]>) -> Self {
        self.body(body::bytes_like(content_type, example), content_type)
    }

    /// The content type that was set, or else this one.
    fn content_type_or(&mut self, usual: &str) -> String {
        let headers = self.message.content().headers;
        headers.first("content-type").unwrap_or(usual).to_owned()
    }

    fn body(mut self, parts: BodyParts, content_type: &str) -> Self {
        let content = self.message.content();
        *content.body = parts.body;
        content.rules.body = parts.rules;
        content.generators.body = parts.generators;
        if content.headers.get("content-type").is_none() {
            content.headers.append("Content-Type", content_type);
        }
        self
    }
}

/// Adds a header field with its rules.
#[track_caller]
fn set_header(content: &mut MessageContent<'_>, name: &str, value: impl IntoPattern) {
    assert!(
        http::HeaderName::from_bytes(name.as_bytes()).is_ok(),
        "{name:?} is not the name of a header field"
    );
    let textual = Textual::of(value, || format!("header {name:?}"));
    let earlier = content.headers.get(name).map_or(0, <[_]>::len);
    let rules = &mut content.rules.headers;
    rules.extend(textual.named_rules(name, earlier, rules.contains_key(name)));
    if let Some(generator) = textual.generator {
        content
            .generators
            .headers
            .insert(indexed(name, earlier), generator);
    }
    for value in textual.values {
        assert!(
            http::HeaderValue::from_str(&value).is_ok(),
            "header {name:?} cannot hold {value:?}: only visible characters, spaces and tabs go over the wire"
        );
        content.headers.append(name, value);
    }
}

/// `name`, or `name[2]` if other values stand before.
pub(super) fn indexed(name: &str, earlier: usize) -> String {
    if earlier == 0 {
        name.to_owned()
    } else {
        format!("{name}[{earlier}]")
    }
}
