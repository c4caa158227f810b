//! The trials: each scenario with each client that offers it, on each database.

use std::any::type_name_of_val;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use libtest_mimic::Trial;
use tokio::runtime::Runtime;

use crate::database::Database;
use crate::install::Clients;
use crate::scene::{Family, Scene};

/// Settings of the broker beside those that every scenario has: environment variables.
pub(crate) type Settings = &'static [(&'static str, &'static str)];

/// A scenario over a database, with what is installed.
pub(crate) type Alone = for<'a> fn(&'a Database, &'a Clients) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

pub(crate) struct Suite {
    clients: Arc<Clients>,
    pub(crate) trials: Vec<Trial>,
}

impl Suite {
    pub(crate) fn new(folder: &Path) -> Self {
        // The HTTP client shares its TLS with the broker's crates and needs to be told which one it is.
        let _ = rustls::crypto::ring::default_provider().install_default();
        if Database::server().is_none() {
            println!("clients: PostgreSQL is skipped, CONTRACT_TEST_POSTGRES_URL is not set");
        }
        Self {
            clients: Arc::new(Clients::below(folder)),
            trials: Vec::new(),
        }
    }

    /// The clients, for trials without a broker.
    pub(crate) fn clients(&self) -> Arc<Clients> {
        Arc::clone(&self.clients)
    }

    /// A scenario that both families of command-line clients offer.
    pub(crate) fn both(&mut self, scenario: impl AsyncFn(&Scene) + Copy + Send + 'static) {
        self.both_with(&[], scenario);
    }

    /// As [`Suite::both`], with settings of the broker, as variables.
    pub(crate) fn both_with(
        &mut self,
        settings: Settings,
        scenario: impl AsyncFn(&Scene) + Copy + Send + 'static,
    ) {
        self.add_with(settings, Family::Rust, scenario);
        self.add_with(settings, Family::Ruby, scenario);
    }

    /// A scenario of every client that verifies a provider.
    pub(crate) fn verifiers(&mut self, scenario: impl AsyncFn(&Scene) + Copy + Send + 'static) {
        self.verifiers_with(&[], scenario);
    }

    /// As [`Suite::verifiers`], with settings of the broker.
    pub(crate) fn verifiers_with(
        &mut self,
        settings: Settings,
        scenario: impl AsyncFn(&Scene) + Copy + Send + 'static,
    ) {
        for family in [Family::Rust, Family::Ruby, Family::JavaScript, Family::Python] {
            self.add_with(settings, family, scenario);
        }
    }

    /// A scenario of one family.
    pub(crate) fn add(&mut self, family: Family, scenario: impl AsyncFn(&Scene) + Copy + Send + 'static) {
        self.add_with(&[], family, scenario);
    }

    /// A scenario without any Pact client, which starts its own broker.
    pub(crate) fn on_each_database(&mut self, name: &str, scenario: Alone) {
        for (database, server) in databases() {
            let clients = Arc::clone(&self.clients);
            self.trials
                .push(Trial::test(format!("{name}/{database}"), move || {
                    run_over(server, |runtime, database| {
                        runtime.block_on(scenario(database, &clients));
                    });
                    Ok(())
                }));
        }
    }

    /// A scenario of one family, with settings of the broker. The trials are named by the function, the family and the database.
    pub(crate) fn add_with(
        &mut self,
        settings: Settings,
        family: Family,
        scenario: impl AsyncFn(&Scene) + Copy + Send + 'static,
    ) {
        let name = type_name_of_val(&scenario);
        let name = name.split_once("::").map_or(name, |(_, name)| name);
        for (database, server) in databases() {
            let clients = Arc::clone(&self.clients);
            let name = format!("{name}/{}/{database}", family.name());
            self.trials.push(Trial::test(name, move || {
                run(server, settings, family, clients, &scenario);
                Ok(())
            }));
        }
    }
}

/// The databases to test with: the name of each, and its server.
fn databases() -> impl Iterator<Item = (&'static str, Option<String>)> {
    let postgres = Database::server().map(|server| ("postgres", Some(server)));
    [("sqlite", None)].into_iter().chain(postgres)
}

fn run(
    server: Option<String>,
    settings: Settings,
    family: Family,
    clients: Arc<Clients>,
    scenario: &impl AsyncFn(&Scene),
) {
    run_over(server, |runtime, database| {
        let scene = Scene::start(database, settings, family, clients);
        runtime.block_on(scenario(&scene));
    });
}

/// Runs something over a database that goes away with it, whatever becomes of it.
fn run_over(server: Option<String>, work: impl FnOnce(&Runtime, &Database)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let database = runtime.block_on(Database::create(server));
    let outcome = catch_unwind(AssertUnwindSafe(|| work(&runtime, &database)));
    runtime.block_on(database.remove());
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
