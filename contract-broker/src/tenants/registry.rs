//! The open tenants of this process: each is opened once, however many ask at once, and closed when nobody uses it.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    control::{Control, FRESH},
    entry::{Entry, Failed, Known, Turned, begin, close, locked},
    opened::{Opened, Visit},
};
use crate::{
    Config,
    app::Common,
    domain::tenant::{TenantName, TenantStatus},
    jobs::Outbound,
    metrics::{DatabaseMetrics, Pool, RequestMetrics, TenantCounts, TenantMetrics},
    store::control::Tenant,
};

/// How long a tenant whose store did not open is not tried again.
const PAUSE: Duration = Duration::from_secs(2);
/// How often the idle queues of an open tenant look for what other nodes queued and left undone. There may be many tenants, whose
/// looks take turns with requests.
const LOOK: Duration = Duration::from_secs(10);

/// What all tenants of a process share. Nothing that a tenant stored is in it.
pub(super) struct Shared {
    pub(super) config: Arc<Config>,
    pub(super) common: Common,
    pub(super) outbound: Outbound,
    pub(super) database: DatabaseMetrics,
    pub(super) look: Duration,
    /// What the address of each tenant begins with and ends with, around its host.
    address: OnceLock<Surroundings>,
}

/// What is around the host in the address of a tenant.
struct Surroundings {
    scheme: String,
    /// A port and a path, if there are any.
    rest: String,
}

impl Shared {
    /// The address that links start with which no request asks for.
    pub(super) fn base_of(&self, tenant: &TenantName) -> String {
        let host = self
            .config
            .tenants_host
            .as_ref()
            .map(|hosts| hosts.host_of(tenant));
        let host = host.unwrap_or_default();
        match self.address.get() {
            Some(Surroundings { scheme, rest }) => format!("{scheme}://{host}{rest}"),
            None => format!("http://{host}"),
        }
    }
}

const DOES_NOT_OPEN: &str = "the database of this tenant cannot be opened at the moment: try again";
const TOO_MANY_OPEN: &str = "too many tenants are in use at the moment: try again";

/// The tenants of this process.
pub(crate) struct Registry {
    shared: Shared,
    control: Control,
    entries: Mutex<HashMap<TenantName, Arc<Entry>>>,
    places: Arc<Semaphore>,
    is_draining: AtomicBool,
    metrics: TenantMetrics,
    requests: Option<Arc<RequestMetrics>>,
}

impl Registry {
    /// # Errors
    /// Which setting of webhooks cannot be used, and why.
    pub(super) fn new(config: Arc<Config>, control: Control) -> Result<Self, String> {
        let database = DatabaseMetrics::new();
        if config.metrics_bind.is_none() {
            database.turn_off();
        }
        let most = usize::try_from(config.tenants_max_open).unwrap_or(Semaphore::MAX_PERMITS);
        Ok(Self {
            places: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
            metrics: TenantMetrics::new(config.tenants_metric_labels),
            requests: config.metrics_bind.map(|_| Arc::new(RequestMetrics::new())),
            shared: Shared {
                common: Common::new(),
                outbound: Outbound::new(&config)?,
                database,
                look: LOOK,
                address: OnceLock::new(),
                config,
            },
            control,
            entries: Mutex::default(),
            is_draining: AtomicBool::new(false),
        })
    }

    pub(crate) fn config(&self) -> &Arc<Config> {
        &self.shared.config
    }

    pub(crate) fn control(&self) -> &Control {
        &self.control
    }

    pub(crate) fn metrics(&self) -> &TenantMetrics {
        &self.metrics
    }

