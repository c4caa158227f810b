//! Contract files that other libraries wrote: each loads, and writing it in its own version gives the same document.

use std::path::{Path, PathBuf};

use contract_core::contract::{Contract, InteractionKind, Specification, read};
use serde_json::Value;

/// The folder with the files of other libraries, beside the conformance suites; `None`, with one line that says so, where
/// the environment does not name them.
pub(crate) fn folder() -> Option<PathBuf> {
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

/// The fragments of contracts that the compatibility suite is made of: rules in both syntaxes, and generators.
#[test]
fn rules_and_generators_of_the_compatibility_suite_are_understood() {
    let Some(folder) = folder() else { return };
    let fixtures = folder.join("../conformance/pact-compatibility-suite/fixtures");
    let mut count = 0;
    for entry in std::fs::read_dir(&fixtures).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.extension().is_none_or(|extension| extension != "json")
            || !(name.contains("-matcher-") || name.contains("-generator"))
        {
            continue;
        }
        count += 1;
        let value: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        if name.contains("-generator") {
            let generators = read::generators(value).unwrap();
            assert!(
                generators.extra.is_empty() && !generators.is_empty(),
                "{name}: {generators:?}"
            );
        } else {
            let rules = read::matching_rules(value).unwrap();
            assert!(rules.extra.is_empty() && !rules.is_empty(), "{name}: {rules:?}");
            assert!(!format!("{rules:?}").contains("Unknown"), "{name}: {rules:?}");
        }
    }
    assert!(count >= 30, "{count} fragments in {}", fixtures.display());
}

/// The specification's cases: each side of each reads in its version.
#[test]
fn requests_responses_and_messages_of_the_specification_are_understood() {
    let Some(folder) = folder() else { return };
    let mut count = 0;
    for (version, specification) in [
        ("1", Specification::V1),
        ("1.1", Specification::V1_1),
        ("2", Specification::V2),
        ("3", Specification::V3),
        ("4", Specification::V4),
    ] {
        let cases = folder.join(format!(
            "../conformance/pact-specification/version-{version}/testcases"
        ));
        for kind in ["request", "response", "message"] {
            let Ok(parts) = std::fs::read_dir(cases.join(kind)) else {
                continue;
            };
            for file in parts.flat_map(|part| std::fs::read_dir(part.unwrap().path()).unwrap()) {
                let path = file.unwrap().path();
                let text = std::fs::read_to_string(&path).unwrap();
                // Two files start with a byte order mark.
                let Ok(case) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
                    continue;
                };
                for side in ["expected", "actual"] {
                    let value = case[side].clone();
                    let error = match kind {
                        "request" => read::request(value, specification).err(),
                        "response" => read::response(value, specification).err(),
                        _ => read::message(value, specification).err(),
                    };
                    assert!(error.is_none(), "{} {side}: {error:?}", path.display());
                    count += 1;
                }
            }
        }
    }
    assert!(count >= 1600, "{count} sides");
}
