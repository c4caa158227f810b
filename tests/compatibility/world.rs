//! What the steps of one scenario share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use contract_core::contract::{HttpInteraction, Interaction, Specification};
use cucumber::gherkin::Feature;
use tempfile::TempDir;

use crate::matching;

/// The state of one scenario, by subject.
#[derive(Debug, Default, cucumber::World)]
pub(crate) struct Suite {
    /// The version of the format that the feature is about.
    pub(crate) specification: Specification,
    /// Comparing a request or response with the expected one.
    pub(crate) matching: matching::State,
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
