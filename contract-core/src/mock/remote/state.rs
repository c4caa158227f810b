//! What a remote mock expects, and what of it was verified.

use std::sync::Arc;

use crate::Error;
use crate::contract::{Contract, Interaction};
use crate::mock::record::Recorder;
use crate::mock::session::Session;
use crate::report::Style;

/// The tests of one run, one after the other.
pub(super) struct State {
    recorder: Recorder,
    base_url: String,
    /// Whether pages of other origins may use the mock.
    cors: bool,
    /// What the test that runs expects.
    session: Arc<Session>,
    /// What earlier tests expected and got.
    verified: Vec<Interaction>,
}

impl State {
    pub(super) fn new(recorder: Recorder, cors: bool) -> Self {
        Self {
            session: session(&recorder, cors),
            recorder,
            base_url: String::new(),
            cors,
            verified: Vec::new(),
        }
    }

    pub(super) fn listens_at(&mut self, base_url: &str) {
        base_url.clone_into(&mut self.base_url);
        self.session.listens_at(base_url.to_owned());
    }

    pub(super) fn session(&self) -> Arc<Session> {
        Arc::clone(&self.session)
    }

    /// Expects more interactions.
    pub(super) fn expect(&self, interactions: Vec<Interaction>) -> Result<(), Error> {
        interactions
            .into_iter()
            .try_for_each(|interaction| self.session.expect(interaction).map(drop))
    }

    /// Expects nothing any more.
    pub(super) fn clear(&mut self) {
        self.session = session(&self.recorder, self.cors);
        self.session.listens_at(self.base_url.clone());
    }

    /// Forgets also what was verified.
    pub(super) fn forget(&mut self) {
        self.clear();
        self.verified.clear();
    }

    /// Checks that all that is expected was requested, and nothing else; then it will be written.
    ///
    /// # Errors
    ///
    /// `Unmet`, with the whole explanation.
    pub(super) fn verify(&mut self) -> Result<(), Error> {
        self.session.verify(Style::PLAIN)?;
        let expected: Vec<Interaction> = self.session.with_registry(|registry| {
            let entries = registry.entries().iter();
            entries.map(|entry| entry.interaction.clone()).collect()
        });
        for interaction in expected {
            if !self.verified.contains(&interaction) {
                self.verified.push(interaction);
            }
        }
        Ok(())
    }

    /// Whose contract is written from now on.
    pub(super) fn rename(&mut self, consumer: Option<&str>, provider: Option<&str>) {
        if let Some(name) = consumer {
            name.clone_into(&mut self.recorder.consumer);
        }
        if let Some(name) = provider {
            name.clone_into(&mut self.recorder.provider);
        }
    }

    /// Writes what was verified into the contract; returns it.
    ///
    /// # Errors
    ///
    /// What writing the file gives.
    pub(super) fn write(&self) -> Result<Contract, Error> {
        self.recorder.write(self.verified.clone())?;
        let recorder = &self.recorder;
        let mut contract = Contract::new(recorder.consumer.as_str(), recorder.provider.as_str());
        contract.specification = recorder.specification;
        contract.interactions.clone_from(&self.verified);
        Ok(contract)
    }
}

/// Returns a session that expects nothing yet.
fn session(recorder: &Recorder, cors: bool) -> Arc<Session> {
    let session = Session::new(recorder.clone());
    if cors {
        session.allow_other_origins();
    }
    Arc::new(session)
}