    pub(crate) fn requests(&self) -> Option<&Arc<RequestMetrics>> {
        self.requests.as_ref()
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Says what is around the host in the address of each tenant: `base_url` if it is set, else this scheme and port.
    pub(super) fn is_at(&self, port: u16) {
        let base = self.shared.config.base_url.as_deref();
        let surroundings = match base.and_then(|url| url.parse::<http::Uri>().ok()) {
            Some(uri) => Surroundings {
                scheme: uri.scheme_str().unwrap_or("http").to_owned(),
                rest: format!(
                    "{}{}",
                    uri.port().map(|port| format!(":{port}")).unwrap_or_default(),
                    uri.path().trim_end_matches('/')
                ),
            },
            None => Surroundings {
                scheme: "http".to_owned(),
                rest: format!(":{port}"),
            },
        };
        let _ = self.shared.address.set(surroundings);
    }

    /// Begins a request of a tenant, and opens the tenant first if it is closed.
    ///
    /// # Errors
    /// Why nobody is let in.
    pub(crate) async fn enter(self: &Arc<Self>, name: &TenantName) -> Result<Visit, Turned> {
        let entry = self.served(name).await?;
        // While the store is opened the client may leave; the others who wait for it do not.
        if let Some(begun) = begin(&entry) {
            return begun;
        }
        let (registry, name) = (self.clone(), name.clone());
        let opening = tokio::spawn(async move {
            registry.open(&name, &entry).await?;
            // Another tenant may have needed its place at once.
            begin(&entry).unwrap_or(Err(Turned::Unavailable(TOO_MANY_OPEN)))
        });
        opening
            .await
            .unwrap_or_else(|error| Err(Turned::Failed(error.to_string())))
    }

    /// As [`Self::enter`], for background work: it neither counts as a request nor is it refused for their number.
    pub(super) async fn enter_to_work(self: &Arc<Self>, name: &TenantName) -> Result<Visit, Turned> {
        let entry = self.served(name).await?;
        self.open(name, &entry).await?;
        let opened = locked(&entry.opened);
        let visit = opened.as_ref().map(Opened::begin_work);
        visit.ok_or(Turned::Unavailable(TOO_MANY_OPEN))
    }

    /// What is known of a tenant that is served. Nothing is kept of a name that no tenant has.
    async fn served(&self, name: &TenantName) -> Result<Arc<Entry>, Turned> {
        let entry = locked(&self.entries).get(name).cloned();
        // One that is not served may be by now: it was just created, or resumed.
        let fresh = entry.filter(|entry| {
            let known = locked(&entry.known);
            known.at.elapsed() < FRESH && known.tenant.status == TenantStatus::Active
        });
        let entry = match fresh {
            Some(entry) => entry,
            None => match self.control.find(name).await? {
                Some(tenant) => self.learn(tenant),
                None => return Err(Turned::Unknown),
            },
        };
        let status = locked(&entry.known).tenant.status;
        match status {
            TenantStatus::Active => Ok(entry),
            TenantStatus::Suspended => Err(Turned::Suspended),
            TenantStatus::Creating | TenantStatus::Deleting => Err(Turned::Unknown),
        }
    }

    /// Takes down what the control store says of a tenant.
    pub(super) fn learn(&self, tenant: Tenant) -> Arc<Entry> {
        let known = Known {
            at: Instant::now(),
            tenant: tenant.clone(),
        };
        let mut entries = locked(&self.entries);
        if let Some(entry) = entries.get(&tenant.name) {
            *locked(&entry.known) = known;
            if let Some(opened) = entry.opened() {
                opened.set_limits(tenant.limits, &self.shared.config);
            }
            return entry.clone();
        }
        let entry = Arc::new(Entry {
            known: Mutex::new(known),
            opened: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            failed: Mutex::default(),
        });
        entries.insert(tenant.name, entry.clone());
        entry
    }

    /// Opens a tenant that is closed. Whoever comes meanwhile waits for the same opening.
    async fn open(&self, name: &TenantName, entry: &Entry) -> Result<(), Turned> {
        let turn = entry.turn.lock().await;
        let tenant = locked(&entry.known).tenant.clone();
        if let Some(opened) = entry.opened() {
            if opened.is_of(&tenant) {
                return Ok(());
            }
            if !close(name, entry, &turn).await {
                return Err(Turned::Unavailable(DOES_NOT_OPEN));
            }
        }
        let failed = locked(&entry.failed).clone();
        if failed.is_some_and(|failed| failed.at.elapsed() < PAUSE) {
            return Err(Turned::Unavailable(DOES_NOT_OPEN));
        }
        let place = self.place().await?;
        match Opened::open(&self.shared, &tenant, place).await {
            Ok(opened) => {
                if self.is_draining() {
                    opened.app().drain();
                }
                *locked(&entry.failed) = None;
                *locked(&entry.opened) = Some(Arc::new(opened));
                self.metrics.opened();
                Ok(())
            }
            Err(problem) => {
                tracing::error!(tenant = %name, problem, "the store of a tenant cannot be opened");
                *locked(&entry.failed) = Some(Failed {
                    problem,
                    at: Instant::now(),
                });
                Err(Turned::Unavailable(DOES_NOT_OPEN))
            }
        }
    }

    /// A place for one more open tenant: a free one, or that of the tenant that was used longest ago.
    async fn place(&self) -> Result<OwnedSemaphorePermit, Turned> {
        loop {
            if let Ok(place) = self.places.clone().try_acquire_owned() {
                return Ok(place);
            }
            let mut open: Vec<(i64, TenantName, Arc<Entry>)> = self
                .entries()
                .into_iter()
                .filter_map(|(name, entry)| {
                    let opened = entry.opened()?;
                    (!opened.is_used()).then(|| (opened.used(), name, entry))
                })
                .collect();
            open.sort_by_key(|(used, ..)| *used);
            let mut is_closed = false;
            for (_, name, entry) in &open {
                // One that is being opened or closed is not waited for: it may wait for this one.
                if let Ok(turn) = entry.turn.try_lock()
                    && close(name, entry, &turn).await
                {
                    is_closed = true;
                    break;
                }
            }
            if !is_closed {
                return Err(Turned::Unavailable(TOO_MANY_OPEN));
            }
        }
    }

    fn entries(&self) -> Vec<(TenantName, Arc<Entry>)> {
        let entries = locked(&self.entries);
        entries
            .iter()
            .map(|(name, entry)| (name.clone(), entry.clone()))
            .collect()
    }

    /// The open tenants that nobody uses, and since when, in microseconds since 1970.
    pub(super) fn unused(&self) -> Vec<Unused> {
        let unused = |(name, entry): (TenantName, Arc<Entry>)| {
            let opened = entry.opened().filter(|opened| !opened.is_used())?;
            Some(Unused {
                name,
                since: opened.used(),
            })
        };
        self.entries().into_iter().filter_map(unused).collect()
    }

    /// Closes a tenant, unless it is in use; says whether it is closed.
    pub(crate) async fn close_unused(&self, name: &TenantName) -> bool {
        let entry = locked(&self.entries).get(name).cloned();
        match entry {
            Some(entry) => close(name, &entry, &entry.turn.lock().await).await,
            None => true,
        }
    }

    /// Forgets what is known of tenants that the control store does not know any more, once they are closed.
    pub(super) async fn keep_only(&self, known: &[Tenant]) {
        let known: HashSet<&TenantName> = known.iter().map(|tenant| &tenant.name).collect();
        for (name, _) in self.entries() {
            if !known.contains(&name) && self.close_unused(&name).await {
                locked(&self.entries).remove(&name);
                self.shared.common.stored().for_one_of_many(name.as_str()).clear();
                self.metrics.forget(name.as_str());
            }
        }
    }

    /// A visit to a tenant that is open.
    pub(super) fn look_into(&self, name: &TenantName) -> Option<Visit> {
        let entry = locked(&self.entries).get(name).cloned()?;
        let opened = locked(&entry.opened);
        opened.as_ref().map(Opened::begin_work)
    }

    pub(super) fn is_open(&self, name: &TenantName) -> bool {
        let entry = locked(&self.entries).get(name).cloned();
        entry.is_some_and(|entry| entry.opened().is_some())
    }

    /// Why the store of a tenant did not open, if it did not.
    pub(crate) fn problem(&self, name: &TenantName) -> Option<String> {
        let entry = locked(&self.entries).get(name).cloned()?;
        let failed = locked(&entry.failed).clone();
        failed.map(|failed| failed.problem)
    }

    /// Closes the connections of open tenants that nobody used for so long.
    pub(super) fn close_idle_connections(&self, idle: Duration) {
        for (_, entry) in self.entries() {
            if let Some(opened) = entry.opened() {
                opened.app().close_idle_connections(idle);
            }
        }
    }

    /// How these tenants stand.
    pub(super) fn counts(&self, tenants: &[Tenant]) -> TenantCounts {
        let with = |status| tenants.iter().filter(|tenant| tenant.status == status).count();
        let entries = self.entries();
        let count = |is: fn(&Entry) -> bool| entries.iter().filter(|(_, entry)| is(entry)).count();
        TenantCounts {
            active: with(TenantStatus::Active),
            suspended: with(TenantStatus::Suspended),
            open: count(|entry| entry.opened().is_some()),
            failed: count(|entry| locked(&entry.failed).is_some()),
        }
    }

    /// The connections of all open tenants.
    pub(crate) fn pool(&self) -> Pool {
        let open = self.entries().into_iter().filter_map(|(_, entry)| entry.opened());
        open.map(|opened| opened.app().pool())
            .fold(Pool::default(), |all, one| Pool {
                idle: all.idle + one.idle,
                used: all.used + one.used,
                max: all.max + one.max,
            })
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// Is not ready from now on.
    pub(super) fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
        for (_, entry) in self.entries() {
            if let Some(opened) = entry.opened() {
                opened.app().drain();
            }
        }
    }

    /// Closes every tenant, and the control store.
    pub(super) async fn close(&self) {
        // All at once: a delivery under way holds up its own tenant only.
        let closing = self.entries().into_iter().map(|(name, entry)| async move {
            let _turn = entry.turn.lock().await;
            let opened = locked(&entry.opened).take();
            if let Some(opened) = opened {
                opened.close(&name).await;
            }
        });
        join_all(closing).await;
        self.control.close().await;
    }
}

/// An open tenant that nobody uses.
pub(super) struct Unused {
    pub(super) name: TenantName,
    pub(super) since: i64,
}
