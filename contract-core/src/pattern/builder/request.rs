//! A request put together.

use super::body;
use super::http_message::{MessageBuilder, indexed};
use super::textual::Textual;
use crate::contract::Request;
use crate::pattern::IntoPattern;

/// An expected request in the making; turns into a [`Request`].
///
/// ```
/// # use contract_core::prelude::*;
/// Request::get("/orders").query("status", "open").header("accept", "application/json");
/// Request::get(regex(r"/users/\d+", "/users/42"));
/// Request::post("/orders").json(json_like!({ "item": "book", "count": integer(1) }));
/// ```
pub type RequestBuilder = MessageBuilder<Request>;

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
        MessageBuilder { message: request }
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
        let earlier = self.message.query.get(&name).map_or(0, <[_]>::len);
        let rules = &mut self.message.rules.query;
        rules.extend(textual.named_rules(&name, earlier, rules.contains_key(&name)));
        if let Some(generator) = textual.generator {
            let key = indexed(&name, earlier);
            self.message.generators.query.insert(key, generator);
        }
        for value in textual.values {
            self.message.query.append(name.as_str(), Some(value));
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
        self.message.query.append(name, None);
        self
    }
}

impl From<RequestBuilder> for Request {
    fn from(builder: RequestBuilder) -> Self {
        builder.message
    }
}
