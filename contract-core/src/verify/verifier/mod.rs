//! Configuration of a verification.

mod handlers;
mod provider;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use crate::Error;
#[cfg(feature = "broker")]
use crate::broker::{Selector, VerificationQuery};
use crate::contract::Members;
use crate::http_client::Trust;
use crate::verify::contracts::{BrokerQuery, Contracts};
use crate::verify::message::MessageHandlers;
use crate::verify::outgoing::RequestFilter;
#[cfg(feature = "broker")]
use crate::verify::publish::PublishResults;
use crate::verify::selection::Selection;
use crate::verify::session::Session;
use crate::verify::startup::Startup;
use crate::verify::state::StateHandlers;
use crate::verify::state_url::StateChangeUrl;
use crate::verify::stop::StopSignal;
use crate::verify::transport::ServiceFactory;
use crate::verify::{ProviderVersion, VerificationReport};
use crate::wire::BODY_LIMIT;

/// Verifies a provider by replaying contracts against it.
///
/// `C` is the type of the [fixture](Verifier::with_fixture) created for each interaction, `()` without one.
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
    pub(in crate::verify) provider: String,
    pub(in crate::verify) sources: Vec<Contracts>,
    pub(in crate::verify) target: Target<C>,
    /// The addresses of named transports.
    pub(in crate::verify) transports: BTreeMap<String, String>,
    pub(in crate::verify) trust: Trust,
    pub(in crate::verify) startup: Startup,
    pub(in crate::verify) fixture: Fixture<C>,
    /// Whether each interaction has its own fixture.
    pub(in crate::verify) is_separate: bool,
    pub(in crate::verify) states: StateHandlers<C>,
    pub(in crate::verify) state_url: Option<StateChangeUrl>,
    pub(in crate::verify) messages: MessageHandlers<C>,
    pub(in crate::verify) before_each: Option<Hook>,
    pub(in crate::verify) after_each: Option<Hook>,
    pub(in crate::verify) filter: Option<RequestFilter<C>>,
    pub(in crate::verify) selection: Selection,
    pub(in crate::verify) allowed: Allowed,
    pub(in crate::verify) fail_fast: bool,
    pub(in crate::verify) request_timeout: Duration,
    pub(in crate::verify) handler_timeout: Duration,
    pub(in crate::verify) max_body_size: usize,
    pub(in crate::verify) parallel: Option<usize>,
    pub(in crate::verify) query: BrokerQuery,
    pub(in crate::verify) progress: Option<Progress>,
    pub(in crate::verify) stop: StopSignal,
    #[cfg(feature = "broker")]
    pub(in crate::verify) publish: Option<PublishResults>,
}

/// What does not fail a run.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::verify) struct Allowed {
    /// Finding no interaction.
    pub(in crate::verify) nothing: bool,
    /// An interaction that is not verifiable.
    pub(in crate::verify) not_verifiable: bool,
    /// A provider state without a handler.
    pub(in crate::verify) unknown_states: bool,
}

/// How the provider is reached, before connecting.
pub(in crate::verify) enum Target<C> {
    None,
    BaseUrl(String),
    Service(ServiceFactory<C>),
}

pub(in crate::verify) type Fixture<C> = Arc<dyn Fn() -> BoxFuture<'static, C> + Send + Sync>;
pub(in crate::verify) type Hook = Arc<dyn Fn() -> BoxFuture<'static, Result<Members, String>> + Send + Sync>;
pub(in crate::verify) type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// The default [`request_timeout`](Verifier::request_timeout).
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// The default [`handler_timeout`](Verifier::handler_timeout).
const HANDLER_TIMEOUT: Duration = Duration::from_secs(60);
/// The default number of concurrent interactions if none has a provider state.
const STATELESS_PARALLELISM: usize = 4;

impl Verifier {
    /// Creates a verifier for the provider with this name, as in the contracts and the broker.
    pub fn new(provider: impl Into<String>) -> Self {
        Self::with(
            provider.into(),
            Arc::new(|| Box::pin(std::future::ready(()))),
            false,
        )
    }
}

