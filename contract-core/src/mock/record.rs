//! Writing what a test expected into the contract.

use std::path::PathBuf;

use super::explain::Parties;
use super::minimize::{self, Probe};
use crate::Error;
use crate::contract::store::{self, Mode, Options, is_on};
use crate::contract::write::{Target, interaction_members};
use crate::contract::{Contract, Interaction, Specification};

/// Between whom the contract is, and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    pub(super) consumer: String,
    pub(super) provider: String,
    pub(super) directory: PathBuf,
    pub(super) specification: Specification,
    /// `tests/users.rs:12 shows_a_user`
    pub(super) test: Option<String>,
    /// Whether to find out what the test does not need, unless `CONTRACT_MINIMIZE` says it for all tests; `None` if there is no
    /// test in this process that could be run again.
    pub(super) minimize: Option<bool>,
}

impl Recorder {
    /// Returns whom explanations name.
    pub(super) fn parties(&self) -> Parties<'_> {
        Parties {
            consumer: &self.consumer,
            provider: &self.provider,
            source: None,
        }
    }

    /// Refuses an interaction that the version to write cannot hold, while its author's line is known.
    ///
    /// # Errors
    ///
    /// `Invalid`, with what the version cannot say and the way out.
    pub(super) fn can_write(&self, interaction: &Interaction) -> Result<(), Error> {
        let target = Target {
            to: self.specification,
            from: Specification::V4,
        };
        interaction_members(interaction, target)
            .map(drop)
            .map_err(|why| target.error(&interaction.description, &why))
    }

    /// Merges these interactions into the contract file; with `CONTRACT_CHECK` compares only. A test that is run again to find
    /// out what it needs writes nothing.
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

    /// Notes that the test failed, so that what it did not write is not taken for stale.
    pub(super) fn failed(&self) {
        if Probe::is_under_way() {
            return;
        }
        let test = self.test.as_deref().unwrap_or_default();
        // The test fails already; that the note could not be written would only hide why.
        let _ = store::mark_incomplete(&self.path(), test, &Options::from_env());
    }

    /// `CONTRACT_MINIMIZE` decides for all tests, if it is set.
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
