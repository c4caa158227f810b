//! What is verified, against what, and how.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use serde::de::DeserializeOwned;
use tower::Service;

use super::VerificationReport;
use super::contracts::{BrokerQuery, Contracts};
use super::message::{self, IntoMessages, MessageHandlers, MessageRequest};
use super::outgoing::OutgoingRequest;
#[cfg(feature = "broker")]
use super::publish::PublishResults;
use super::selection::Selection;
use super::session::Session;
use super::state::{self, IntoStateValues, StateHandlers, StateParams};
use super::state_url::StateChangeUrl;
use super::transport::{self, HttpTransport, Transport};
use crate::Error;
#[cfg(feature = "broker")]
use crate::broker::{Selector, VerificationQuery};
use crate::contract::Members;
use crate::wire::BODY_LIMIT;

/// Replays contracts against a provider.
///
/// `C` is the type of the [fixture](Verifier::fixture) that each interaction gets for itself, `()` without one.
///
/// ```no_run
/// # async fn example() -> Result<(), contract_core::Error> {
/// use contract_core::provider::*;
///
/// let report = Verifier::new("user-api")
///     .contracts(Contracts::dir("contracts"))
///     .base_url("http://127.0.0.1:8080")
///     .state("user exists", |state: StateParams| async move {
///         println!("insert user {}", state.params()["id"]);
///     })
///     .run()
///     .await?;
/// assert!(report.is_success());
/// # Ok(())
/// # }
/// ```
pub struct Verifier<C = ()> {
    pub(super) provider: String,
    pub(super) sources: Vec<Contracts>,
    pub(super) target: Target<C>,
    pub(super) fixture: Fixture<C>,
    pub(super) separate: bool,
    pub(super) states: StateHandlers<C>,
    pub(super) state_url: Option<StateChangeUrl>,
    pub(super) ignore_unknown_states: bool,
    pub(super) messages: MessageHandlers<C>,
    pub(super) before_each: Option<Hook>,
    pub(super) after_each: Option<Hook>,
    pub(super) filter: Option<RequestFilter>,
    pub(super) selection: Selection,
    pub(super) allow_empty: bool,
    pub(super) request_timeout: Duration,
    pub(super) max_body_size: usize,
    pub(super) parallel: Option<usize>,
    pub(super) query: BrokerQuery,
    pub(super) progress: Option<Progress>,
    #[cfg(feature = "broker")]
    pub(super) publish: Option<PublishResults>,
}

/// Where the provider is, before anything is connected.
pub(super) enum Target<C> {
    None,
    BaseUrl(String),
    Service(transport::ServiceFactory<C>),
}

pub(super) type Fixture<C> = Arc<dyn Fn() -> BoxFuture<'static, C> + Send + Sync>;
pub(super) type Hook = Arc<dyn Fn() -> BoxFuture<'static, Result<Members, String>> + Send + Sync>;
pub(super) type RequestFilter = Arc<dyn Fn(OutgoingRequest) -> OutgoingRequest + Send + Sync>;
pub(super) type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// How long an answer may take unless [`request_timeout`](Verifier::request_timeout) says otherwise.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

