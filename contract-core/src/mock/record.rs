//! Writes the interactions of a test to the contract.

use std::path::PathBuf;

use super::explain::Parties;
use super::minimize::{self, Probe};
use crate::Error;
use crate::contract::store::{self, Mode, Options, is_on};
use crate::contract::write::{Target, interaction_members};
use crate::contract::{Contract, Interaction, Specification};

/// The participants of the contract, and its location.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    pub(super) consumer: String,
    pub(super) provider: String,
    pub(super) directory: PathBuf,
    pub(super) specification: Specification,
    /// `tests/users.rs:12 shows_a_user`
    pub(super) test: Option<String>,
    /// Whether to find out what the test does not need, unless `CONTRACT_MINIMIZE` sets this for all tests;
    /// `None` if there is no test in this process that could be run again.
    pub(super) minimize: Option<bool>,
}

impl Recorder {
    /// Returns the names of the participants for explanations.
    pub(super) fn parties(&self) -> Parties<'_> {
        Parties {
            consumer: &self.consumer,
            provider: &self.provider,
            source: None,
        }
    }

    /// Refuses an interaction that cannot be represented in the version to write, so that the error points to
    /// its definition.
    ///
    /// # Errors
    ///
    /// `Invalid`, with the unsupported part and how to fix it.
    pub(super) fn can_write(&self, interaction: &Interaction) -> Result<(), Error> {
        let target = Target {
            to: self.specification,
            from: Specification::V4,
        };
        interaction_members(interaction, target)
            .map(drop)
            .map_err(|why| target.error(&interaction.description, &why))
    }

    /// Merges these interactions into the contract file, or only compares if `CONTRACT_CHECK` is set. A test
    /// that runs again to find out what it needs writes nothing.
    pub(super) fn write(&self, mut interactions: Vec<Interaction>) -> Result<(), Error> {
        if let Some(probe) = Probe::of_process()? {
            return probe.note(self);
        }
        if interactions.is_empty() {
            return Ok(());
        }
        let options = Options::from_env();
        if options.mode != Mode::Check && self.is_to_minimize() {
            minimize::learn(self, &mut interactions)?;
        }
        let mut contract = Contract::new(self.consumer.as_str(), self.provider.as_str());
        contract.specification = self.specification;
        contract.interactions = interactions;
        store::merge_into_file(&self.path(), &contract, &options).map(drop)
    }

    /// Records that the test failed, so that interactions that it did not write are not considered stale.
    pub(super) fn failed(&self) {
        if Probe::is_under_way() {
            return;
        }
        let test = self.test.as_deref().unwrap_or_default();
        // The test has already failed; an error about the record would hide the reason.
        let _ = store::mark_incomplete(&self.path(), test, &Options::from_env());
    }

    /// Returns whether to minimise. If `CONTRACT_MINIMIZE` is set, it decides for all tests.
    fn is_to_minimize(&self) -> bool {
        let Some(said) = self.minimize else {
            return false;
        };
        match std::env::var("CONTRACT_MINIMIZE") {
            Ok(value) if !value.trim().is_empty() => is_on(&value),
            _ => said,
        }
    }

    fn path(&self) -> PathBuf {
        self.directory
            .join(store::file_name(&self.consumer, &self.provider))
    }
}
