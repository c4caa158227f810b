//! Merging into files: conflicts, runs, checking, pruning, and what goes wrong with folders and files.

use std::fs;
use std::path::{Path, PathBuf};

use contract_core::ErrorKind;
use contract_core::contract::merge::{Change, Identity};
use contract_core::contract::store::{
    Mode, Options, Run, file_name, mark_incomplete, merge_into_file, prune,
};
use contract_core::contract::{
    Body, Contract, HttpInteraction, Interaction, InteractionKind, ProviderState, Request, Response,
    Specification,
};
use serde_json::{Value, json};

struct Store {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Store {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contracts").join(file_name("web", "api"));
        Self {
            _folder: folder,
            path,
        }
    }

    fn write(&self, run: &str, interaction: Interaction) -> Result<Vec<Change>, contract_core::Error> {
        let options = Options::new(Run::new(run));
        merge_into_file(&self.path, &contract([interaction]), &options).map(|outcome| outcome.changes)
    }

    fn check(&self, interaction: Interaction) -> Result<(), contract_core::Error> {
        let options = Options::new(Run::new("check")).mode(Mode::Check);
        merge_into_file(&self.path, &contract([interaction]), &options).map(|_| ())
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    fn interactions(&self) -> Vec<Interaction> {
        Contract::read_file(&self.path).unwrap().interactions
    }
}

fn contract(interactions: impl IntoIterator<Item = Interaction>) -> Contract {
    let mut contract = Contract::new("web", "api");
    contract.interactions.extend(interactions);
    contract
}

/// `GET /users/42`, answered with this body, written by this test.
fn user(test: &str, body: Value) -> Interaction {
    let http = HttpInteraction {
        request: Request {
            method: "GET".into(),
            path: "/users/42".into(),
            ..Request::default()
        },
        response: Response {
            status: Some(200),
            body: Body::json(body),
            ..Response::default()
        },
    };
    let mut interaction = Interaction::new("a request for user 42", InteractionKind::Http(Box::new(http)));
    interaction
        .provider_states
        .push(ProviderState::new("user exists"));
    interaction.comments.insert("testname".into(), test.into());
    interaction
}

fn named(description: &str, test: &str) -> Interaction {
    Interaction {
        description: description.into(),
        ..user(test, json!({"id": 42}))
    }
}

#[test]
fn two_tests_of_a_run_that_need_different_things_are_a_conflict() {
    let store = Store::new();
    store
        .write(
            "run",
            user("tests/users.rs shows_a_user", json!({"id": 42, "name": "Ada"})),
        )
        .unwrap();
    let before = store.text();
    let error = store
        .write(
            "run",
            user(
                "tests/admin.rs shows_an_admin",
                json!({"id": 42, "name": "Ada", "role": "admin"}),
            ),
        )
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let message = error
        .to_string()
        .replace(&store.path.display().to_string(), "FILE");
    insta::assert_snapshot!(message, @r#"
    the interaction "a request for user 42" [user exists] is expected by two tests of this run, and differs:
      response body $.role
        first   nothing
        second  "admin"

      first   tests/users.rs shows_a_user
      second  tests/admin.rs shows_an_admin

    the contract FILE keeps the first; give one of them another description or provider state, or let both say the same
    "#);
    assert_eq!(store.text(), before, "the first stays");
}

#[test]
fn the_same_interaction_in_several_tests_is_one_whatever_their_order() {
    let (a, b) = (user("a", json!({"id": 42})), user("b", json!({"id": 42})));
    let texts = [[&a, &b], [&b, &a]].map(|order| {
        let store = Store::new();
        for interaction in order {
            store.write("run", interaction.clone()).unwrap();
        }
        store.text()
    });
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[0].matches("a request for user 42").count(), 1);
}

#[test]
fn a_shared_interaction_can_change_in_a_later_run_whichever_test_runs_first() {
    for order in [["a", "b"], ["b", "a"]] {
        let store = Store::new();
        for test in ["a", "b"] {
            store.write("first run", user(test, json!({"id": 42}))).unwrap();
        }
        for test in order {
            store
                .write("second run", user(test, json!({"id": 42, "name": "Ada"})))
                .unwrap();
        }
        let interactions = store.interactions();
        assert_eq!(interactions.len(), 1);
        assert_eq!(
            interactions[0].as_http().unwrap().response.body,
            Body::json(json!({"id": 42, "name": "Ada"}))
        );
    }
}

#[test]
fn one_test_that_says_two_things_in_one_process_is_a_conflict() {
    let store = Store::new();
    store.write("run", user("a", json!({"id": 42}))).unwrap();
    let error = store.write("run", user("a", json!({"id": "42"}))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
}

#[test]
fn two_things_under_one_identity_in_one_contract_are_a_conflict() {
    let store = Store::new();
    let both = contract([user("a", json!({"id": 42})), user("a", json!({"id": "42"}))]);
    let error = merge_into_file(&store.path, &both, &Options::new(Run::new("run"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("defined twice"), "{error}");
    assert!(!store.path.exists());
}

#[test]
fn nothing_new_leaves_the_file_alone() {
    let store = Store::new();
    store
        .write("first", user("tests/users.rs:12 shows_a_user", json!({"id": 42})))
        .unwrap();
    let by_hand = store.text().replace("  ", "\t");
    fs::write(&store.path, &by_hand).unwrap();
    let changes = store
        .write(
            "second",
            user("tests/users.rs:14 shows_a_user", json!({"id": 42})),
        )
        .unwrap();
    assert!(changes.is_empty(), "{changes:?}");
    assert_eq!(store.text(), by_hand);
}

#[test]
fn what_other_tools_put_into_the_file_stays() {
    let store = Store::new();
    store.write("first", user("a", json!({"id": 42}))).unwrap();
    let mut document: Value = serde_json::from_str(&store.text()).unwrap();
    document["metadata"]["pact-js"] = json!({"version": "17.1.4"});
    document["_links"] = json!({"self": "x"});
    document["interactions"][0]["_id"] = json!("4711");
    document["interactions"][0]["request"]["x-note"] = json!("kept");
    document["interactions"].as_array_mut().unwrap().push(json!({
        "description": "by another tool",
        "type": "Synchronous/Plugin",
        "anything": [1, 1.0]
    }));
    fs::write(&store.path, document.to_string()).unwrap();
    store.write("second", named("something else", "b")).unwrap();
    let written: Value = serde_json::from_str(&store.text()).unwrap();
    assert_eq!(written["metadata"]["pact-js"], json!({"version": "17.1.4"}));
    assert_eq!(written["_links"], json!({"self": "x"}));
    assert_eq!(written["interactions"][0]["_id"], "4711");
    assert_eq!(written["interactions"][0]["request"]["x-note"], "kept");
    assert_eq!(written["interactions"][1]["anything"], json!([1, 1.0]));
    assert_eq!(written["interactions"][2]["description"], "something else");
}

#[test]
fn an_older_file_is_brought_to_the_newer_version() {
    let store = Store::new();
    fs::create_dir_all(store.path.parent().unwrap()).unwrap();
    fs::write(
        &store.path,
        r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [{"description": "old", "providerState": "state",
            "request": {"method": "GET", "path": "/old", "query": "a=1&b=2", "headers": {"Accept": "x/y"}},
            "response": {"status": 200, "body": {"id": 1}, "matchingRules": {"$.body.id": {"match": "type"}}}}],
            "metadata": {"pactSpecification": {"version": "2.0.0"}}}"#,
    )
    .unwrap();
    store.write("run", user("a", json!({"id": 42}))).unwrap();
    let contract = Contract::read_file(&store.path).unwrap();
    assert_eq!(contract.specification, Specification::V4);
    let document: Value = serde_json::from_str(&store.text()).unwrap();
    let old = &document["interactions"][1];
    assert_eq!(old["request"]["query"], json!({"a": ["1"], "b": ["2"]}));
    assert_eq!(old["request"]["headers"], json!({"Accept": ["x/y"]}));
    assert_eq!(old["providerStates"], json!([{"name": "state"}]));
    assert_eq!(
        old["response"]["matchingRules"]["body"]["$.id"]["matchers"],
        json!([{"match": "type"}])
    );
}

#[test]
fn checking_writes_nothing_and_shows_what_would_change() {
    let store = Store::new();
    let missing = store.check(user("a", json!({"id": 42}))).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Drift);
    assert!(missing.to_string().contains("does not exist"), "{missing}");
    assert!(!store.path.parent().unwrap().exists(), "nothing was made");

    store.write("run", user("a", json!({"id": 42}))).unwrap();
    let before = store.text();
    store.check(user("another test", json!({"id": 42}))).unwrap();
    let changed = store.check(user("a", json!({"id": "42"}))).unwrap_err();
    assert_eq!(changed.kind(), ErrorKind::Drift);
    let message = changed.to_string();
    for part in [
        "changed \"a request for user 42\" [user exists]",
        "-        \"id\": 42",
        "+        \"id\": \"42\"",
        "run the tests without CONTRACT_CHECK and commit the file",
    ] {
        assert!(message.contains(part), "{part:?} is not in:\n{message}");
    }
    let added = store.check(named("new", "a")).unwrap_err();
    assert!(
        added.to_string().contains("added \"new\" [user exists]"),
        "{added}"
    );
    assert_eq!(store.text(), before);
}

#[test]
fn a_pair_whose_names_give_the_same_file_is_refused() {
    let store = Store::new();
    let folder = store.path.parent().unwrap();
    let path = folder.join(file_name("a-b", "c"));
    let options = Options::new(Run::new("run"));
    merge_into_file(&path, &Contract::new("a-b", "c"), &options).unwrap();
    let mut first = Contract::new("a-b", "c");
    first.interactions.push(user("a", json!(1)));
    merge_into_file(&path, &first, &options).unwrap();
    let error = merge_into_file(&path, &Contract::new("a", "b-c"), &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(
        error
            .to_string()
            .contains("between \"a-b\" and \"c\", not between \"a\" and \"b-c\""),
        "{error}"
    );
}

#[test]
fn a_malformed_file_is_named_and_left_as_it_is() {
    let store = Store::new();
    fs::create_dir_all(store.path.parent().unwrap()).unwrap();
    for (text, kind) in [
        ("{\n  \"consumer\": ", ErrorKind::Malformed),
        ("", ErrorKind::Malformed),
        ("{\"name\": \"not a contract\"}", ErrorKind::NotAContract),
    ] {
        fs::write(&store.path, text).unwrap();
        let error = store.write("run", user("a", json!(1))).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains("web-api.json:"), "{error}");
        assert!(
            error.to_string().contains("delete it and run all tests"),
            "{error}"
        );
        assert_eq!(store.text(), text);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(Run::new("run"));
    let interaction = || contract([user("a", json!(1))]);

    // A file where the folder should be.
    fs::write(folder.path().join("contracts"), "").unwrap();
    let error = merge_into_file(
        &folder.path().join("contracts/web-api.json"),
        &interaction(),
        &options,
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("CONTRACT_DIR"), "{error}");

    // A folder without the right to write; whoever runs the tests may have it all the same.
    let read_only = folder.path().join("read-only");
    fs::create_dir(&read_only).unwrap();
    let mut permissions = fs::metadata(&read_only).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&read_only, permissions).unwrap();
    if fs::write(read_only.join("probe"), "").is_err() {
        let error = merge_into_file(&read_only.join("web-api.json"), &interaction(), &options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains("CONTRACT_CHECK=1"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_contract_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real").join("web-api.json");
    let options = Options::new(Run::new("run"));
    merge_into_file(&real, &contract([named("one", "a")]), &options).unwrap();
    let link = folder.path().join("web-api.json");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    merge_into_file(&link, &contract([named("two", "a")]), &options).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Contract::read_file(&real).unwrap().interactions.len(), 2);
}

#[test]
fn pruning_removes_what_a_whole_run_no_longer_wrote() {
    let store = Store::new();
    for description in ["kept", "stale", "renamed"] {
        store
            .write("old run", named(description, &format!("tests {description}")))
            .unwrap();
    }
    let by_hand = Interaction {
        comments: contract_core::json::Map::new(),
        ..named("by hand", "")
    };
    store.write("old run", by_hand).unwrap();
    let whole = Run::new("whole run");

    let untouched = prune(&store.path, &whole, Mode::Write).unwrap();
    assert!(untouched.untouched && untouched.stale.is_empty());
    assert_eq!(store.interactions().len(), 4);

    store.write("whole run", named("kept", "tests kept")).unwrap();
    store
        .write("whole run", named("renamed", "tests with a new name"))
        .unwrap();
    // Another run in between, of one test alone, is no business of this one.
    store.write("another run", named("kept", "tests kept")).unwrap();

    let would = prune(&store.path, &whole, Mode::Check).unwrap();
    assert_eq!(would.stale.len(), 1);
    assert_eq!(store.interactions().len(), 4, "checking removes nothing");

    let pruned = prune(&store.path, &whole, Mode::Write).unwrap();
    assert_eq!(
        pruned.stale.iter().map(Identity::description).collect::<Vec<_>>(),
        ["stale"]
    );
    assert_eq!(
        pruned
            .unsigned
            .iter()
            .map(Identity::description)
            .collect::<Vec<_>>(),
        ["by hand"]
    );
    let left: Vec<_> = store
        .interactions()
        .into_iter()
        .map(|interaction| {
            (
                interaction.description.clone(),
                interaction.test_name().map(str::to_owned),
            )
        })
        .collect();
    assert_eq!(
        left,
        [
            ("by hand".to_owned(), None),
            ("kept".to_owned(), Some("tests kept".to_owned())),
            ("renamed".to_owned(), Some("tests with a new name".to_owned())),
        ]
    );
}

#[test]
fn pruning_after_a_failed_test_is_refused() {
    let store = Store::new();
    store.write("old run", named("stale", "a")).unwrap();
    store.write("run", named("kept", "b")).unwrap();
    mark_incomplete(
        &store.path,
        "tests/users.rs a_failing_test",
        &Options::new(Run::new("run")),
    )
    .unwrap();
    let error = prune(&store.path, &Run::new("run"), Mode::Write).unwrap_err();
    assert!(error.to_string().contains("a_failing_test"), "{error}");
    assert_eq!(store.interactions().len(), 2);
    assert!(prune(Path::new("no/such/file.json"), &Run::new("run"), Mode::Write).is_err());
}

#[test]
fn file_names_hold_nothing_that_a_file_system_refuses() {
    assert_eq!(file_name("web-app", "user-api"), "web-app-user-api.json");
    assert_eq!(file_name("a/b", "..\\c:d"), "a_b-.._c_d.json");
    assert_eq!(file_name(".hidden", "Café"), "_hidden-Café.json");
}
