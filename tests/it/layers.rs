//! The walls between the parts, as ARCHITECTURE.md states them.

use std::fs;
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All Rust files below a folder of the workspace, with their text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no Rust files: was it moved?");
    found
}

fn assert_none_says(folder: &str, words: &[&str], wall: &str) {
    for (path, text) in sources(folder) {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in words {
                assert!(
                    !code.contains(word),
                    "{}:{}: `{word}`: {wall}",
                    path.display(),
                    number + 1
                );
            }
        }
    }
}

#[test]
fn the_domain_knows_neither_sql_nor_http() {
    assert_none_says(
        "contract-broker/src/domain",
        &[
            "rusqlite",
            "tokio_postgres",
            "axum",
            "reqwest",
            "crate::store",
            "crate::http",
        ],
        "the broker's domain is pure logic",
    );
}

#[test]
fn use_cases_know_neither_sql_nor_http() {
    assert_none_says(
        "contract-broker/src/app",
        &[
            "rusqlite",
            "tokio_postgres",
            "Statement::",
            "axum",
            "askama",
            "crate::http",
        ],
        "what the broker does is the same whoever asks for it",
    );
}

#[test]
fn the_plan_of_a_body_names_no_kind_of_body() {
    assert_none_says(
        "contract-core/src/matching/body",
        &[
            "Json",
            "format::json",
            "is_json",
            "Xml",
            "format::xml",
            "is_xml",
            "FormPlan",
            "format::form",
            "is_form",
            "Multipart",
            "format::multipart",
            "is_multipart",
            "Data::Text",
            "format::text",
            "format::bytes",
        ],
        "kinds of bodies are behind `Format`, one file each in contract-core/src/format",
    );
}

/// What the files of the store's engine define, from the bottom to the top.
const ENGINE: &[(&str, &[&str])] = &[
    ("error.rs", &["Error", "Result", "Trouble", "Unmerged"]),
    ("value.rs", &["Value"]),
    ("statement.rs", &["Statement", "MOST", "NO_ID"]),
    ("row.rs", &["Columns", "FromRow", "row"]),
    ("question.rs", &["Question", "Rows"]),
    ("trust.rs", &["trust"]),
    ("server.rs", &["server"]),
    ("address.rs", &["Address", "Dialect"]),
    ("sqlite.rs", &["sqlite"]),
    ("postgres.rs", &["postgres"]),
    ("connection.rs", &["Connection"]),
    ("ask.rs", &["PART", "in_parts", "rows_of_each", "together"]),
    ("health.rs", &["health"]),
    ("migrate.rs", &["migrate"]),
    ("probe.rs", &["probe"]),
    ("pool.rs", &["Reader", "pool"]),
    ("opened_file.rs", &["opened_file"]),
    ("writer.rs", &["writer"]),
    ("store.rs", &["Store"]),
];

#[test]
fn the_files_of_the_engine_use_only_those_below_them() {
    let files = sources("contract-broker/src/store/engine");
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    for (path, text) in files.iter().filter(|(path, _)| name(path) != "mod.rs") {
        let file = name(path);
        let place = ENGINE.iter().position(|(known, _)| *known == file);
        let place = place.unwrap_or_else(|| panic!("{file} is not in the list of the engine's files"));
        let code = text.split("#[cfg(test)]").next().unwrap();
        let used = code
            .split("use super::")
            .skip(1)
            .filter_map(|rest| rest.split(';').next());
        let words: Vec<&str> = used
            .flat_map(|names| names.split(|c: char| !c.is_alphanumeric() && c != '_'))
            .collect();
        for (above, defined) in &ENGINE[place + 1..] {
            let found = defined.iter().find(|name| words.contains(name));
            assert_eq!(found, None, "{file} uses {above}, which is above it");
        }
    }
}

#[test]
fn handlers_and_pages_reach_the_store_through_the_use_cases() {
    for folder in ["http", "web"] {
        assert_none_says(
            &format!("contract-broker/src/{folder}"),
            &["Connection", "Reader", ".store.", "Store::read"],
            "what a handler or a page needs of the store is a use case",
        );
    }
}

#[test]
fn pages_are_not_made_of_answers_of_the_api() {
    assert_none_says(
        "contract-broker/src/web",
        &["http::api"],
        "a page shows what a use case gives, as the API does",
    );
}

#[test]
fn only_the_store_speaks_sql() {
    for folder in ["domain", "app", "http", "web", "webhook", "auth", "config"] {
        assert_none_says(
            &format!("contract-broker/src/{folder}"),
            &["rusqlite", "tokio_postgres", "Statement::"],
            "SQL belongs into the store",
        );
    }
}

#[test]
fn matching_does_no_io() {
    assert_none_says(
        "contract-core/src/matching",
        &["std::fs", "tokio", "reqwest", "std::net", "async fn", "println!"],
        "matching is pure",
    );
}

#[test]
fn comparing_contracts_knows_the_model_alone() {
    assert_none_says(
        "contract-core/src/diff",
        &[
            "std::fs",
            "tokio",
            "async fn",
            "crate::matching",
            "crate::mock",
            "crate::verify",
            "crate::broker",
        ],
        "a comparison of two contracts is pure",
    );
}

#[test]
fn no_manifest_enables_a_feature_that_changes_other_crates() {
    for manifest in [
        "Cargo.toml",
        "contract-core/Cargo.toml",
        "contract-macros/Cargo.toml",
        "contract-broker/Cargo.toml",
    ] {
        let text = fs::read_to_string(workspace().join(manifest)).unwrap();
        for feature in ["preserve_order", "arbitrary_precision"] {
            assert!(
                !text.contains(feature),
                "{manifest} enables serde_json/{feature}, which changes users' results"
            );
        }
    }
    for (path, text) in sources("contract-core/src") {
        assert!(
            !text.contains("install_default()"),
            "{}: a process-wide TLS provider is the program's choice, not the library's",
            path.display()
        );
    }
}