impl Verifier {
    /// A verifier of the provider of this name, as the contracts and the broker know it.
    pub fn new(provider: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            sources: Vec::new(),
            target: Target::None,
            fixture: Arc::new(|| Box::pin(std::future::ready(()))),
            separate: false,
            states: StateHandlers::default(),
            state_url: None,
            ignore_unknown_states: false,
            messages: MessageHandlers::default(),
            before_each: None,
            after_each: None,
            filter: None,
            selection: Selection::all(),
            allow_empty: false,
            request_timeout: REQUEST_TIMEOUT,
            max_body_size: BODY_LIMIT,
            parallel: None,
            query: BrokerQuery::default(),
            progress: None,
            #[cfg(feature = "broker")]
            publish: None,
        }
    }

    /// Makes something for each interaction alone: a database, an in-memory store. The service
    /// ([`service_with`](Verifier::service_with)), the states and the messages of the interaction get the same one.
    ///
    /// Since interactions then share nothing, they run in parallel. Say it before them: what was registered
    /// earlier does not see the fixture.
    pub fn fixture<C, F, Fut>(self, make: F) -> Verifier<C>
    where
        C: Clone + Send + Sync + 'static,
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = C> + Send + 'static,
    {
        Verifier {
            provider: self.provider,
            sources: self.sources,
            target: match self.target {
                Target::None => Target::None,
                Target::BaseUrl(url) => Target::BaseUrl(url),
                Target::Service(factory) => Target::Service(Arc::new(move |_| factory(()))),
            },
            fixture: Arc::new(move || Box::pin(make())),
            separate: true,
            states: self.states.for_fixture(()),
            state_url: self.state_url,
            ignore_unknown_states: self.ignore_unknown_states,
            messages: self.messages.for_fixture(()),
            before_each: self.before_each,
            after_each: self.after_each,
            filter: self.filter,
            selection: self.selection,
            allow_empty: self.allow_empty,
            request_timeout: self.request_timeout,
            max_body_size: self.max_body_size,
            parallel: self.parallel,
            query: self.query,
            progress: self.progress,
            #[cfg(feature = "broker")]
            publish: self.publish,
        }
    }
}

