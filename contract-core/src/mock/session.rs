//! What one mock provider expects, and what was received.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use http::StatusCode;

use super::cors;
use super::description;
use super::explain;
use super::handler::{Answer, BrokenRequest, Handler, Reply};
use super::journal::{Journal, ReceivedRequest};
use super::minimize::Probe;
use super::record::Recorder;
use super::registry::{Registry, Shortfall};
use super::unexpected::{Came, NearMiss, UnexpectedRequest};
use crate::contract::{Interaction, Request};
use crate::description::ProviderDescription;
use crate::report::Style;
use crate::{Error, ErrorKind};

/// State shared by the mock provider, its listener and the test's end.
pub(super) struct Session {
    pub(super) recorder: Recorder,
    /// What interactions must agree with.
    description: OnceLock<Arc<dyn ProviderDescription>>,
    registry: RwLock<Registry>,
    came: Mutex<Came>,
    journal: Mutex<Journal>,
    /// Whether pages of other origins may use the provider.
    cors: AtomicBool,
    /// Whether the end of the test is handled.
    finished: AtomicBool,
    base_url: OnceLock<String>,
}

impl Session {
    pub(super) fn new(recorder: Recorder) -> Self {
        Self {
            recorder,
            description: OnceLock::new(),
            registry: RwLock::default(),
            came: Mutex::default(),
            journal: Mutex::default(),
            cors: AtomicBool::new(false),
            finished: AtomicBool::new(false),
            base_url: OnceLock::new(),
        }
    }

    /// From now on interactions must agree with this description; the first one counts.
    pub(super) fn is_described_by(&self, description: Arc<dyn ProviderDescription>) {
        let _ = self.description.set(description);
    }

    /// From now on examples may differ from what their own rules demand.
    pub(super) fn accept_any_example(&self) {
        self.change_registry(Registry::accept_any_example);
    }

    /// From now on pages of other origins may use the provider.
    pub(super) fn allow_other_origins(&self) {
        self.cors.store(true, Ordering::Relaxed);
    }

    /// Adds an expected interaction and returns its number; it remembers the test, unless it says otherwise.
    pub(super) fn expect(&self, mut interaction: Interaction) -> Result<usize, Error> {
        if let Some(test) = &self.recorder.test
            && !interaction.comments.contains_key("testname")
        {
            interaction
                .comments
                .insert("testname".to_owned(), test.as_str().into());
        }
        self.recorder.can_write(&interaction)?;
        if let Some(described) = self.description.get() {
            description::agrees(&**described, &interaction, &self.recorder)?;
        }
        let changed = Probe::of_process()?.and_then(|probe| probe.changed(&self.recorder, &interaction));
        self.change_registry(|registry| {
            let number = registry.add(interaction)?;
            if let Some(changed) = changed {
                registry.answer_with(number, changed)?;
            }
            Ok(number)
        })
    }

