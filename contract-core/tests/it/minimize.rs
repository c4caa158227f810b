//! What a test does not need of a contract, found out by running it again. The tests to run are in this file; they run in a
//! process of their own, so that what they tell can be read.

use std::path::Path;
use std::process::{Command, Output};

use contract_core::contract::{FieldUsage, Need, Usage};
use contract_core::prelude::*;
use serde::Deserialize;

use crate::talk::get;

/// Where the tests to run write; without it they do nothing.
const DIRECTORY: &str = "CONTRACT_TEST_MINIMIZE";

#[derive(Deserialize)]
#[expect(dead_code, reason = "what is read decides, not what is used")]
struct User {
    name: String,
    nick: Option<String>,
    roles: Vec<Role>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "what is read decides, not what is used")]
struct Role {
    id: u64,
}

fn a_user() -> impl Into<Interaction> {
    Interaction::http("a request for user 42")
        .request(Request::get("/users/42"))
        .response(Response::ok().header("etag", "\"1\"").json(json_like!({
            "name": "Ada Lovelace",
            "nick": "ada",
            "email": regex(r"^\S+@\S+$", "ada@example.com"),
            "kind": exactly("user"),
            "roles": each_like({ "id": 1, "since": 2020 }),
            "address": { "city": "London", "zip": "NW1" },
        })))
}

fn provider(directory: &Path) -> BlockingMockProvider {
    Contract::between("web-app", "user-api")
        .directory(directory)
        .minimize()
        .serve_blocking()
        .unwrap()
}

fn directory() -> Option<std::path::PathBuf> {
    std::env::var_os(DIRECTORY).map(Into::into)
}

/// Not a test of its own.
#[test]
fn shows_a_user() {
    let Some(directory) = directory() else { return };
    let provider = provider(&directory);
    provider.expect(a_user());
    let user: User = serde_json::from_str(&get(provider.url(), "/users/42").body).unwrap();
    assert_eq!(user.name, "Ada Lovelace");
    provider.finish().unwrap();
}

/// Not a test of its own.
#[test]
fn passes_only_once() {
    let Some(directory) = directory() else { return };
    let is_first = std::fs::create_dir(directory.join("seen")).is_ok();
    let provider = provider(&directory);
    provider.expect(a_user());
    get(provider.url(), "/users/42");
    assert!(is_first, "this is the second time");
    provider.finish().unwrap();
}

/// Not a test of its own.
#[test]
fn handles_a_message() {
    let Some(directory) = directory() else { return };
    let mut contract = Contract::between("web-app", "user-api")
        .directory(directory)
        .minimize()
        .interaction(Interaction::message("user created").json(json_like!({ "name": "Ada", "age": 36 })));
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(
            contract.verify_message("user created", |message: Message| async move {
                let text = message.contents.to_bytes();
                let value: serde_json::Value =
                    serde_json::from_slice(&text).map_err(|error| error.to_string())?;
                value["name"].as_str().map(drop).ok_or("no name".to_owned())
            }),
        )
        .unwrap();
    contract.finish().unwrap();
}

fn run(test: &str, directory: &Path, variables: &[(&str, &str)]) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("minimize::{test}")])
        .env(DIRECTORY, directory)
        .env_remove("CONTRACT_MINIMIZE")
        .env_remove("CONTRACT_CHECK")
        .env_remove("CONTRACT_REVIEW")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// What it told; the test passed.
fn told(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    // The line of the call and the time differ from run to run.
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = regex::Regex::new(r"minimize\.rs:\d+")
        .unwrap()
        .replace_all(&text, "minimize.rs:1");
    let text = regex::Regex::new(r"\d+\.\d s\)")
        .unwrap()
        .replace_all(&text, "… s)");
    text.into_owned()
}

fn contract(directory: &Path) -> Contract {
    Contract::read_file(directory.join("web-app-user-api.json")).unwrap()
}

fn usage(directory: &Path) -> Option<Usage> {
    Usage::of(&contract(directory).interactions[0])
}

fn field<'u>(usage: &'u Usage, path: &str) -> &'u FieldUsage {
    &usage.tests.values().next().unwrap().body[path]
}

