//! The public suites, if a copy of them is at hand.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A case of a suite.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) json: Value,
    pub(crate) folder: PathBuf,
}

impl Case {
    /// The text of an input file.
    pub(crate) fn input(&self, role: &str) -> Option<String> {
        Some(self.file(self.json["inputs"][role].as_str()?))
    }

    /// The text of a file of the suite.
    pub(crate) fn file(&self, name: &str) -> String {
        let path = self.folder.join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// The cases of a suite below `CONTRACT_CONFORMANCE_DIR/openapi`; none, with a line that says so, if the variable is not
/// set.
pub(crate) fn cases(suite: &str) -> Vec<Case> {
    let Some(folder) = std::env::var_os("CONTRACT_CONFORMANCE_DIR") else {
        eprintln!("skipped the suite {suite}: CONTRACT_CONFORMANCE_DIR is not set");
        return Vec::new();
    };
    let folder = Path::new(&folder).join("openapi").join(suite);
    let manifest = folder.join("manifest.jsonl");
    let text =
        std::fs::read_to_string(&manifest).unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
    let cases: Vec<Case> = text
        .lines()
        .map(|line| {
            let json: Value = serde_json::from_str(line).unwrap();
            Case {
                id: json["id"].as_str().unwrap().to_owned(),
                json,
                folder: folder.clone(),
            }
        })
        .collect();
    assert!(!cases.is_empty(), "{} has no case", manifest.display());
    cases
}