    /// Refuses a test that expects nothing: it would pass and show nothing.
    ///
    /// # Errors
    ///
    /// `Unmet` if no interaction is expected.
    pub(super) fn expects_something(&self) -> Result<(), Error> {
        if self.with_registry(|registry| !registry.entries().is_empty()) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Unmet,
            format!(
                "nothing is expected of {:?}: say what {:?} needs with provider.expect(Interaction::http(…))",
                self.recorder.provider, self.recorder.consumer
            ),
        ))
    }

    /// Says at which URL the interactions are served.
    pub(super) fn listens_at(&self, base_url: String) {
        // Set once, by the only server of the session.
        let _ = self.base_url.set(base_url);
    }

    pub(super) fn base_url(&self) -> &str {
        self.base_url.get().map_or("", String::as_str)
    }

    pub(super) fn with_registry<T>(&self, with: impl FnOnce(&Registry) -> T) -> T {
        with(&self.registry.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn change_registry<T>(&self, change: impl FnOnce(&mut Registry) -> T) -> T {
        change(&mut self.registry.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the requests that could be read, the oldest first.
    pub(super) fn requests(&self) -> Vec<ReceivedRequest> {
        let journal = self.journal();
        self.with_registry(|registry| {
            let received = journal.received();
            received
                .map(|received| ReceivedRequest {
                    request: Arc::clone(&received.request),
                    interaction: received
                        .interaction
                        .map(|number| registry.entries()[number].interaction.description.clone()),
                })
                .collect()
        })
    }

    fn came(&self) -> MutexGuard<'_, Came> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn unexpected(&self) -> Vec<UnexpectedRequest> {
        self.came().kept().to_vec()
    }

    /// Interactions that were not requested as often as expected.
    pub(super) fn unused(&self) -> Vec<Interaction> {
        let shortfalls = self.with_registry(Registry::shortfalls);
        shortfalls
            .into_iter()
            .map(|one: Shortfall| one.interaction)
            .collect()
    }

    /// Marks the end of the session as handled, so that dropping the provider does nothing more; false if it already was.
    pub(super) fn finish(&self) -> bool {
        !self.finished.swap(true, Ordering::Relaxed)
    }

    /// Checks that everything that was expected was used, and that nothing else was requested.
    ///
    /// # Errors
    ///
    /// `Unmet`, with the whole explanation.
    pub(super) fn verify(&self, style: Style) -> Result<(), Error> {
        let unused = self.with_registry(Registry::shortfalls);
        let came = self.came();
        if unused.is_empty() && came.is_empty() {
            return Ok(());
        }
        self.recorder.failed();
        Err(Error::new(
            ErrorKind::Unmet,
            explain::unmet(&self.recorder.parties(), self.base_url(), &unused, &came, style),
        ))
    }

    /// Writes what was answered as the contract says into the contract.
    pub(super) fn record(&self) -> Result<(), Error> {
        let interactions = self.with_registry(|registry| {
            registry
                .entries()
                .iter()
                .filter(|entry| entry.is_answered())
                .map(|entry| entry.interaction.clone())
                .collect()
        });
        self.recorder.write(interactions)
    }

    /// Returns whether an interaction matches the request.
    #[cfg(feature = "wiremock")]
    pub(super) fn expects(&self, request: &Request) -> bool {
        self.with_registry(|registry| registry.matches(request))
    }

    /// Ends the session if nothing else did. `instead` is the call that returns an error where this can only panic.
    pub(super) fn dropped(&self, instead: &str) {
        if !self.finish() {
            return;
        }
        let verdict = self.verify(Style::detect());
        if std::thread::panicking() {
            self.recorder.failed();
            if !self.unexpected().is_empty()
                && let Err(error) = verdict
            {
                super::run::tell(&error);
            }
            return;
        }
        if let Err(error) = verdict.and_then(|()| self.record()) {
            panic!("{error}\n(`{instead}` returns this as an error instead of a panic)");
        }
    }

    fn refuse(&self, request: &Request) -> Arc<Answer> {
        let (nearest, withheld) = self.with_registry(|registry| {
            if let Some((interaction, reason)) = registry.find_withheld(request) {
                return (Some((interaction.clone(), Vec::new())), Some(reason));
            }
            let nearest = registry.nearest(request);
            let nearest = nearest.map(|(interaction, mismatches)| (interaction.clone(), mismatches));
            (nearest, None)
        });
        let unexpected = UnexpectedRequest {
            request: request.clone(),
            nearest: nearest.map(|(interaction, mismatches)| NearMiss {
                interaction,
                mismatches,
            }),
            withheld,
            problem: None,
            omitted_body: None,
        };
        let answer = explain::answer(
            StatusCode::INTERNAL_SERVER_ERROR,
            &self.recorder.parties(),
            self.base_url(),
            &unexpected,
        );
        self.came().add(unexpected);
        Arc::new(answer)
    }
}

impl Handler for Session {
    fn answer(&self, request: &Arc<Request>) -> Reply {
        let (number, reply) = self.with_registry(|registry| match registry.find(request) {
            Some(found) => (Some(found.number), found.reply(self.base_url())),
            None => (None, None),
        });
        self.journal().add(request, number);
        let cors = self.cors.load(Ordering::Relaxed);
        let mut reply = match reply {
            Some(Ok(reply)) => reply,
            Some(Err(error)) => explain::broken(&error).into(),
            None if cors && cors::is_preflight(request) => cors::preflight(request).into(),
            None => self.refuse(request).into(),
        };
        if cors {
            cors::allow(request, &mut Arc::make_mut(&mut reply.answer).headers);
        }
        reply
    }

    fn broken(&self, broken: BrokenRequest) -> Arc<Answer> {
        let answer = explain::unreadable(&broken);
        self.came().add(UnexpectedRequest {
            request: broken.request,
            nearest: None,
            withheld: None,
            problem: Some(broken.problem),
            omitted_body: None,
        });
        Arc::new(answer)
    }
}
