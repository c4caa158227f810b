//! Provider states: preconditions of an interaction, and their handlers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::json::Value;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use super::attempt::Handler as Named;
use super::never::Never;
use super::state_url::Action;
use crate::contract::{Members, ProviderState};
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

/// The argument of a provider state handler: the state's parameters as `T`, and the fixture of this interaction.
///
/// `T` is any type that serde can deserialise from the parameters' JSON object; by default it is the JSON object. `C`
/// is the type returned by [`Verifier::with_fixture`](super::Verifier::with_fixture), `()` without one.
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
/// let verifier = Verifier::new("user-api").state("user exists", |user: StateParams<User>| async move {
///     println!("insert user {}", user.params().id);
/// });
/// ```
#[derive(Debug, Clone)]
pub struct StateParams<T = Members, C = ()> {
    name: String,
    params: T,
    fixture: C,
}

impl<T, C> StateParams<T, C> {
    /// Returns the state's name as in the contract.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the parameters.
    pub fn params(&self) -> &T {
        &self.params
    }

    /// Returns the parameters by value.
    pub fn into_params(self) -> T {
        self.params
    }

    /// Returns the fixture of this interaction: its database, its in-memory store.
    pub fn fixture(&self) -> &C {
        &self.fixture
    }
}

/// The return value of a provider state handler: nothing, or named values that `from_state` generators insert into the
/// request; or a `Result` of these, whose error fails the interaction.
pub trait IntoStateValues {
    /// Returns the named values, or the error.
    fn into_state_values(self) -> Result<Members, String>;
}

impl IntoStateValues for () {
    fn into_state_values(self) -> Result<Members, String> {
        Ok(Members::new())
    }
}

/// For a handler that is still `todo!()`.
impl IntoStateValues for Never {
    fn into_state_values(self) -> Result<Members, String> {
        self
    }
}

impl IntoStateValues for Members {
    fn into_state_values(self) -> Result<Members, String> {
        Ok(self)
    }
}

/// An object's members, or nothing for `null`.
impl IntoStateValues for Value {
    fn into_state_values(self) -> Result<Members, String> {
        match self {
            Value::Object(members) => Ok(members),
            Value::Null => Ok(Members::new()),
            other => Err(format!(
                "the handler returned {other}: return an object whose members are the values by name"
            )),
        }
    }
}

impl<V: IntoStateValues, E: fmt::Display> IntoStateValues for Result<V, E> {
    fn into_state_values(self) -> Result<Members, String> {
        self.map_err(|error| error.to_string())?.into_state_values()
    }
}

type Handler<C> = Arc<dyn Fn(&ProviderState, C) -> BoxFuture<'static, Result<Members, Error>> + Send + Sync>;

/// Handlers by state name.
pub(crate) struct StateHandlers<C> {
    setup: BTreeMap<String, Handler<C>>,
    teardown: BTreeMap<String, Handler<C>>,
    any: Option<Handler<C>>,
}

impl<C> Default for StateHandlers<C> {
    fn default() -> Self {
        Self {
            setup: BTreeMap::new(),
            teardown: BTreeMap::new(),
            any: None,
        }
    }
}

/// Creates a handler from an async function with typed parameters. `action` names it in messages.
pub(super) fn handler<T, C, V, F, Fut>(action: Action, run: F) -> Handler<C>
where
    T: DeserializeOwned,
    F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = V> + Send + 'static,
    V: IntoStateValues,
{
    Arc::new(move |state: &ProviderState, fixture: C| {
        let name = state.name.clone();
        let params = match crate::json::from_value(&Value::Object(state.params.clone())) {
            Ok(params) => params,
            Err(error) => {
                let failure = Error::new(
                    ErrorKind::Verification,
                    format!(
                        "the parameters {} do not match the type {} of {}: {error}",
                        Value::Object(state.params.clone()),
                        std::any::type_name::<T>(),
                        Named::of_state(action, &name),
                    ),
                );
                return Box::pin(std::future::ready(Err(failure)));
            }
        };
        let running = run(StateParams {
            name: name.clone(),
            params,
            fixture,
        });
        Box::pin(async move {
            running.await.into_state_values().map_err(|error| {
                Error::new(
                    ErrorKind::Verification,
                    format!("{} failed: {error}", Named::of_state(action, &name)),
                )
            })
        })
    })
}

impl<C: Clone + Send + Sync + 'static> StateHandlers<C> {
    /// Adds the handlers of another group; if both handle a state, the later one is kept.
    pub(crate) fn extend(&mut self, other: Self) {
        self.setup.extend(other.setup);
        self.teardown.extend(other.teardown);
        self.any = other.any.or(self.any.take());
    }

    pub(crate) fn add_setup(&mut self, name: String, handler: Handler<C>) {
        self.setup.insert(name, handler);
    }

    pub(crate) fn add_teardown(&mut self, name: String, handler: Handler<C>) {
        self.teardown.insert(name, handler);
    }

    pub(crate) fn set_any(&mut self, handler: Handler<C>) {
        self.any = Some(handler);
    }

    pub(crate) fn knows(&self, name: &str) -> bool {
        self.any.is_some() || self.setup.contains_key(name)
    }

    /// Returns the error for a state without a handler.
    pub(crate) fn unknown(&self, name: &str) -> Error {
        let hint = if self.setup.is_empty() {
            "; nothing sets states: add a handler for it, give the provider's state-change URL (--state-change-url), or \
             ignore states that nothing sets (--ignore-states)"
                .to_owned()
        } else {
            match did_you_mean(name, self.setup.keys().map(String::as_str)) {
                hint if hint.is_empty() => format!(
                    "; registered are {}: add .state({name:?}, …)",
                    self.setup
                        .keys()
                        .map(|known| format!("{known:?}"))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
                hint => hint,
            }
        };
        Error::new(
            ErrorKind::Verification,
            format!("provider state {name:?} is unknown{hint}"),
        )
    }

    /// Sets up the state; returns its values by name.
    pub(crate) async fn set_up(&self, state: &ProviderState, fixture: C) -> Result<Members, Error> {
        match self.setup.get(&state.name).or(self.any.as_ref()) {
            Some(handler) => handler(state, fixture).await,
            None => Err(self.unknown(&state.name)),
        }
    }

    /// Tears the state down if there is a handler for that.
    pub(crate) async fn tear_down(&self, state: &ProviderState, fixture: C) -> Result<(), Error> {
        match self.teardown.get(&state.name) {
            Some(handler) => handler(state, fixture).await.map(drop),
            None => Ok(()),
        }
    }
}
