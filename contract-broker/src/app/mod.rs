//! What the broker does, one file per use case. Each function takes who asks and named values, and gives named values back;
//! it owns its transaction, the check whether this is allowed, and the events. It knows neither HTTP nor HTML nor SQL:
//! handlers, pages, jobs and the commands of the program call the same functions.

mod accounts;
mod act;
mod audit_log;
mod audit_retention;
mod authentication;
mod background;
mod ci_exchange;
mod common;
mod comparison;
mod contracts;
mod cross_contracts;
mod decision;
mod deletion;
mod deliveries;
mod denials;
mod deployments;
mod descriptions;
mod device_login;
mod environments;
mod error;
mod health;
mod heavy;
mod limits;
mod login;
mod login_settings;
mod measured;
mod oauth;
mod once;
mod overview;
mod pacticipants;
mod power;
mod provider_contracts;
mod provider_logout;
mod provider_states;
mod publish;
mod refused_logins;
mod renewal;
mod results;
mod retention;
mod roles;
mod secrets;
mod selection;
mod sessions;
mod teams;
mod tokens;
mod uses;
mod versions;
mod webhooks;

use std::sync::{Arc, atomic::AtomicBool};

use futures_util::future::BoxFuture;

use crate::{
    Config,
    auth::{Credentials, Failures, Issuers, Principal},
    current::Current,
    domain::{
        access::{Action, Tie},
        audit::Class,
        tenant::TenantLimits,
    },
    jobs::{Comparer, Counts, Dispatcher, Retention},
    metrics::{CertificateMetrics, UsageMetrics},
    store::{self, Connection, Reader, Store, audit, identity::ties},
};

pub(crate) use accounts::{AccountDetails, check_email};
pub(crate) use act::missing;
use act::{Act, Permit};
pub(crate) use audit_log::{AuditPage, NewestSeal, Verified, audited_types};
use audit_retention::PRUNED;
pub(crate) use background::QueuedWork;
pub(crate) use common::{Common, StorageLimits};
pub(crate) use comparison::WithPrevious;
pub(crate) use contracts::{ContractAt, ContractDetails, Pair};
pub(crate) use cross_contracts::{BiDirectional, ComparisonDetails};
pub(crate) use decision::{DecidedRow, Decision, Reasons};
pub(crate) use deliveries::AnsweredDeliveries;
pub(crate) use denials::Denial;
use denials::{DENIED, LOGIN_FAILED};
pub(crate) use deployments::{InEnvironment, Record, RecordedVersion};
pub(crate) use error::{Error, Result};
pub(crate) use heavy::{Heavy, Place};
pub(crate) use oauth::{Granted, NotGranted};
pub(crate) use once::{Earlier, KeptAnswer, MOST_KEPT};
pub(crate) use overview::{
    ContractHistory, ContractStanding, Dashboard, Metrics, Overview, PacticipantOverview,
};
pub(crate) use pacticipants::{Change, PacticipantDetails, Pacticipants, ProfileChange};
pub(crate) use provider_contracts::{DescriptionDetails, ReadComparison, VerifiedContract};
pub(crate) use publish::{Difference, PublishRequest};
pub(crate) use results::{LatestResult, ResultDetails};
pub(crate) use retention::RetentionPlan;
pub(crate) use secrets::SecretRequest;
pub(crate) use selection::{SelectedContracts, SelectionRequest};
pub(crate) use teams::{MemberChange, TeamDetails};
pub(crate) use tokens::{IssuedToken, TokenLeave, TokenRequest};
pub(crate) use versions::{VersionChange, VersionDetails, VersionFilter, Versions};
pub(crate) use webhooks::{OpenWebhook, TeamChange, TriedWebhook};

/// The broker's use cases, and what they need.
pub(crate) struct App {
    store: Store,
    pub(crate) config: Arc<Config>,
    dispatcher: Dispatcher,
    credentials: Current<Credentials>,
    certificates: CertificateMetrics,
    retention: Retention,
    counts: Counts,
    usage: UsageMetrics,
    is_draining: AtomicBool,
    comparer: Comparer,
    pub(crate) heavy: Heavy,
    tokens: authentication::Tokens,
    /// When the logins of browsers were used.
    sessions: uses::Uses,
    issuers: Issuers,
    device_polls: device_login::DevicePolls,
    /// What was refused to people and jobs that are nobody yet: in the log, and in the audit log.
    refusals: Failures,
    denials: Failures,
    limits: common::StorageLimits,
}

impl App {
    /// # Errors
    /// Which setting cannot be used, and why.
    pub(crate) fn new(store: Store, config: Arc<Config>, dispatcher: Dispatcher) -> Result<Self, String> {
        Self::with(store, config, dispatcher, Common::new())
    }