impl<C: Clone + Send + Sync + 'static> Verifier<C> {
    /// Creates a verifier with a fixture for each interaction: a database, an in-memory store. The service
    /// ([`service_with`](Verifier::service_with)), the states, the messages and the request filter of an interaction
    /// share it.
    ///
    /// Since interactions then share nothing, they run [in parallel](Verifier::parallel).
    pub fn with_fixture<F, Fut>(provider: impl Into<String>, make: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = C> + Send + 'static,
    {
        Self::with(provider.into(), Arc::new(move || Box::pin(make())), true)
    }

    fn with(provider: String, fixture: Fixture<C>, is_separate: bool) -> Self {
        Self {
            provider,
            sources: Vec::new(),
            target: Target::None,
            transports: BTreeMap::new(),
            trust: Trust::default(),
            startup: Startup::default(),
            fixture,
            is_separate,
            states: StateHandlers::default(),
            state_url: None,
            messages: MessageHandlers::default(),
            before_each: None,
            after_each: None,
            filter: None,
            selection: Selection::all(),
            allowed: Allowed::default(),
            fail_fast: false,
            request_timeout: REQUEST_TIMEOUT,
            handler_timeout: HANDLER_TIMEOUT,
            max_body_size: BODY_LIMIT,
            parallel: None,
            query: BrokerQuery::default(),
            progress: None,
            stop: StopSignal::default(),
            #[cfg(feature = "broker")]
            publish: None,
        }
    }

    /// Adds a source of contracts.
    pub fn contracts(mut self, contracts: Contracts) -> Self {
        self.sources.push(contracts);
        self
    }

    /// Verifies only these interactions. Results of partially verified contracts are never published.
    pub fn only(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Accepts interactions that cannot be verified (contents of a plugin, an unknown transport, type or matching
    /// rule): they are reported, but do not fail the run. The result of a contract with such an interaction is never
    /// published.
    pub fn allow_not_verifiable(mut self) -> Self {
        self.allowed.not_verifiable = true;
        self
    }

    /// Ends the run at the first failing interaction. The rest of that contract and the contracts after it are not
    /// verified, and their results are not published.
    pub fn fail_fast(mut self) -> Self {
        self.fail_fast = true;
        self
    }

    /// Ends the run early when this future completes: interactions in progress are cancelled, their states are torn
    /// down, and nothing is published. The report has the interactions that were verified until then, and says that the
    /// run was [interrupted](VerificationReport::is_interrupted).
    ///
    /// ```no_run
    /// # use contract_core::provider::*;
    /// let verifier = Verifier::new("user-api").stop_when(async { _ = tokio::signal::ctrl_c().await });
    /// ```
    pub fn stop_when(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = StopSignal::new(stop);
        self
    }

    /// Accepts finding no interaction at all. By default this is a failure, since verifying nothing proves nothing.
    pub fn allow_empty(mut self) -> Self {
        self.allowed.nothing = true;
        self
    }

    /// Sets the time limit of a response; 10 seconds by default.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Sets the time limit of a state handler, a request to the state-change URL, a hook, a message handler or a request
    /// filter; 60 seconds by default. One that takes longer fails its interaction.
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.handler_timeout = timeout;
        self
    }

    /// Sets the maximum size of a response body, encoded and decoded; 64 MiB by default. A larger one is not read to
    /// its end and fails its interaction.
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.max_body_size = bytes;
        self
    }

    /// Sets the number of concurrent interactions; at least one.
    ///
    /// By default: one per processor if a [fixture](Verifier::with_fixture) isolates them; four if no interaction has a
    /// provider state and there are no hooks; otherwise one at a time, since interactions that share a provider's state
    /// may disturb each other.
    pub fn parallel(mut self, interactions: usize) -> Self {
        self.parallel = Some(interactions.max(1));
        self
    }

    /// Sets a callback for progress in [`run`](Self::run): the number of finished interactions and their total.
    pub fn on_progress(mut self, progress: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// Sets the selectors of contracts in the broker. By default each consumer's main branch, or its newest version,
    /// and what is deployed or released.
    #[cfg(feature = "broker")]
    pub fn selectors(mut self, selectors: impl IntoIterator<Item = Selector>) -> Self {
        self.query.inner.selectors.extend(selectors);
        self
    }

    /// Sets the other parameters of the query to the broker: the provider's branch and tags, pending contracts, work in
    /// progress. Selectors set before are kept.
    #[cfg(feature = "broker")]
    pub fn broker_query(mut self, query: VerificationQuery) -> Self {
        let selectors = std::mem::take(&mut self.query.inner.selectors);
        self.query.inner = query;
        self.query.inner.selectors.splice(..0, selectors);
        self
    }

    /// Publishes the results of contracts that came from a broker; `None` publishes nothing. A failure to publish fails
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
    /// It needs a Tokio runtime. Interactions are verified in tasks of the runtime, so that handlers run on any of its
    /// threads; dropping the future stops them.
    ///
    /// # Errors
    ///
    /// If nothing could be verified at all: a source that cannot be read, no interaction found, a provider that cannot
    /// be reached. A provider that breaks its contracts is not an error but part of the report, as is a run that was
    /// [stopped](Self::stop_when).
    pub async fn run(self) -> Result<VerificationReport, Error> {
        let started = Instant::now();
        let (stop, provider) = (self.stop.clone(), self.provider.clone());
        let provider_version = self.provider_version();
        match stop.unless_stopped(Session::open(self)).await {
            Ok(session) => session.run().await,
            Err(error) if error.is_interrupted() => Ok(VerificationReport {
                provider,
                provider_version,
                sources: Vec::new(),
                contracts: Vec::new(),
                warnings: Vec::new(),
                unreadable: Vec::new(),
                ended: Some(error),
                publish_error: None,
                duration: started.elapsed(),
            }),
            Err(error) => Err(error),
        }
    }

    /// Returns the provider version under which results are published, if they are.
    #[cfg(feature = "broker")]
    pub(in crate::verify) fn provider_version(&self) -> Option<ProviderVersion> {
        self.publish.as_ref().map(|results| ProviderVersion {
            version: results.version.clone(),
            branch: results.branch.clone(),
            build_url: results.build_url.clone(),
        })
    }

    #[cfg(not(feature = "broker"))]
    #[expect(
        clippy::unused_self,
        reason = "the same signature as with the feature `broker`"
    )]
    pub(in crate::verify) fn provider_version(&self) -> Option<ProviderVersion> {
        None
    }

    /// Returns the number of concurrent interactions; `are_stateless` says that none has a provider state.
    pub(in crate::verify) fn parallelism(&self, are_stateless: bool) -> usize {
        if let Some(said) = self.parallel {
            return said;
        }
        if self.is_separate {
            return std::thread::available_parallelism().map_or(1, usize::from);
        }
        let has_hooks = self.before_each.is_some() || self.after_each.is_some();
        if !has_hooks && self.state_url.is_none() && are_stateless {
            STATELESS_PARALLELISM
        } else {
            1
        }
    }
}

impl<C> fmt::Debug for Verifier<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("provider", &self.provider)
            .field("sources", &self.sources)
            .finish_non_exhaustive()
    }
}
