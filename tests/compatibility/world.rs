//! What the steps of one scenario share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use contract_core::contract::{HttpInteraction, Interaction, Specification};
use cucumber::gherkin::Feature;
use tempfile::TempDir;

use crate::{generators, http_consumer, matching, message_consumer, verification};

/// The state of one scenario, by subject.
#[derive(Debug, Default, cucumber::World)]
pub(crate) struct Suite {
    /// The version of the format that the feature is about.
    pub(crate) specification: Specification,
    /// Comparing a request or response with the expected one.
    pub(crate) matching: matching::State,
    /// Applying generators.
    pub(crate) generators: generators::State,
    /// Verifying a provider.
    pub(crate) verification: verification::State,
    /// Asking a mock provider.
    pub(crate) http_consumer: http_consumer::State,
    /// Receiving messages.
    pub(crate) message_consumer: message_consumer::State,
    /// The interactions that a consumer's test defines.
    pub(crate) drafts: Vec<Interaction>,
    /// The contract file that a consumer's test wrote.
    pub(crate) file: Option<PathBuf>,
    /// Where files of this scenario go.
    folder: Option<TempDir>,
    /// The HTTP interactions that the background defines, by their numbers.
    pub(crate) interactions: BTreeMap<usize, HttpInteraction>,
}

impl Suite {
    /// Where files of this scenario go; removed with it.
    pub(crate) fn folder(&mut self) -> &Path {
        self.folder
            .get_or_insert_with(|| tempfile::tempdir().expect("a temporary folder can be made"))
            .path()
    }

    /// The contract file that stands in the folder, if there is one.
    pub(crate) fn written_file(&mut self) -> Option<PathBuf> {
        std::fs::read_dir(self.folder())
            .expect("the folder can be read")
            .map(|entry| entry.expect("the folder can be read").path())
            .find(|path| path.extension().is_some_and(|ending| ending == "json"))
    }

    /// The interaction of this number.
    pub(crate) fn interaction(&self, number: usize) -> &HttpInteraction {
        self.interactions
            .get(&number)
            .unwrap_or_else(|| panic!("there is no interaction {number}"))
    }
}

/// The version of the format that a feature is about: the folder that it stands in.
pub(crate) fn specification(feature: &Feature) -> Specification {
    let folder = feature
        .path
        .as_deref()
        .and_then(Path::parent)
        .and_then(Path::file_name)
        .expect("a feature stands in the folder of its version");
    folder
        .to_string_lossy()
        .parse()
        .expect("the folder is named for a version")
}
