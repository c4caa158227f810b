//! A response put together.

use std::collections::BTreeMap;

use super::body::{self, BodyParts};
use super::multipart::{self, BodyPart};
use super::request::indexed;
use super::textual::Textual;
use crate::contract::{Generator, Headers, Matcher, Response, RuleList, StatusClass, StatusRule};
use crate::pattern::{IntoPattern, IntoXmlBody};

/// An expected response in the making; turns into a [`Response`].
///
/// ```
/// # use contract_core::prelude::*;
/// Response::ok().json(json_like!({ "id": integer(42), "name": "Ada Lovelace" }));
/// Response::status(StatusClass::ClientError).header("retry-after", regex(r"\d+", "30"));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct ResponseBuilder {
    response: Response,
}

/// A status code, a class of codes or several codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPattern {
    example: u16,
    rule: Option<StatusRule>,
}

impl From<u16> for StatusPattern {
    fn from(code: u16) -> Self {
        Self {
            example: code,
            rule: None,
        }
    }
}

/// The code of the `http` crate's type, which axum, hyper and reqwest use.
impl From<http::StatusCode> for StatusPattern {
    fn from(code: http::StatusCode) -> Self {
        code.as_u16().into()
    }
}

/// Any code of the class; the mock provider answers with the class's most usual one.
impl From<StatusClass> for StatusPattern {
    fn from(class: StatusClass) -> Self {
        let example = match class {
            StatusClass::Information => 100,
            StatusClass::Success | StatusClass::NonError => 200,
            StatusClass::Redirect => 302,
            StatusClass::ClientError | StatusClass::Error => 400,
            StatusClass::ServerError => 500,
        };
        Self {
            example,
            rule: Some(StatusRule::Class(class)),
        }
    }
}

/// One of these codes; the mock provider answers with the first.
impl<const N: usize> From<[http::StatusCode; N]> for StatusPattern {
    #[track_caller]
    fn from(codes: [http::StatusCode; N]) -> Self {
        codes.map(|code| code.as_u16()).into()
    }
}

/// One of these codes; the mock provider answers with the first.
impl<const N: usize> From<[u16; N]> for StatusPattern {
    #[track_caller]
    fn from(codes: [u16; N]) -> Self {
        assert!(N > 0, "a status needs at least one code");
        Self {
            example: codes[0],
            rule: Some(StatusRule::Codes(codes.to_vec())),
        }
    }
}

/// Entry points for tests.
impl Response {
    /// Begins a response with this status: a code, an [`http::StatusCode`], an array of codes, or a [`StatusClass`].
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// use http::StatusCode;
    ///
    /// Response::status(418);
    /// Response::status(StatusCode::IM_A_TEAPOT);
    /// Response::status([StatusCode::OK, StatusCode::CREATED]);
    /// Response::status(StatusClass::ClientError);
    /// ```
    ///
    /// # Panics
    ///
    /// If a code is not between 100 and 599, or an array of codes is empty.
    #[track_caller]
    pub fn status(status: impl Into<StatusPattern>) -> ResponseBuilder {
        let status = status.into();
        let codes = match &status.rule {
            Some(StatusRule::Codes(codes)) => codes.as_slice(),
            _ => &[status.example],
        };
        for code in codes {
            assert!(
                (100..600).contains(code),
                "{code} is not an HTTP status: codes go from 100 to 599"
            );
        }
        let mut response = Response {
            status: Some(status.example),
            ..Response::default()
        };
        response.rules.status = status.rule.map(|rule| RuleList::one(Matcher::StatusCode(rule)));
        ResponseBuilder { response }
    }

    /// Begins a response with the status 200 OK.
    pub fn ok() -> ResponseBuilder {
        Self::status(200)
    }

    /// Begins a response with the status 201 Created.
    pub fn created() -> ResponseBuilder {
        Self::status(201)
    }

    /// Begins a response with the status 202 Accepted.
    pub fn accepted() -> ResponseBuilder {
        Self::status(202)
    }

    /// Begins a response with the status 204 No Content.
    pub fn no_content() -> ResponseBuilder {
        Self::status(204)
    }

    /// Begins a response with the status 400 Bad Request.
    pub fn bad_request() -> ResponseBuilder {
        Self::status(400)
    }

