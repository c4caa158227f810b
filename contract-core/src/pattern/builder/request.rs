//! A request put together.

use super::body::{self, BodyParts};
use super::multipart::{self, BodyPart};
use super::textual::Textual;
use crate::contract::Request;
use crate::pattern::{IntoPattern, IntoXmlBody};

/// An expected request in the making; turns into a [`Request`].
///
/// ```
/// # use contract_core::prelude::*;
/// Request::get("/orders").query("status", "open").header("accept", "application/json");
/// Request::get(regex(r"/users/\d+", "/users/42"));
/// Request::post("/orders").json(json_like!({ "item": "book", "count": integer(1) }));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct RequestBuilder {
    request: Request,
}

/// Entry points for tests.
impl Request {
    /// A request of this method for this path; the path starts with a slash, is written as it goes over the wire, and holds
    /// no query.
    ///
    /// # Panics
    ///
    /// If the method is not an HTTP token, or the path does not start with a slash or holds a query.
    #[track_caller]
    pub fn with_method(method: impl Into<String>, path: impl IntoPattern) -> RequestBuilder {
        let method = method.into();
        assert!(
            http::Method::from_bytes(method.as_bytes()).is_ok(),
            "{method:?} is not an HTTP method"
        );
        let (path, rules, generator) = Textual::of(path, || "a path".to_owned()).single("a path");
        assert!(
            path.starts_with('/'),
            "the path {path:?} does not start with a slash: write {:?}",
            format!("/{path}")
        );
        if let Some((before, query)) = path.split_once('?') {
            panic!("the path {path:?} holds a query: write {before:?} and .query(name, value) for {query:?}");
        }
        let mut request = Request {
            method,
            path,
            ..Request::default()
        };
        request.rules.path = rules;
        request.generators.path = generator;
        RequestBuilder { request }
    }

    /// Begins a `GET` request, as [`with_method`](Request::with_method).
    #[track_caller]
    pub fn get(path: impl IntoPattern) -> RequestBuilder {
        Self::with_method("GET", path)
    }

    /// Begins a `HEAD` request, as [`with_method`](Request::with_method).
    #[track_caller]
    pub fn head(path: impl IntoPattern) -> RequestBuilder {
        Self::with_method("HEAD", path)
    }

    /// Begins a `POST` request, as [`with_method`](Request::with_method).
    #[track_caller]
    pub fn post(path: impl IntoPattern) -> RequestBuilder {
        Self::with_method("POST", path)
    }

    /// Begins a `PUT` request, as [`with_method`](Request::with_method).
    #[track_caller]
    pub fn put(path: impl IntoPattern) -> RequestBuilder {
        Self::with_method("PUT", path)
    }

    /// Begins a `PATCH` request, as [`with_method`](Request::with_method).
    #[track_caller]
    pub fn patch(path: impl IntoPattern) -> RequestBuilder {
        Self::with_method("PATCH", path)
    }

    /// Begins a `DELETE` request, as [`with_method`](Request::with_method).
    #[track_caller]
    pub fn delete(path: impl IntoPattern) -> RequestBuilder {
        Self::with_method("DELETE", path)
    }

    /// Begins a `OPTIONS` request, as [`with_method`](Request::with_method).
    #[track_caller]
    pub fn options(path: impl IntoPattern) -> RequestBuilder {
        Self::with_method("OPTIONS", path)
    }
}

impl RequestBuilder {
    /// Adds a query parameter, decoded; an array stands for several values. Called again, it adds a value.
    /// A plain value means exactly this value.
    ///
    /// # Panics
    ///
    /// If the pattern's example is an object or null.
    #[track_caller]
    pub fn query(mut self, name: impl Into<String>, value: impl IntoPattern) -> Self {
        let name = name.into();
        let textual = Textual::of(value, || format!("query parameter {name:?}"));
        let earlier = self.request.query.get(&name).map_or(0, <[_]>::len);
        let rules = &mut self.request.rules.query;
        rules.extend(textual.named_rules(&name, earlier, rules.contains_key(&name)));
        if let Some(generator) = textual.generator {
            let key = indexed(&name, earlier);
            self.request.generators.query.insert(key, generator);
        }
        for value in textual.values {
            self.request.query.append(name.as_str(), Some(value));
        }
        self
    }

    /// Adds a query parameter for each pair of a name and a value: of a map, an array, any iterator. Several of one name are its
    /// values.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Request::get("/orders").queries([("tag", "new"), ("tag", "paid")]);
    /// Request::get("/orders").queries([("page", integer(1)), ("sort", regex("asc|desc", "asc"))]);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`query`](Self::query).
    #[track_caller]
    pub fn queries<N: Into<String>, P: IntoPattern>(
        mut self,
        parameters: impl IntoIterator<Item = (N, P)>,
    ) -> Self {
        for (name, value) in parameters {
            self = self.query(name, value);
        }
        self
    }

    /// Adds a query parameter for each member of an object: of `json_like!`, or of anything that implements `Serialize`.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Request::get("/orders").query_object(json_like!({ "page": integer(1), "tag": each_like("new") }));
    /// ```
    ///
    /// # Panics
    ///
    /// If the pattern is not an object, and as [`query`](Self::query).
    #[track_caller]
    pub fn query_object(mut self, parameters: impl IntoPattern) -> Self {
        for (name, value) in body::members(parameters, "a query") {
            self = self.query(name, value);
        }
        self
    }

    /// Adds a query parameter without a value: `?verbose`.
    pub fn query_flag(mut self, name: impl Into<String>) -> Self {
        self.request.query.append(name, None);
        self
    }

    /// Adds a header field; an array stands for several values. Called again, it adds a value.
    /// A plain value means exactly this value.
    ///
    /// # Panics
    ///
    /// If the name is not an HTTP token, or the pattern's example cannot be sent in a header.
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl IntoPattern) -> Self {
        let request = &mut self.request;
        super::response::set_header(
            &mut request.headers,
            &mut request.rules.headers,
            &mut request.generators.headers,
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
    pub fn text(self, body: impl IntoPattern) -> Self {
        let content_type = body::content_type_or(&self.request.headers, "text/plain");
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
    pub fn xml(self, body: impl IntoXmlBody) -> Self {
        let content_type = body::content_type_or(&self.request.headers, "application/xml");
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
        let request = &mut self.request;
        let parts = multipart::set(parts, &mut request.headers, &mut request.rules.headers);
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
        let request = &mut self.request;
        request.body = parts.body;
        request.rules.body = parts.rules;
        request.generators.body = parts.generators;
        if request.headers.get("content-type").is_none() {
            request.headers.append("Content-Type", content_type);
        }
        self
    }
}

impl From<RequestBuilder> for Request {
    fn from(builder: RequestBuilder) -> Self {
        builder.request
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
