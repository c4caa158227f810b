//! Several tests of one function: each case is a test of its own to contracts, to runs and to what `minimize` learns. The tests of
//! `forms` run in processes of their own, as `cargo nextest` runs them.

use std::path::Path;
use std::process::{Command, Output};

use contract_core::contract::{Contract, Usage};

/// Runs one of the ignored tests of `forms`, as part of a run that has several processes.
fn run(test: &str, contracts: &Path) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", &format!("cases::forms::{test}")])
        .env("CONTRACT_DIR", contracts)
        .env("CONTRACT_RUN_ID", "cases")
        .env_remove("CONTRACT_CHECK")
        .env_remove("CONTRACT_REVIEW")
        .env_remove("CONTRACT_MINIMIZE")
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn what_the_cases_need_is_learnt_of_each() {
    let contracts = tempfile::tempdir().unwrap();
    for (case, unneeded) in [
        ("case_1_name", "-     \"email\": "),
        ("case_2_email", "-     \"name\": "),
    ] {
        let output = run(&format!("needs_one_member::{case}"), contracts.path());
        let told = text(&output);
        assert!(output.status.success(), "{told}");
        assert!(
            told.contains(&format!("needs_one_member::{case}: the test passes without")),
            "{told}"
        );
        assert!(told.contains(unneeded), "{told}");
    }

    let contract = Contract::read_file(contracts.path().join("web-app-user-api.json")).unwrap();
    let usage = Usage::of(&contract.interactions[0]).unwrap();
    assert_eq!(
        usage.tests.keys().collect::<Vec<_>>(),
        [
            "tests/it/cases.rs needs_one_member::case_1_name",
            "tests/it/cases.rs needs_one_member::case_2_email",
        ]
    );
    // Each is needed by one of them.
    assert_eq!(usage.unneeded_fields(), ["$.zip"]);
}

#[test]
fn cases_that_contradict_each_other_are_told_apart() {
    let contracts = tempfile::tempdir().unwrap();
    let first = run("differs::case_1", contracts.path());
    assert!(first.status.success(), "{}", text(&first));
    let second = run("differs::case_2", contracts.path());
    let told = text(&second);
    assert!(!second.status.success(), "{told}");
    for part in [
        "is expected by two tests of this run, and differs",
        "differs::case_1",
        "differs::case_2",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

mod forms {
    use contract_core::prelude::*;
    use rstest::rstest;

    fn get(url: &str, path: &str) -> Result<String, ureq::Error> {
        ureq::get(format!("{url}{path}"))
            .call()?
            .body_mut()
            .read_to_string()
    }

    #[consumer_test(consumer = "web-app", provider = "user-api", minimize)]
    #[rstest]
    #[case::name("name")]
    #[case::email("email")]
    #[ignore = "run by what_the_cases_need_is_learnt_of_each"]
    fn needs_one_member(provider: BlockingMockProvider, #[case] member: &str) {
        provider.expect(
            Interaction::http("a request for user 42")
                .request(Request::get("/users/42"))
                .response(Response::ok().json(json_like!({
                    "name": "Ada Lovelace",
                    "email": "ada@example.com",
                    "zip": "NW1",
                }))),
        );
        let user = get(provider.url(), "/users/42").unwrap();
        assert!(user.contains(&format!("{member:?}:")), "{user}");
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[rstest]
    #[case(200)]
    #[case(203)]
    #[ignore = "run by cases_that_contradict_each_other_are_told_apart"]
    fn differs(provider: BlockingMockProvider, #[case] status: u16) {
        provider.expect(
            Interaction::http("a request for user 42")
                .request(Request::get("/users/42"))
                .response(Response::status(status)),
        );
        get(provider.url(), "/users/42").unwrap();
    }
}
