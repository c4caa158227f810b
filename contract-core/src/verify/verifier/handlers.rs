//! What test authors write: provider states, messages, hooks, request filters.

use std::future::IntoFuture;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{Hook, Verifier};
use crate::verify::message::{self, IntoMessages, MessageRequest};
use crate::verify::outgoing::{self, IntoOutgoing, OutgoingRequest};
use crate::verify::state::{self, IntoStateValues, StateParams};
use crate::verify::state_group::States;
use crate::verify::state_url::StateChangeUrl;

impl<C: Clone + Send + Sync + 'static> Verifier<C> {
    /// How the provider is brought into the state of this name. What the handler returns, by name, is what
    /// `from_state` generators put into the request.
    ///
    /// A state of a contract that no handler knows fails its interaction, naming the nearest known one.
    pub fn state<T, V, F, Fut>(self, name: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.states(States::new().state(name, handler))
    }

    /// Adds the handlers of states that belong together.
    pub fn states(mut self, states: States<C>) -> Self {
        self.states.extend(states.handlers);
        self
    }

    /// The state of this name needs nothing done: it always holds.
    pub fn state_holds(self, name: impl Into<String>) -> Self {
        self.states(States::new().holds(name))
    }

    /// How the state of this name is undone after its interaction.
    pub fn state_teardown<T, V, F, Fut>(self, name: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.states(States::new().teardown(name, handler))
    }

    /// How the provider is brought into any state that no other handler knows.
    pub fn any_state<T, V, F, Fut>(mut self, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.states.set_any(state::handler(handler));
        self
    }

    /// The provider sets states that no handler knows by itself, when asked over HTTP.
    pub fn state_change_url(mut self, url: StateChangeUrl) -> Self {
        self.state_url = Some(url);
        self
    }

    /// A state that nothing knows is a warning, not a failure: for a provider that needs no states set.
    pub fn ignore_unknown_states(mut self) -> Self {
        self.allowed.unknown_states = true;
        self
    }

    /// What makes the message of the interaction with this description.
    pub fn message<M, F, Fut>(mut self, description: impl Into<String>, handler: F) -> Self
    where
        F: Fn(MessageRequest<C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = M> + Send + 'static,
        M: IntoMessages,
    {
        self.messages.add(description.into(), message::handler(handler));
        self
    }

    /// What makes any message that no other handler makes.
    pub fn any_message<M, F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(MessageRequest<C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = M> + Send + 'static,
        M: IntoMessages,
    {
        self.messages.set_any(message::handler(handler));
        self
    }

    /// Runs before each interaction, before its states are set.
    pub fn before_each<V, F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.before_each = Some(erase(hook));
        self
    }

    /// Runs after each interaction, whatever became of it.
    pub fn after_each<V, F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.after_each = Some(erase(hook));
        self
    }

    /// Changes each request before it is sent: adds what a contract should not hold, such as a token. The filter is a plain
    /// or an async function, sees the interaction, its state values and its fixture, and may result in a `Result`.
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

    /// Sends this header field with each request, in place of the contract's of that name.
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
