//! What a test that is run again knows of it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::change::Change;
use crate::contract::merge::Identity;
use crate::contract::{Interaction, InteractionKind};
use crate::mock::record::Recorder;
use crate::{Error, ErrorKind};

/// One run of a test with changed answers. It writes no contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::mock) struct Probe {
    pub(super) consumer: String,
    pub(super) provider: String,
    /// The interactions, as [`name`] names them.
    pub(super) interactions: Vec<String>,
    pub(super) changes: Vec<Change>,
    /// The file that is created if everything that was expected was used.
    pub(super) passed: PathBuf,
}

impl Probe {
    /// The variable of the environment with the path of the file that holds it as JSON.
    pub(super) const VARIABLE: &'static str = "CONTRACT_MINIMIZE_PROBE";

    /// Returns whether this process runs a test again.
    pub(in crate::mock) fn is_under_way() -> bool {
        std::env::var_os(Self::VARIABLE).is_some()
    }

    /// Returns the probe of this process, if it runs a test again.
    ///
    /// # Errors
    ///
    /// `Io` and `Malformed` if the file cannot be read.
    pub(in crate::mock) fn of_process() -> Result<Option<Self>, Error> {
        let Some(path) = std::env::var_os(Self::VARIABLE).map(PathBuf::from) else {
            return Ok(None);
        };
        let failed = |kind, why: &dyn std::fmt::Display| {
            Error::new(
                kind,
                format!(
                    "cannot read {}, which {} names: {why}; unset it, it is for tests that are run again",
                    path.display(),
                    Self::VARIABLE
                ),
            )
        };
        let text = std::fs::read_to_string(&path).map_err(|error| failed(ErrorKind::Io, &error))?;
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| failed(ErrorKind::Malformed, &error))
    }

    fn is_of(&self, recorder: &Recorder) -> bool {
        self.consumer == recorder.consumer && self.provider == recorder.provider
    }

    /// Returns what is answered in place of what the interaction says; `None` if nothing is changed.
    pub(in crate::mock) fn changed(
        &self,
        recorder: &Recorder,
        interaction: &Interaction,
    ) -> Option<InteractionKind> {
        let name = name(interaction);
        let mut kind = interaction.kind.clone();
        let mut changed = false;
        if self.is_of(recorder) {
            for change in &self.changes {
                if self.interactions.get(change.interaction) == Some(&name) {
                    change.apply(&mut kind);
                    changed = true;
                }
            }
        }
        changed.then_some(kind)
    }

    /// Notes that everything that was expected was used, in place of writing the contract.
    ///
    /// # Errors
    ///
    /// `Io` if it cannot be noted.
    pub(in crate::mock) fn note(&self, recorder: &Recorder) -> Result<(), Error> {
        if !self.is_of(recorder) {
            return Ok(());
        }
        std::fs::write(&self.passed, b"").map_err(|error| {
            Error::new(
                ErrorKind::Io,
                format!("cannot write {}: {error}", self.passed.display()),
            )
        })
    }
}

/// Returns a name of the interaction that is unique within the contract.
pub(super) fn name(interaction: &Interaction) -> String {
    format!("{} {}", interaction.kind.type_name(), Identity::of(interaction))
}
