//! The request before it is sent to the provider, for filters.

use std::fmt;
use std::future::{IntoFuture, Ready, ready};
use std::sync::Arc;

use base64::Engine as _;
use futures_util::future::BoxFuture;

use crate::contract::{Body, Interaction, Members, Request};

/// A request of the contract before it is sent: a [request filter](super::Verifier::request_filter) may add what a
/// contract should not contain, such as a token.
///
/// `C` is the type of the verifier's fixture, `()` without one.
#[derive(Debug, Clone)]
pub struct OutgoingRequest<C = ()> {
    request: Request,
    interaction: Arc<Interaction>,
    state_values: Members,
    fixture: C,
}

impl<C> OutgoingRequest<C> {
    pub(crate) fn new(
        request: Request,
        interaction: &Interaction,
        state_values: Members,
        fixture: C,
    ) -> Self {
        Self {
            request,
            interaction: Arc::new(interaction.clone()),
            state_values,
            fixture,
        }
    }

    pub(crate) fn into_inner(self) -> Request {
        self.request
    }

    /// Returns the request.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Returns the mutable request.
    pub fn request_mut(&mut self) -> &mut Request {
        &mut self.request
    }

    /// Returns the interaction of the request: its description, its provider states.
    pub fn interaction(&self) -> &Interaction {
        &self.interaction
    }

    /// Returns the parameters of the interaction's provider states, overlaid by what their handlers returned.
    pub fn state_values(&self) -> &Members {
        &self.state_values
    }

    /// Returns the fixture of this interaction.
    pub fn fixture(&self) -> &C {
        &self.fixture
    }

    /// Sets a header field, replacing the contract's.
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

    /// Replaces the body; the `Content-Type` field is unchanged.
    pub fn body(mut self, body: Body) -> Self {
        self.request.body = body;
        self
    }
}

/// A request is also a future of itself, so that a filter may be an async or a plain function.
impl<C> IntoFuture for OutgoingRequest<C> {
    type Output = Self;
    type IntoFuture = Ready<Self>;

    fn into_future(self) -> Ready<Self> {
        ready(self)
    }
}

/// The return value of a request filter: the request, or a `Result` whose error fails the interaction.
pub trait IntoOutgoing<C> {
    /// Returns the request, or the error.
    fn into_outgoing(self) -> Result<OutgoingRequest<C>, String>;
}

impl<C> IntoOutgoing<C> for OutgoingRequest<C> {
    fn into_outgoing(self) -> Result<OutgoingRequest<C>, String> {
        Ok(self)
    }
}

impl<C, E: fmt::Display> IntoOutgoing<C> for Result<OutgoingRequest<C>, E> {
    fn into_outgoing(self) -> Result<OutgoingRequest<C>, String> {
        self.map_err(|error| error.to_string())
    }
}

/// Completes a request, or returns an error.
pub(super) type RequestFilter<C> =
    Arc<dyn Fn(OutgoingRequest<C>) -> BoxFuture<'static, Result<OutgoingRequest<C>, String>> + Send + Sync>;

/// Creates a filter from a plain or an async function.
pub(super) fn filter<C, F, R>(run: F) -> RequestFilter<C>
where
    C: Send + 'static,
    F: Fn(OutgoingRequest<C>) -> R + Send + Sync + 'static,
    R: IntoFuture,
    R::IntoFuture: Send + 'static,
    R::Output: IntoOutgoing<C>,
{
    Arc::new(move |request| {
        let running = run(request).into_future();
        Box::pin(async move { running.await.into_outgoing() })
    })
}

/// Runs one filter after the other.
pub(super) fn in_sequence<C: Send + 'static>(
    first: RequestFilter<C>,
    second: RequestFilter<C>,
) -> RequestFilter<C> {
    Arc::new(move |request| {
        let (completing, second) = (first(request), Arc::clone(&second));
        Box::pin(async move { second(completing.await?).await })
    })
}
