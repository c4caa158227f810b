//! Changes of contracts that wait for a person.

use std::path::Path;

use contract_core::ErrorKind;
use contract_core::contract::merge::Identity;
use contract_core::contract::store::{Mode, Options, Pending, Run, merge_into_file, pending_in};
use contract_core::prelude::*;
use serde_json::json;

fn interaction(description: &str, name: &str) -> Interaction {
    Interaction::http(description)
        .request(Request::get("/users/1"))
        .response(Response::ok().json(json!({ "name": name })))
        .into()
}

fn contract(interactions: impl IntoIterator<Item = Interaction>) -> Contract {
    let mut contract = Contract::new("web", "api");
    contract.interactions.extend(interactions);
    contract
}

fn review(path: &Path, run: &str, interactions: impl IntoIterator<Item = Interaction>) {
    let options = Options::new(Run::new(run)).mode(Mode::Review);
    merge_into_file(path, &contract(interactions), &options).unwrap();
}

fn waiting(path: &Path) -> Vec<String> {
    let pending = Pending::of(path).unwrap();
    let interactions = pending
        .iter()
        .flat_map(|pending| &pending.contract().interactions);
    interactions.map(|one| one.description.clone()).collect()
}

fn names(path: &Path) -> Vec<String> {
    let contract = Contract::read_file(path).unwrap();
    let bodies = contract
        .interactions
        .iter()
        .map(|one| one.as_http().unwrap().response.body.to_bytes());
    bodies
        .map(|body| String::from_utf8_lossy(&body).into_owned())
        .collect()
}

#[test]
fn changes_wait_until_they_are_accepted_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web-api.json");
    let written = Options::new(Run::new("1"));
    merge_into_file(
        &path,
        &contract([interaction("a", "Ada"), interaction("b", "Bob")]),
        &written,
    )
    .unwrap();
    let before = std::fs::read(&path).unwrap();

    review(&path, "2", [interaction("a", "Anna"), interaction("b", "Bob")]);
    review(&path, "2", [interaction("c", "Cleo")]);
    assert_eq!(waiting(&path), ["a", "c"]);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(pending_in(folder.path()).unwrap().len(), 1);

    Pending::accept(&path, &[Identity::of(&interaction("a", ""))]).unwrap();
    assert_eq!(waiting(&path), ["c"]);
    assert_eq!(names(&path), [r#"{"name":"Anna"}"#, r#"{"name":"Bob"}"#]);

    Pending::reject(&path, &[Identity::of(&interaction("c", ""))]).unwrap();
    assert_eq!(waiting(&path), [""; 0]);
    assert!(!folder.path().join("web-api.json.pending").exists());
    assert_eq!(names(&path).len(), 2);
}

#[test]
fn a_change_that_a_test_takes_back_waits_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web-api.json");
    merge_into_file(
        &path,
        &contract([interaction("a", "Ada")]),
        &Options::new(Run::new("1")),
    )
    .unwrap();
    review(&path, "2", [interaction("a", "Anna")]);
    assert_eq!(waiting(&path), ["a"]);
    review(&path, "3", [interaction("a", "Ada")]);
    assert_eq!(waiting(&path), [""; 0]);
}

#[test]
fn what_others_wrote_meanwhile_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web-api.json");
    review(&path, "1", [interaction("a", "Ada")]);
    assert!(!path.exists());
    merge_into_file(
        &path,
        &contract([interaction("b", "Bob")]),
        &Options::new(Run::new("2")),
    )
    .unwrap();
    Pending::accept(&path, &[Identity::of(&interaction("a", ""))]).unwrap();
    assert_eq!(names(&path), [r#"{"name":"Ada"}"#, r#"{"name":"Bob"}"#]);
}

#[test]
fn two_tests_that_contradict_each_other_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web-api.json");
    review(&path, "1", [interaction("a", "Ada")]);
    let options = Options::new(Run::new("1")).mode(Mode::Review);
    let error = merge_into_file(&path, &contract([interaction("a", "Anna")]), &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("$.name"), "{error}");
}

#[test]
fn a_pending_file_that_cannot_be_read_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web-api.json");
    std::fs::write(folder.path().join("web-api.json.pending"), "{").unwrap();
    let error = pending_in(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(error.to_string().contains("web-api.json.pending"), "{error}");
    assert!(Pending::of(&path).is_err());
}
