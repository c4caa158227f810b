//! An open tenant.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, AtomicU32, Ordering},
};

use axum::body::Body;
use futures_util::FutureExt as _;
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    task::JoinHandle,
};

use super::{registry::Shared, store};
use crate::{
    Config,
    app::{App, StorageLimits},
    domain::{
        tenant::{TenantLimits, TenantName},
        time::now,
    },
    http::{Site, holding},
    jobs::{Dispatcher, keep_house, seal_if_due},
    store::{Store, control::Tenant},
    unlock::unlock,
};

/// An open tenant, with its background jobs.
pub(super) struct Opened {
    site: Site,
    /// When the tenant was created: a later one of the same name is another one.
    created_at: i64,
    /// Requests under way, and how many there may be at most.
    under_way: AtomicU32,
    most: AtomicU32,
    /// When a request was answered last, in microseconds since 1970.
    used: AtomicI64,
    limits: StorageLimits,
    /// None once it is closed.
    running: Mutex<Option<Running>>,
}

/// What ends when a tenant is closed.
struct Running {
    stop: oneshot::Sender<()>,
    jobs: [JoinHandle<()>; 2],
    /// One of the places for open tenants.
    place: OwnedSemaphorePermit,
}

/// Leave to use an open tenant: it is not closed meanwhile.
pub(crate) struct Visit {
    opened: Arc<Opened>,
    /// Whether it is a request of the tenant, and not background work.
    is_request: bool,
}

impl Opened {
    /// Opens the store of a tenant and begins its background jobs.
    ///
    /// # Errors
    /// What is the matter with its store, for the operator.
    pub(super) async fn open(
        shared: &Shared,
        tenant: &Tenant,
        place: OwnedSemaphorePermit,
    ) -> Result<Self, String> {
        let name = &tenant.name;
        let config = shared.config.of_tenant(name)?;
        store::require(&config)?;
        let address = config.database_address();
        let store = Store::open_counted(
            &address,
            config.database_max_connections,
            config.database_migrate,
            shared.database.clone(),
        );
        let store = store.await.map_err(|error| error.to_string())?;
        let app = async {
            let encryption = unlock(&store, &config).await?;
            let dispatcher = Dispatcher::with(
                store.clone(),
                &config,
                encryption,
                shared.outbound.clone(),
                shared.look,
            );
            let common = shared.common.of_tenant(name.as_str(), shared.look);
            let limits = common.limits().clone();
            let app = App::with(store.clone(), Arc::new(config), dispatcher, common)?;
            app.seed().await.map_err(|error| error.to_string())?;
            // It has an administrator: nobody is let in who says nothing, whatever became of the tokens.
            app.close_to_everyone();
            Ok::<_, String>((Arc::new(app), limits))
        };
        let (app, limits) = match app.await {
            Ok(opened) => opened,
            Err(problem) => {
                store.close().await;
                return Err(problem);
            }
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async { drop(stopped.await) }.shared();
        let base = shared.base_of(name);
        let jobs = [
            tokio::spawn(keep_house(app.clone(), stopped.clone())),
            tokio::spawn(app.jobs(base, stopped)),
        ];
        let opened = Self {
            site: Site::new(app),
            created_at: tenant.created_at,
            under_way: AtomicU32::new(0),
            most: AtomicU32::new(0),
            used: AtomicI64::new(now()),
            limits,
            running: Mutex::new(Some(Running { stop, jobs, place })),
        };
        opened.set_limits(tenant.limits, &shared.config);
        Ok(opened)
    }

    pub(super) fn app(&self) -> &App {
        &self.site.app
    }

    /// Whether it is the store of this tenant, and not of an earlier one of the same name.
    pub(super) fn is_of(&self, tenant: &Tenant) -> bool {
        self.created_at == tenant.created_at
    }

    /// Sets what the tenant may use from now on: its own limits, and those of the settings where it has none.
    pub(super) fn set_limits(&self, limits: TenantLimits, config: &Config) {
        self.limits.set(limits.or(config.storage_limits()));
        let most = limits.requests.and_then(|most| u32::try_from(most).ok());
        let most = most.unwrap_or(config.tenants_max_requests);
        self.most.store(most, Ordering::Relaxed);
    }

    /// Begins a request.
    ///
    /// # Errors
    /// How many requests are under way already: as many as there may be.
    pub(super) fn begin(self: &Arc<Self>) -> Result<Visit, u32> {
        let most = self.most.load(Ordering::Relaxed);
        let begun = self
            .under_way
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| {
                (count < most).then_some(count + 1)
            });
        begun.map(|_| self.visit(true)).map_err(|_| most)
    }

    /// Begins background work, whatever is under way.
    pub(super) fn begin_work(self: &Arc<Self>) -> Visit {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        self.visit(false)
    }

    fn visit(self: &Arc<Self>, is_request: bool) -> Visit {
        Visit {
            opened: self.clone(),
            is_request,
        }
    }

    pub(super) fn is_used(&self) -> bool {
        self.under_way.load(Ordering::Acquire) > 0
    }

    /// When it was used last, in microseconds since 1970.
    pub(super) fn used(&self) -> i64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Ends its jobs, seals what is old enough, and closes its store. Nobody may use it any more.
    pub(super) async fn close(&self, name: &TenantName) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Running { stop, jobs, place }) = running else {
            return;
        };
        if let Err(error) = seal_if_due(self.app()).await {
            tracing::warn!(tenant = %name, %error, "the audit log of a tenant is sealed when it is opened again");
        }
        drop(stop);
        for job in jobs {
            let _ = job.await;
        }
        self.app().close().await;
        drop(place);
    }
}

impl Visit {
    pub(crate) fn site(&self) -> &Site {
        &self.opened.site
    }

    pub(super) fn app(&self) -> &App {
        self.opened.app()
    }

    /// When the tenant was used last, in microseconds since 1970.
    pub(super) fn used(&self) -> i64 {
        self.opened.used()
    }

    /// A body that keeps the tenant open until it was sent.
    pub(crate) fn during(self, body: Body) -> Body {
        holding(body, self)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if self.is_request {
            self.opened.used.store(now(), Ordering::Relaxed);
        }
        self.opened.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}
