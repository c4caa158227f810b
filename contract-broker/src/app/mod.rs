//! What the broker does, one file per use case. Each function takes who asks and named values, and gives named values back;
//! it owns its transaction, the check whether this is allowed, and the events. It knows neither HTTP nor HTML nor SQL:
//! handlers, pages, jobs and the commands of the program call the same functions.

mod comparison;
mod contracts;
mod cross_contracts;
mod decision;
mod deletion;
mod deliveries;
mod deployments;
mod descriptions;
mod environments;
mod error;
mod health;
mod heavy;
mod measured;
mod overview;
mod pacticipants;
mod provider_contracts;
mod provider_states;
mod publish;
mod results;
mod retention;
mod selection;
mod versions;
mod webhooks;

use std::sync::{Arc, atomic::AtomicBool};

use futures_util::future::BoxFuture;

use crate::{
    Config,
    auth::{Access, Principal},
    jobs::{Comparer, Counts, Dispatcher, Retention},
    metrics::{JobMetrics, UsageMetrics},
    store::{self, Connection, Reader, Store},
};

pub(crate) use comparison::WithPrevious;
pub(crate) use contracts::{ContractAt, ContractDetails, Pair};
pub(crate) use cross_contracts::{BiDirectional, ComparisonDetails};
pub(crate) use decision::{DecidedRow, Decision, Reasons};
pub(crate) use deliveries::AnsweredDeliveries;
pub(crate) use deployments::{InEnvironment, Record, RecordedVersion};
pub(crate) use error::{Error, Result};
pub(crate) use heavy::{Heavy, Place};
pub(crate) use overview::{
    ContractHistory, ContractStanding, Dashboard, Metrics, Overview, PacticipantOverview,
};
pub(crate) use pacticipants::{Change, PacticipantDetails, Pacticipants, ProfileChange};
pub(crate) use provider_contracts::{DescriptionDetails, ReadComparison};
pub(crate) use publish::{Difference, PublishRequest};
pub(crate) use results::{LatestResult, ResultDetails};
pub(crate) use retention::RetentionPlan;
pub(crate) use selection::{SelectedContracts, SelectionRequest};
pub(crate) use versions::{VersionChange, VersionDetails, VersionFilter, Versions};
pub(crate) use webhooks::{OpenWebhook, TriedWebhook};

/// The broker's use cases, and what they need.
pub(crate) struct App {
    store: Store,
    pub(crate) config: Arc<Config>,
    dispatcher: Dispatcher,
    retention: Retention,
    counts: Counts,
    usage: UsageMetrics,
    is_draining: AtomicBool,
    comparer: Comparer,
    pub(crate) heavy: Heavy,
}

impl App {
    pub(crate) fn new(store: Store, config: Arc<Config>, dispatcher: Dispatcher) -> Self {
        let jobs = JobMetrics::default();
        Self {
            comparer: Comparer::new(store.clone(), Heavy::in_background(), &config),
            heavy: Heavy::new(),
            retention: Retention::new(store.clone(), &config, jobs.clone()),
            counts: Counts::new(store.clone(), &config, jobs),
            usage: UsageMetrics::new(),
            is_draining: AtomicBool::new(false),
            store,
            config,
            dispatcher,
        }
    }

    /// Delivers webhooks, compares contracts with descriptions, applies the rules of retention and counts what is stored until
    /// `stopped`. `base` is the address that links start with.
    pub(crate) fn jobs(
        &self,
        base: String,
        stopped: impl Future<Output = ()> + Clone + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (dispatcher, retention) = (self.dispatcher.clone(), self.retention.clone());
        let counts = self.counts.clone();
        let comparer = self.comparer.clone();
        async move {
            tokio::join!(
                dispatcher.clone().encrypt_logs(stopped.clone()),
                dispatcher.run(base, stopped.clone()),
                comparer.run(stopped.clone()),
                retention.run(stopped.clone()),
                counts.run(stopped)
            );
        }
    }

    /// Waits for what is being written and closes the database.
    pub(crate) async fn close(&self) {
        self.store.close().await;
    }

    /// A connection to read with, for whoever may read.
    async fn reading(&self, who: &Principal) -> Result<Reader> {
        allow(who, Access::Read)?;
        Ok(self.store.read().await?)
    }

    /// Does `work` in a transaction, for whoever may write. When this returns, what was written is on disk.
    async fn writing<I, T>(
        &self,
        who: &Principal,
        input: I,
        work: for<'c> fn(&'c mut Connection, &'c I) -> BoxFuture<'c, store::Result<T>>,
    ) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
    {
        allow(who, Access::Write)?;
        Ok(self.store.write(input, work).await?)
    }
}

/// Whether a principal may do this.
///
/// # Errors
/// [`Error::Forbidden`]: it may only read.
fn allow(who: &Principal, needed: Access) -> Result<()> {
    if who.access() >= needed {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}
