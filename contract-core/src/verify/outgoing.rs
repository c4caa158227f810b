//! The request on its way to the provider, for a filter to complete.

use base64::Engine as _;

use crate::contract::{Body, Request};

/// A request of the contract, just before it is sent: a
/// [request filter](super::Verifier::request_filter) may add what a contract should not hold, such as a token.
#[derive(Debug, Clone)]
pub struct OutgoingRequest {
    request: Request,
}

impl OutgoingRequest {
    pub(crate) fn new(request: Request) -> Self {
        Self { request }
    }

    pub(crate) fn into_inner(self) -> Request {
        self.request
    }

    /// The request as it stands.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The request, to change anything of it.
    pub fn request_mut(&mut self) -> &mut Request {
        &mut self.request
    }

    /// Sets a header field, in place of the contract's of that name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.headers.set(name, vec![value.into()]);
        self
    }

    /// Removes a header field.
    pub fn without_header(mut self, name: &str) -> Self {
        self.request.headers.remove(name);
        self
    }

    /// Sets `Authorization: Bearer …`.
    pub fn bearer(self, token: impl AsRef<str>) -> Self {
        self.header("authorization", format!("Bearer {}", token.as_ref()))
    }

    /// Sets `Authorization: Basic …`.
    pub fn basic(self, user: &str, password: &str) -> Self {
        let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        self.header("authorization", format!("Basic {credentials}"))
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.query.append(name, Some(value.into()));
        self
    }

    /// Replaces the path, without the query.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.request.path = path.into();
        self
    }

    /// Replaces the body; the `Content-Type` field stays as it is.
    pub fn body(mut self, body: Body) -> Self {
        self.request.body = body;
        self
    }
}
