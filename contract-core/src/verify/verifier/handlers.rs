//! Configuration by test authors: provider states, messages, hooks, request filters.

use std::future::IntoFuture;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{Hook, Verifier};
use crate::verify::message::{self, IntoMessages, MessageRequest};
use crate::verify::outgoing::{self, IntoOutgoing, OutgoingRequest};
use crate::verify::state::{self, IntoStateValues, StateParams};
use crate::verify::state_group::States;
use crate::verify::state_url::{Action, StateChangeUrl};

impl<C: Clone + Send + Sync + 'static> Verifier<C> {
    /// Adds a handler that sets up the state with this name. The named values that it returns are inserted into the
    /// request by `from_state` generators.
    ///
    /// A state without a handler fails its interaction; the error suggests the nearest known one.
    pub fn state<T, V, F, Fut>(self, name: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.states(States::new().state(name, handler))
    }

    /// Adds a group of state handlers.
    pub fn states(mut self, states: States<C>) -> Self {
        self.states.extend(states.handlers);
        self
    }

    /// Declares that the state with this name needs no set-up.
    pub fn state_holds(self, name: impl Into<String>) -> Self {
        self.states(States::new().holds(name))
    }

    /// Adds a handler that tears the state down after its interaction.
    pub fn state_teardown<T, V, F, Fut>(self, name: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.states(States::new().teardown(name, handler))
    }

    /// Adds a handler for all states without a handler of their own.
    pub fn any_state<T, V, F, Fut>(mut self, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.states.set_any(state::handler(Action::SetUp, handler));
        self
    }

    /// Sets the URL at which the provider itself sets states that have no handler.
    pub fn state_change_url(mut self, url: StateChangeUrl) -> Self {
        self.state_url = Some(url);
        self
    }

    /// Turns states without a handler into warnings instead of failures: for a provider that needs no states.
    pub fn ignore_unknown_states(mut self) -> Self {
        self.allowed.unknown_states = true;
        self
    }

    /// Adds a handler that produces the message of the interaction with this description.
    pub fn message<M, F, Fut>(mut self, description: impl Into<String>, handler: F) -> Self
    where
        F: Fn(MessageRequest<C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = M> + Send + 'static,
        M: IntoMessages,
    {
        self.messages.add(description.into(), message::handler(handler));
        self
    }

    /// Adds a handler for all messages without a handler of their own.
    pub fn any_message<M, F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(MessageRequest<C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = M> + Send + 'static,
        M: IntoMessages,
    {
        self.messages.set_any(message::handler(handler));
        self
    }

    /// Adds a hook that runs before each interaction, before its states are set up.
    pub fn before_each<V, F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.before_each = Some(erase(hook));
        self
    }

    /// Adds a hook that runs after each interaction, even if it failed.
    pub fn after_each<V, F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.after_each = Some(erase(hook));
        self
    }

    /// Adds a filter that changes each request before it is sent: it adds what a contract should not contain, such as a
    /// token. The filter is a plain or an async function, has access to the interaction, its state values and its
    /// fixture, and may return a `Result`.
    ///
    /// Several filters run in the order in which they were added.
    ///
    /// ```
    /// use contract_core::provider::*;
    ///
    /// # async fn login() -> Result<String, std::io::Error> { Ok("t0ken".into()) }
    /// let verifier = Verifier::new("user-api")
    ///     .request_filter(|request| request.header("x-request-id", "1"))
    ///     .request_filter(|request| async move { Ok::<_, std::io::Error>(request.bearer(login().await?)) });
    /// ```
    pub fn request_filter<F, R>(mut self, filter: F) -> Self
    where
        F: Fn(OutgoingRequest<C>) -> R + Send + Sync + 'static,
        R: IntoFuture,
        R::IntoFuture: Send + 'static,
        R::Output: IntoOutgoing<C>,
    {
        let filter = outgoing::filter(filter);
        self.filter = Some(match self.filter.take() {
            Some(earlier) => outgoing::in_sequence(earlier, filter),
            None => filter,
        });
        self
    }

    /// Sets a header field of every request, replacing the contract's.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.request_filter(move |request| request.header(name.clone(), value.clone()))
    }
}

fn erase<V, F, Fut>(hook: F) -> Hook
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = V> + Send + 'static,
    V: IntoStateValues,
{
    Arc::new(move || {
        let running = hook();
        Box::pin(async move { running.await.into_state_values() })
    })
}