    /// Begins a response with the status 401 Unauthorized.
    pub fn unauthorized() -> ResponseBuilder {
        Self::status(401)
    }

    /// Begins a response with the status 403 Forbidden.
    pub fn forbidden() -> ResponseBuilder {
        Self::status(403)
    }

    /// Begins a response with the status 404 Not Found.
    pub fn not_found() -> ResponseBuilder {
        Self::status(404)
    }

    /// Begins a response with the status 409 Conflict.
    pub fn conflict() -> ResponseBuilder {
        Self::status(409)
    }

    /// Begins a response with the status 422 Unprocessable Content.
    pub fn unprocessable() -> ResponseBuilder {
        Self::status(422)
    }
}

impl ResponseBuilder {
    /// Adds a header field; an array stands for several values. Called again, it adds a value.
    /// A plain value means exactly this value.
    ///
    /// # Panics
    ///
    /// If the name is not an HTTP token, or the pattern's example cannot be sent in a header.
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl IntoPattern) -> Self {
        let response = &mut self.response;
        set_header(
            &mut response.headers,
            &mut response.rules.headers,
            &mut response.generators.headers,
            &name.into(),
            value,
        );
        self
    }

    /// Adds a header field for each pair of a name and a value: of a map, an array, any iterator. Several of one name are its
    /// values.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Response::ok().headers([("x-trace", regex("[0-9a-f]+", "4f")), ("x-version", semver("1.0.0"))]);
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
    pub fn text(self, body: impl IntoPattern) -> Self {
        let content_type = body::content_type_or(&self.response.headers, "text/plain");
        self.body(body::text(body, &content_type), &content_type)
    }

    /// Sets an XML body, and the header `Content-Type: application/xml` unless one was set: a pattern of
    /// [`xml_like!`](crate::xml_like) or [`element`](crate::pattern::element), in which a plain value means "of the same type",
    /// or a document as a text, which means exactly this document.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Response::ok().xml(xml_like!(<order id={integer(42)}><item>"book"</item></order>));
    /// ```
    ///
    /// # Panics
    ///
    /// If the content type was set and cannot be read, and if a contract cannot hold the pattern.
    #[track_caller]
    pub fn xml(self, body: impl IntoXmlBody) -> Self {
        let content_type = body::content_type_or(&self.response.headers, "application/xml");
        self.body(body::xml(body, &content_type), &content_type)
    }

    /// Sets form fields, one for each member of an object, and the header `Content-Type:
    /// application/x-www-form-urlencoded` unless one was set. An array stands for several values of a field.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Response::ok().form(json_like!({ "name": string("Ada"), "tags": each_like("new") }));
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
    /// Response::ok().form_fields([("tag", "new"), ("tag", "paid")]);
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
    /// Response::ok().multipart([
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
        let response = &mut self.response;
        let parts = multipart::set(parts, &mut response.headers, &mut response.rules.headers);
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

    fn body(mut self, parts: BodyParts, content_type: &str) -> Self {
        let response = &mut self.response;
        response.body = parts.body;
        response.rules.body = parts.rules;
        response.generators.body = parts.generators;
        if response.headers.get("content-type").is_none() {
            response.headers.append("Content-Type", content_type);
        }
        self
    }
}

impl From<ResponseBuilder> for Response {
    fn from(builder: ResponseBuilder) -> Self {
        builder.response
    }
}

/// Adds a header field with its rules.
#[track_caller]
pub(super) fn set_header(
    headers: &mut Headers,
    rules: &mut BTreeMap<String, RuleList>,
    generators: &mut BTreeMap<String, Generator>,
    name: &str,
    value: impl IntoPattern,
) {
    assert!(
        http::HeaderName::from_bytes(name.as_bytes()).is_ok(),
        "{name:?} is not the name of a header field"
    );
    let textual = Textual::of(value, || format!("header {name:?}"));
    let earlier = headers.get(name).map_or(0, <[_]>::len);
    rules.extend(textual.named_rules(name, earlier, rules.contains_key(name)));
    if let Some(generator) = textual.generator {
        generators.insert(indexed(name, earlier), generator);
    }
    for value in textual.values {
        assert!(
            http::HeaderValue::from_str(&value).is_ok(),
            "header {name:?} cannot hold {value:?}: only visible characters, spaces and tabs go over the wire"
        );
        headers.append(name, value);
    }
}
