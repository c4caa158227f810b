//! What one mock provider was told to expect, and what came.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use super::answer::Prepared;
use super::explain;
use super::listener::{Answer, Handler};
use super::record::Recorder;
use super::registry::Registry;
use crate::contract::{Interaction, Request};
use crate::matching::Mismatch;
use crate::report::Style;
use crate::{Error, ErrorKind};

/// Unexpected requests kept for the report; more are counted.
const KEPT: usize = 20;

/// State shared by the mock provider, its listener and the test's end.
pub(super) struct Session {
    pub(super) recorder: Recorder,
    registry: RwLock<Registry>,
    came: Mutex<Came>,
    base_url: OnceLock<String>,
}

#[derive(Default)]
struct Came {
    unexpected: Vec<UnexpectedRequest>,
    further: usize,
    finished: bool,
}

/// A request that fitted no interaction.
#[derive(Debug, Clone)]
pub struct UnexpectedRequest {
    /// As it came.
    pub request: Request,
    /// The interaction that it differs least from, if there is any.
    pub nearest: Option<NearMiss>,
}

/// An interaction that a request nearly fitted.
#[derive(Debug, Clone)]
pub struct NearMiss {
    /// The interaction.
    pub interaction: Interaction,
    /// How the request differs.
    pub mismatches: Vec<Mismatch>,
}

impl Session {
    pub(super) fn new(recorder: Recorder) -> Self {
        Self {
            recorder,
            registry: RwLock::default(),
            came: Mutex::default(),
            base_url: OnceLock::new(),
        }
    }

    /// From now on examples may differ from what their own rules demand.
    pub(super) fn accept_any_example(&self) {
        self.registry
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .accept_any_example();
    }

    /// Adds an expected interaction; it remembers the test, unless it says otherwise.
    pub(super) fn expect(&self, mut interaction: Interaction) -> Result<(), Error> {
        if let Some(test) = &self.recorder.test
            && !interaction.comments.contains_key("testname")
        {
            interaction
                .comments
                .insert("testname".to_owned(), test.as_str().into());
        }
        self.registry
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .add(interaction)
    }

    pub(super) fn listens_at(&self, address: SocketAddr) {
        // Set once, by the only listener of the session.
        let _ = self.base_url.set(format!("http://{address}"));
    }

    pub(super) fn base_url(&self) -> &str {
        self.base_url.get().map_or("", String::as_str)
    }

    pub(super) fn with_registry<T>(&self, with: impl FnOnce(&Registry) -> T) -> T {
        with(&self.registry.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn came(&self) -> MutexGuard<'_, Came> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn unexpected(&self) -> Vec<UnexpectedRequest> {
        self.came().unexpected.clone()
    }

    /// Interactions that were expected and never used.
    pub(super) fn unused(&self) -> Vec<Interaction> {
        self.with_registry(|registry| {
            registry
                .entries()
                .iter()
                .filter(|entry| !entry.is_used())
                .map(|entry| entry.interaction.clone())
                .collect()
        })
    }

    /// Marks the session as looked after, so that dropping the provider does nothing more; false where it already was.
    pub(super) fn finish(&self) -> bool {
        !std::mem::replace(&mut self.came().finished, true)
    }

    /// Whether everything that was expected was used, and nothing else came.
    ///
    /// # Errors
    ///
    /// `Unmet`, with the whole explanation.
    pub(super) fn verify(&self, style: Style) -> Result<(), Error> {
        let unused = self.unused();
        let came = self.came();
        if unused.is_empty() && came.unexpected.is_empty() {
            return Ok(());
        }
        self.recorder.failed();
        Err(Error::new(
            ErrorKind::Unmet,
            explain::unmet(
                &self.recorder,
                self.base_url(),
                &unused,
                &came.unexpected,
                came.further,
                style,
            ),
        ))
    }

    /// Writes what was expected into the contract.
    pub(super) fn record(&self) -> Result<(), Error> {
        let interactions = self.with_registry(|registry| {
            registry
                .entries()
                .iter()
                .map(|entry| entry.interaction.clone())
                .collect()
        });
        self.recorder.write(interactions)
    }

    fn refuse(&self, request: Request) -> Arc<Answer> {
        let nearest = self.with_registry(|registry| {
            registry
                .nearest(&request)
                .map(|(interaction, mismatches)| NearMiss {
                    interaction: interaction.clone(),
                    mismatches,
                })
        });
        let unexpected = UnexpectedRequest { request, nearest };
        let answer = explain::answer(&self.recorder, self.base_url(), &unexpected);
        let mut came = self.came();
        if came.unexpected.len() < KEPT {
            came.unexpected.push(unexpected);
        } else {
            came.further += 1;
        }
        Arc::new(answer)
    }
}

impl Handler for Session {
    fn answer(&self, request: Request) -> Arc<Answer> {
        let found = self.with_registry(|registry| {
            let prepared = registry.find(&request).and_then(|entry| entry.answer())?;
            Some(match prepared {
                Prepared::Fixed(answer) => Ok(Arc::clone(answer)),
                generated @ Prepared::Generated { .. } => generated.answer(self.base_url()),
            })
        });
        match found {
            Some(Ok(answer)) => answer,
            Some(Err(error)) => Arc::new(explain::broken(&error)),
            None => self.refuse(request),
        }
    }
}
