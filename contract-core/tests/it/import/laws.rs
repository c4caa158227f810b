//! What holds for every file.

use contract_core::contract::{Contract, Specification};
use contract_core::import::{self, Imported, Kind, OnConflict, Options, Source};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::imported;

fn contract_of(imported: &Imported) -> Contract {
    let mut contract = Contract::new("web-app", "user-api");
    contract.interactions.clone_from(&imported.interactions);
    contract
}

/// Words that importers look for, so that strange files come far.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "request",
            "response",
            "mappings",
            "log",
            "entries",
            "item",
            "info",
            "url",
            "urlPath",
            "method",
            "urlPathPattern",
            "headers",
            "body",
            "bodyPatterns",
            "equalTo",
            "matches",
            "equalToJson",
            "matchesJsonPath",
            "expression",
            "status",
            "jsonBody",
            "name",
            "value",
            "key",
            "version",
            "content",
            "text",
            "encoding",
            "header",
            "code",
            "queryParameters",
            "http_interactions",
            "uri",
            "string",
            "when",
            "then",
            "path",
            "GET",
            "$.a[0].b",
            "{{x}}",
            "base64",
            "1.2",
            "auth",
            "type",
            "bearer",
            "raw",
            "mode",
        ])
        .prop_map(str::to_owned),
        "[a-z(\\[{<%$.*]{0,6}",
    ]
}

fn strange_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5_i64..700).prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_file_makes_an_importer_panic(value in strange_value(), request in strange_value(), text in "\\PC{0,80}") {
        let stub = json!({ "request": request, "response": value });
        for file in [value.to_string(), stub.to_string(), text] {
            for kind in Kind::ALL {
                let mut options = Options::default();
                options.kind = Some(kind);
                options.assume_status = Some(200);
                if let Ok(imported) = import::read(&[Source::new("strange", file.clone())], &options) {
                    contract_of(&imported).to_text(Specification::V4).unwrap();
                }
            }
        }
    }
}

#[test]
fn importing_again_changes_nothing_and_conflicts_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web-app-user-api.json");
    let stub = |status: u16| {
        json!({ "name": "a user", "request": { "method": "GET", "url": "/u" }, "response": { "status": status } })
            .to_string()
    };
    let contract = contract_of(&imported("stub.json", &stub(200)));
    let first = import::into_file(&path, &contract, OnConflict::Refuse).unwrap();
    assert_eq!(first.changes.len(), 1);
    let written = std::fs::read(&path).unwrap();
    let again = import::into_file(&path, &contract, OnConflict::Refuse).unwrap();
    assert_eq!(again.changes, []);
    assert_eq!(std::fs::read(&path).unwrap(), written);

    let other = contract_of(&imported("stub.json", &stub(404)));
    let error = import::into_file(&path, &other, OnConflict::Refuse).unwrap_err();
    assert!(
        error.is_conflict() && error.to_string().contains("changed \"a user\""),
        "{error}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), written);
    let replaced = import::into_file(&path, &other, OnConflict::Replace).unwrap();
    assert_eq!(replaced.changes.len(), 1);
}

#[test]
fn what_was_imported_has_no_fault_that_check_finds() {
    let stub = json!({
        "request": { "method": "POST", "urlPath": "/u", "bodyPatterns": [{ "equalToJson": { "password": "hunter22" } }] },
        "response": { "status": 201, "headers": { "Content-Type": "application/json" }, "jsonBody": {
            "id": "7d444840-9dc0-11d1-b245-5ffdce74fad2", "at": "2026-01-02T03:04:05Z", "tags": ["a"], "none": [], "mixed": [1, "a"]
        } }
    });
    let contract = contract_of(&imported("stub.json", &stub.to_string()));
    let faults: Vec<String> = contract
        .findings()
        .into_iter()
        .filter(|finding| finding.lint.level == contract_core::check::Level::Error)
        .map(|finding| finding.message)
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}