#[test]
fn what_the_test_does_not_need_is_told_and_kept_in_the_comments() {
    let directory = tempfile::tempdir().unwrap();
    let told_first = told(&run("shows_a_user", directory.path(), &[]));
    let (report, patch) = told_first.split_once("\nas a patch").unwrap();
    insta::assert_snapshot!(format!("{report}\n"), @r#"
    web-app → user-api, contract-core/tests/it/minimize.rs:1 minimize::shows_a_user: the test passes without the lines marked with - (30 runs, … s)

      "a request for user 42"
        - header etag
          {
        -     "address": {
        -         "city": "London",
        -         "zip": "NW1",
        -     },
        -     "email": "ada@example.com",
        -     "kind": "user",
              "name": "Ada Lovelace",
        -     "nick": "ada",
              "roles": [
                  {
                      "id": 1,
        -             "since": 2020,
                  },
              ],
          }

    leave them out, or test what the consumer does with them
    "#);

    let changed: Vec<&str> = patch
        .lines()
        .filter(|line| line.starts_with(['-', '+']))
        .collect();
    assert_eq!(
        changed,
        [
            "--- a/contract-core/tests/it/minimize.rs",
            "+++ b/contract-core/tests/it/minimize.rs",
            "-            \"nick\": \"ada\",",
            "-            \"email\": regex(r\"^\\S+@\\S+$\", \"ada@example.com\"),",
            "-            \"kind\": exactly(\"user\"),",
            "-            \"roles\": each_like({ \"id\": 1, \"since\": 2020 }),",
            "-            \"address\": { \"city\": \"London\", \"zip\": \"NW1\" },",
            "+            \"roles\": each_like({ \"id\": 1 }),",
        ]
    );

    let usage = usage(directory.path()).unwrap();
    let needs = |path: &str| field(&usage, path).need;
    assert_eq!(needs("$.name"), Need::Required);
    assert_eq!(needs("$.nick"), Need::Ignored);
    assert_eq!(needs("$.roles"), Need::Required);
    assert_eq!(needs("$.roles[*].id"), Need::Required);
    assert_eq!(needs("$.roles[*].since"), Need::Ignored);
    assert_eq!(field(&usage, "$.name").null_tolerated, Some(false));
    assert_eq!(field(&usage, "$.name").other_value_tolerated, Some(false));
    assert_eq!(field(&usage, "$.roles[*].id").other_value_tolerated, Some(true));
    assert_eq!(field(&usage, "$.kind").unknown_values_tolerated, Some(true));
    assert_eq!(field(&usage, "$").unknown_fields_tolerated, Some(true));

    let findings = contract(directory.path()).findings();
    let finding = findings
        .iter()
        .find(|finding| finding.lint.id == "unneeded-field");
    assert!(
        finding
            .unwrap()
            .message
            .contains("$.email, $.kind, $.nick, $.roles[*].since")
    );

    // A run without it keeps what was learnt, and the contract is as committed.
    let variables = [("CONTRACT_MINIMIZE", "0")];
    assert_eq!(told(&run("shows_a_user", directory.path(), &variables)), "");
    assert_eq!(self::usage(directory.path()), Some(usage));
    let variables = [("CONTRACT_CHECK", "1")];
    assert_eq!(told(&run("shows_a_user", directory.path(), &variables)), "");
}

#[test]
fn the_contract_is_the_same_with_and_without() {
    let contracts = ["0", "1"].map(|minimize| {
        let directory = tempfile::tempdir().unwrap();
        told(&run(
            "shows_a_user",
            directory.path(),
            &[("CONTRACT_MINIMIZE", minimize)],
        ));
        let mut contract = contract(directory.path());
        contract.interactions[0].comments.remove("usage");
        contract
    });
    assert_eq!(contracts[0], contracts[1]);
}

#[test]
fn a_test_that_is_not_repeatable_is_recognised_and_still_passes() {
    let directory = tempfile::tempdir().unwrap();
    let text = told(&run("passes_only_once", directory.path(), &[]));
    assert!(text.contains("it is not repeatable"), "{text}");
    assert_eq!(usage(directory.path()), None);
}

#[test]
fn what_a_handler_needs_of_a_message_is_learnt() {
    let directory = tempfile::tempdir().unwrap();
    let text = told(&run("handles_a_message", directory.path(), &[]));
    assert!(text.contains("-     \"age\": 36"), "{text}");
    assert!(!text.contains("-     \"name\""), "{text}");
    assert_eq!(usage(directory.path()).unwrap().unneeded_fields(), ["$.age"]);
}
