//! Contract files that other libraries wrote: each loads, and writing it in its own version gives the same document.

use std::path::{Path, PathBuf};

use contract_core::contract::{Contract, InteractionKind, Specification};
use serde_json::Value;

/// The folder with the files of other libraries, beside the conformance suites; `None`, with one line that says so, where
/// the environment does not name them.
fn folder() -> Option<PathBuf> {
    let Some(conformance) = std::env::var_os("CONTRACT_CONFORMANCE_DIR") else {
        #[expect(clippy::print_stderr, reason = "a skipped suite says so")]
        {
            eprintln!("skipped: CONTRACT_CONFORMANCE_DIR is not set");
        }
        return None;
    };
    Some(Path::new(&conformance).join("../interop"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for library in ["js", "py"] {
        for entry in std::fs::read_dir(folder.join(library)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(
        files.len() >= 10,
        "expected at least ten files below {}, found {files:?}",
        folder.display()
    );
    files
}

/// The document with its interactions in one order, whatever order the file has among those of one description.
fn ordered(mut document: Value) -> Value {
    for list in ["interactions", "messages"] {
        if let Some(Value::Array(interactions)) = document.get_mut(list) {
            interactions
                .sort_by_key(|interaction| (interaction["description"].to_string(), interaction.to_string()));
        }
    }
    document
}

#[test]
fn reading_and_writing_the_same_version_gives_the_same_document() {
    let Some(folder) = folder() else { return };
    for file in files(&folder) {
        let text = std::fs::read_to_string(&file).unwrap();
        let original: Value = serde_json::from_str(&text).unwrap();
        let contract = Contract::read_file(&file).unwrap();
        let written = contract.to_text(contract.specification).unwrap();
        assert_eq!(
            ordered(serde_json::from_str(&written).unwrap()),
            ordered(original),
            "{}",
            file.display()
        );
        let again = Contract::read_str(&written, "written").unwrap();
        assert_eq!(
            again.to_text(again.specification).unwrap(),
            written,
            "{}",
            file.display()
        );
    }
}

#[test]
fn every_interaction_is_understood() {
    let Some(folder) = folder() else { return };
    let mut count = 0;
    for file in files(&folder) {
        let contract = Contract::read_file(&file).unwrap();
        for interaction in &contract.interactions {
            count += 1;
            let place = format!("{}: {}", file.display(), interaction.description);
            assert!(interaction.extra.is_empty(), "{place}: {:?}", interaction.extra);
            assert!(
                !matches!(interaction.kind, InteractionKind::Unknown { .. }),
                "{place}"
            );
            if let Some(http) = interaction.as_http() {
                assert!(http.request.extra.is_empty(), "{place}: {:?}", http.request.extra);
                assert!(
                    http.response.extra.is_empty(),
                    "{place}: {:?}",
                    http.response.extra
                );
                for rules in [&http.request.rules, &http.response.rules] {
                    assert!(rules.extra.is_empty(), "{place}: {:?}", rules.extra);
                }
            }
        }
    }
    assert_eq!(count, 58, "interactions and messages in all");
}

/// Every file can be written in version 4, and what it says is the same after reading that.
#[test]
fn every_file_can_be_upgraded() {
    let Some(folder) = folder() else { return };
    for file in files(&folder) {
        let contract = Contract::read_file(&file).unwrap();
        let upgraded = contract.to_text(Specification::V4).unwrap();
        let again = Contract::read_str(&upgraded, "upgraded").unwrap();
        assert_eq!(again.interactions.len(), contract.interactions.len());
        let mut before = contract.interactions.clone();
        before.sort_by_key(|interaction| interaction.description.clone());
        let mut after = again.interactions;
        after.sort_by_key(|interaction| interaction.description.clone());
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after, "{}", file.display());
        }
    }
}
