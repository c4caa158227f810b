//! A group of provider states.

use serde::de::DeserializeOwned;

use super::state::{self, IntoStateValues, StateHandlers, StateParams};
use super::state_url::Action;
use crate::contract::Members;

/// A group of provider state handlers, such as those of one module of the provider, for
/// [`Verifier::states`](super::Verifier::states).
///
/// ```
/// use contract_core::provider::*;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct User {
///     id: u64,
/// }
///
/// /// The states of users.
/// fn users() -> States {
///     States::new()
///         .state("user exists", |user: StateParams<User>| async move { println!("insert {}", user.params().id) })
///         .teardown("user exists", |_: StateParams| async { println!("delete all users") })
///         .holds("no users exist")
/// }
///
/// let verifier = Verifier::new("user-api").states(users());
/// ```
pub struct States<C = ()> {
    pub(super) handlers: StateHandlers<C>,
}

impl<C: Clone + Send + Sync + 'static> States<C> {
    /// Creates an empty group.
    pub fn new() -> Self {
        Self {
            handlers: StateHandlers::default(),
        }
    }

    /// Adds a handler that sets up the state with this name; see [`Verifier::state`](super::Verifier::state).
    pub fn state<T, V, F, Fut>(mut self, name: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.handlers
            .add_setup(name.into(), state::handler(Action::SetUp, handler));
        self
    }

    /// Adds a state that needs no set-up.
    pub fn holds(self, name: impl Into<String>) -> Self {
        self.state(name, |_: StateParams<Members, C>| std::future::ready(()))
    }

    /// Adds a handler that tears the state down after its interaction.
    pub fn teardown<T, V, F, Fut>(mut self, name: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.handlers
            .add_teardown(name.into(), state::handler(Action::TearDown, handler));
        self
    }
}

impl<C: Clone + Send + Sync + 'static> Default for States<C> {
    fn default() -> Self {
        Self::new()
    }
}