    /// As [`Self::new`], with what it has in common with other tenants.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(crate) fn with(
        store: Store,
        config: Arc<Config>,
        dispatcher: Dispatcher,
        common: Common,
    ) -> Result<Self, String> {
        let Common {
            heavy,
            background,
            usage,
            jobs,
            stored,
            limits,
            look,
        } = common;
        limits.set(config.storage_limits());
        Ok(Self {
            issuers: Issuers::new(&config)?,
            sessions: uses::Uses::default(),
            device_polls: device_login::DevicePolls::default(),
            refusals: Failures::default(),
            denials: Failures::default(),
            comparer: Comparer::new(store.clone(), background, &config).looking_every(look),
            heavy,
            retention: Retention::new(store.clone(), &config, jobs.clone()),
            counts: Counts::new(store.clone(), &config, jobs, stored),
            usage,
            limits,
            credentials: Current::new(Credentials::new(&config)),
            certificates: CertificateMetrics::of(&config),
            is_draining: AtomicBool::new(false),
            tokens: authentication::Tokens::default(),
            store,
            config,
            dispatcher,
        })
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
                counts.clone().run(stopped)
            );
            counts.jobs().release();
        }
    }

    /// An application on a new database, for tests.
    #[cfg(test)]
    pub(crate) async fn for_tests(config: Config) -> Self {
        let directory = tempfile::tempdir().expect("a directory").keep();
        let database = format!("sqlite:{}", directory.join("broker").display());
        let store = Store::open(&database, 1).await.expect("a database");
        let encryption = crate::webhook::Encryption::new(&[7; 32], &[]);
        let dispatcher = Dispatcher::new(store.clone(), &config, encryption).expect("a dispatcher");
        let app = Self::new(store, Arc::new(config), dispatcher).expect("settings that can be used");
        app.seed().await.expect("roles");
        app
    }

    /// Waits for what is being written and closes the database.
    pub(crate) async fn close(&self) {
        self.store.close().await;
    }

    /// A connection to read contracts with, and what belongs to them.
    async fn reading(&self, who: &Principal) -> Result<Reader> {
        self.reading_for(who, Action::ReadContracts).await
    }

    /// A connection to read with, for whoever may do this. Who may read only what they are tied to is let in: the caller
    /// shows them no more than that.
    async fn reading_for(&self, who: &Principal, action: Action) -> Result<Reader> {
        act::allow(who, action, Tie::ANY)?;
        Ok(self.store.read().await?)
    }

    /// Does `work` in a transaction, for whoever may do this, and writes it into the audit log in the same transaction. When
    /// this returns, what was written is on disk.
    async fn writing<I, T>(&self, who: &Principal, act: Act, input: I, work: Work<I, T>) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
    {
        let permit = self.permit(who, act).await?;
        self.recorded(permit, input, work).await
    }

    /// Does `work` in a transaction with what the audit log says of it.
    async fn recorded<I, T>(&self, permit: Permit, input: I, work: Work<I, T>) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
    {
        Ok(self.recorded_by_store(permit, input, work).await?)
    }

    /// As [`Self::recorded`], with the failures of the store.
    async fn recorded_by_store<I, T>(&self, permit: Permit, input: I, work: Work<I, T>) -> store::Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
    {
        let limits = self.limits.now();
        let recorded = Recorded {
            permit,
            input,
            work,
            limits,
            logs_data: self.config.audit_data,
        };
        let written = self.store.write(recorded, |connection, recorded| {
            Box::pin(async move {
                let Permit {
                    event,
                    creates,
                    claim,
                } = &recorded.permit;
                let is_logged = recorded.logs_data || Class::of(&event.action) == Class::Security;
                if let Some(claim) = claim {
                    store::once::claim(connection, claim).await?;
                }
                let before = limits::before(connection, recorded.limits, &event.action).await?;
                let done = (recorded.work)(connection, &recorded.input).await?;
                before.after(connection).await?;
                if is_logged {
                    audit::add(connection, event).await?;
                }
                if let Some(creation) = creates {
                    ties::created(connection, creation.account, &creation.applications).await?;
                }
                Ok(done)
            })
        });
        written.await
    }

    /// Writes into the audit log that something was done whose last step may have had nothing to do.
    async fn done(&self, permit: Permit) -> Result<()> {
        self.recorded(permit, (), |_, ()| Box::pin(async { Ok(()) }))
            .await
    }

    /// Does one of several steps of something in a transaction; the audit log has it from the step that is
    /// [recorded](Self::recorded).
    async fn step<I, T>(&self, _: &Permit, input: I, work: Work<I, T>) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
    {
        Ok(self.store.write(input, work).await?)
    }
}

/// What is done in a transaction.
type Work<I, T> = for<'c> fn(&'c mut Connection, &'c I) -> BoxFuture<'c, store::Result<T>>;

/// Work, and what the audit log says of it.
struct Recorded<I, T> {
    permit: Permit,
    input: I,
    work: Work<I, T>,
    limits: TenantLimits,
    /// Whether what builds write is in the audit log.
    logs_data: bool,
}
