//! `contract review`

use std::fs;
use std::path::Path;

use contract_core::contract::Contract;
use contract_core::contract::store::{Mode, Options, Run, merge_into_file};
use insta::assert_snapshot;

use crate::run::contract;
use crate::stub::contract_text;

/// A folder with a contract, a change of its interaction and a new one that wait.
fn waiting() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("contracts/a.json");
    fs::create_dir(directory.path().join("contracts")).unwrap();
    fs::write(&path, contract_text(None)).unwrap();
    let mut changed = Contract::read_file(&path).unwrap();
    let mut added = changed.interactions[0].clone();
    "zebras".clone_into(&mut added.description);
    let contract_core::contract::InteractionKind::Http(http) = &mut changed.interactions[0].kind else {
        unreachable!("the contract of these tests is over HTTP");
    };
    http.response.status = Some(202);
    changed.interactions.push(added);
    let options = Options::new(Run::new("one")).mode(Mode::Review);
    merge_into_file(&path, &changed, &options).unwrap();
    directory
}

fn interactions(directory: &Path) -> usize {
    Contract::read_file(directory.join("contracts/a.json"))
        .unwrap()
        .interactions
        .len()
}

#[test]
fn changes_are_listed_accepted_and_rejected() {
    let directory = waiting();
    let shown = contract(directory.path(), &["review", "--list"]);
    assert_snapshot!(shown.shown(&[]), @r"
    exit 0
    1 of 2: contracts/a.json

    breaking  a request for user 1  changed
      breaking  response status  changed  200 → 202

    2 of 2: contracts/a.json

    breaking  zebras  added
      GET /users/1 → 200
    ");
    // Without a terminal nobody can be asked.
    let asked = contract(directory.path(), &["review"]);
    assert_eq!((asked.code, asked.out), (1, shown.out));

    let reject = ["review", "--reject", "--description", "zebras"];
    assert_snapshot!(contract(directory.path(), &reject).shown(&[]), @r#"
    exit 0
    contracts/a.json: rejected: "zebras"
    "#);
    assert_eq!(interactions(directory.path()), 1);
    assert_eq!(contract(directory.path(), &["review", "--accept"]).code, 0);
    assert_snapshot!(contract(directory.path(), &["review", "--accept"]).shown(&[]), @r"
    exit 0
    nothing to review
    ");
    let text = fs::read_to_string(directory.path().join("contracts/a.json")).unwrap();
    assert!(text.contains("202"), "{text}");
}