impl<C: Clone + Send + Sync + 'static> Verifier<C> {
    /// Adds a source of contracts.
    pub fn contracts(mut self, contracts: Contracts) -> Self {
        self.sources.push(contracts);
        self
    }

    /// The provider listens at this address: `http://127.0.0.1:8080`, with a path where its routes have one in front.
    ///
    /// Redirects are answers like any other and are not followed.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.target = Target::BaseUrl(url.into());
        self
    }

    /// The provider is a tower service in this process, an axum `Router` for example; it needs no port. Each
    /// interaction gets an instance of its own.
    pub fn service<S, B, F, Fut>(self, make: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = S> + Send + 'static,
        S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Send + 'static,
        S::Future: Send,
        S::Error: fmt::Display,
        B: BodyExt + Send + 'static,
        B::Data: Send,
        B::Error: fmt::Display,
    {
        self.service_with(move |_| make())
    }

    /// Like [`service`](Self::service), made with the interaction's [fixture](Verifier::fixture).
    pub fn service_with<S, B, F, Fut>(mut self, make: F) -> Self
    where
        F: Fn(C) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = S> + Send + 'static,
        S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Send + 'static,
        S::Future: Send,
        S::Error: fmt::Display,
        B: BodyExt + Send + 'static,
        B::Data: Send,
        B::Error: fmt::Display,
    {
        self.target = Target::Service(transport::factory(make));
        self
    }

    /// How the provider is brought into the state of this name. What the handler returns, by name, is what
    /// `from_state` generators put into the request.
    ///
    /// A state of a contract that no handler knows fails its interaction, naming the nearest known one.
    pub fn state<T, V, F, Fut>(mut self, name: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.states.add_setup(name.into(), state::handler(handler));
        self
    }

    /// The state of this name needs nothing done: it always holds.
    pub fn state_holds(self, name: impl Into<String>) -> Self {
        self.state(name, |_: StateParams<Members, C>| std::future::ready(()))
    }

    /// How the state of this name is undone after its interaction.
    pub fn state_teardown<T, V, F, Fut>(mut self, name: impl Into<String>, handler: F) -> Self
    where
        T: DeserializeOwned,
        F: Fn(StateParams<T, C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = V> + Send + 'static,
        V: IntoStateValues,
    {
        self.states.add_teardown(name.into(), state::handler(handler));
        self
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
        self.ignore_unknown_states = true;
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

    /// Changes each request before it is sent: adds what a contract should not hold, such as a token.
    pub fn request_filter(
        mut self,
        filter: impl Fn(OutgoingRequest) -> OutgoingRequest + Send + Sync + 'static,
    ) -> Self {
        self.filter = Some(match self.filter.take() {
            Some(earlier) => Arc::new(move |request| filter(earlier(request))),
            None => Arc::new(filter),
        });
        self
    }

    /// Sends this header field with each request, in place of the contract's of that name.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.request_filter(move |request| request.header(name.clone(), value.clone()))
    }

    /// Verifies only these interactions. Results of a part of a contract are never published.
    pub fn only(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Finding no interaction at all is fine. Without this it is a failure, since a verification of nothing proves
    /// nothing.
    pub fn allow_empty(mut self) -> Self {
        self.allow_empty = true;
        self
    }

    /// How long the provider may take to answer one request; 10 seconds unless said.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How many bytes the body of an answer may have, as it comes and decoded; 64 MiB unless said. A longer one is not read
    /// to its end and fails its interaction.
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.max_body_size = bytes;
        self
    }

    /// How many interactions run at once. Unless said: one per processor where a [fixture](Verifier::fixture) keeps them
    /// apart, else one.
    pub fn parallel(mut self, interactions: usize) -> Self {
        self.parallel = Some(interactions.max(1));
        self
    }

    /// Is told after each interaction how many of how many are done, in [`run`](Self::run).
    pub fn on_progress(mut self, progress: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// Which contracts a broker should choose. Unless said: each consumer's main branch, or its newest version, and what
    /// is deployed or released.
    #[cfg(feature = "broker")]
    pub fn selectors(mut self, selectors: impl IntoIterator<Item = Selector>) -> Self {
        self.query.inner.selectors.extend(selectors);
        self
    }

    /// What else to ask the broker: the provider's branch and tags, pending contracts, work in progress. Selectors that were
    /// said before are kept.
    #[cfg(feature = "broker")]
    pub fn broker_query(mut self, query: VerificationQuery) -> Self {
        let selectors = std::mem::take(&mut self.query.inner.selectors);
        self.query.inner = query;
        self.query.inner.selectors.splice(..0, selectors);
        self
    }

    /// Publishes the results of contracts that came from a broker; `None` publishes nothing. That publishing fails, fails
    /// the run.
    #[cfg(feature = "broker")]
    pub fn publish(mut self, results: impl Into<Option<PublishResults>>) -> Self {
        self.publish = results.into();
        if let Some(results) = &self.publish {
            let query = &mut self.query.inner;
            query.provider_branch = query.provider_branch.take().or(results.branch.clone());
            if query.provider_tags.is_empty() {
                query.provider_tags.clone_from(&results.tags);
            }
        }
        self
    }

    /// Loads the contracts and verifies all their interactions.
    ///
    /// # Errors
    ///
    /// Where nothing could be verified at all: a source that cannot be read, no interaction found, a provider that
    /// cannot be reached. That the provider breaks its contracts is no error but part of the report.
    pub async fn run(self) -> Result<VerificationReport, Error> {
        Session::open(self).await?.run().await
    }

    pub(super) fn transport(&mut self) -> Result<Transport<C>, Error> {
        Ok(match std::mem::replace(&mut self.target, Target::None) {
            Target::None => Transport::None,
            Target::BaseUrl(url) => Transport::Http(HttpTransport::new(
                &url,
                self.request_timeout,
                self.max_body_size,
            )?),
            Target::Service(factory) => Transport::Service {
                factory,
                body_limit: self.max_body_size,
            },
        })
    }

    /// How many interactions run at once.
    pub(super) fn parallelism(&self) -> usize {
        self.parallel.unwrap_or_else(|| {
            if self.separate {
                std::thread::available_parallelism().map_or(1, usize::from)
            } else {
                1
            }
        })
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

impl<C> fmt::Debug for Verifier<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("provider", &self.provider)
            .field("sources", &self.sources)
            .finish_non_exhaustive()
    }
}
