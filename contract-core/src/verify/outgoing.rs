//! The request on its way to the provider, for a filter to complete.

use std::fmt;
use std::future::{IntoFuture, Ready, ready};
use std::sync::Arc;

use base64::Engine as _;
use futures_util::future::BoxFuture;

use crate::contract::{Body, Interaction, Members, Request};

/// A request of the contract, just before it is sent: a
/// [request filter](super::Verifier::request_filter) may add what a contract should not hold, such as a token.
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

    /// The request as it stands.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The request, to change anything of it.
    pub fn request_mut(&mut self) -> &mut Request {
        &mut self.request
    }

    /// The interaction that the request belongs to: its description, its provider states.
    pub fn interaction(&self) -> &Interaction {
        &self.interaction
    }

    /// The parameters of the interaction's provider states, overlaid by what their handlers returned.
    pub fn state_values(&self) -> &Members {
        &self.state_values
    }

    /// What was made for this interaction alone.
    pub fn fixture(&self) -> &C {
        &self.fixture
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

/// A request is also a future of itself, so that a filter may be an async function or a plain one.
impl<C> IntoFuture for OutgoingRequest<C> {
    type Output = Self;
    type IntoFuture = Ready<Self>;

    fn into_future(self) -> Ready<Self> {
        ready(self)
    }
}

/// What a request filter may result in: the request, or a `Result` whose error fails the interaction.
pub trait IntoOutgoing<C> {
    /// The request, or why it cannot be sent.
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

/// Completes a request, or says why it cannot be sent.
pub(super) type RequestFilter<C> =
    Arc<dyn Fn(OutgoingRequest<C>) -> BoxFuture<'static, Result<OutgoingRequest<C>, String>> + Send + Sync>;

/// Makes a filter of a plain or an async function.
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

/// First the one filter, then the other.
pub(super) fn in_sequence<C: Send + 'static>(
    first: RequestFilter<C>,
    second: RequestFilter<C>,
) -> RequestFilter<C> {
    Arc::new(move |request| {
        let (completing, second) = (first(request), Arc::clone(&second));
        Box::pin(async move { second(completing.await?).await })
    })
}
