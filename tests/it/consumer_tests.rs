//! `#[consumer_test]` beside the attributes of other crates, and with clients that block. The tests of `forms` and of the
//! book's page about the mock provider run in a process of their own, which writes contracts into a temporary folder.

use std::path::Path;
use std::process::Command;

use contract_core::contract::Contract;

/// Runs the ignored tests of a module and returns how many passed.
fn run(module: &str, contracts: &Path) -> usize {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", module])
        .env("CONTRACT_DIR", contracts)
        .env_remove("CONTRACT_CHECK")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let passed = text.lines().find_map(|line| {
        let (before, _) = line.split_once(" passed")?;
        before.rsplit(' ').next()?.parse().ok()
    });
    passed.unwrap_or_else(|| panic!("no test ran: {text}"))
}

/// The descriptions in the contract, with the tests that wrote them.
fn written(contracts: &Path, file: &str) -> Vec<String> {
    let contract = Contract::read_file(contracts.join(file)).unwrap();
    let interactions = contract.interactions.into_iter();
    let mut lines: Vec<String> = interactions
        .map(|one| {
            let test = one.test_name().unwrap_or_default();
            let name = test.rsplit(' ').next().unwrap_or_default();
            format!("{name}: {}", one.description)
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn other_attributes_stand_above_and_below() {
    let contracts = tempfile::tempdir().unwrap();
    assert_eq!(run("consumer_tests::forms::", contracts.path()), 19);
    assert_eq!(
        written(contracts.path(), "web-app-user-api.json"),
        [
            "blocking_reqwest: a request by blocking_reqwest",
            "blocking_ureq: a request by blocking_ureq",
            "fails_with_a_result: a request by fails_with_a_result",
            "futures_below: a request by futures_below",
            "plain_test_below: a request by plain_test_below",
            "rstest_below::case_1: user 1 by rstest_below",
            "rstest_below::case_2: user 2 by rstest_below",
            "rstest_below_async::case_1: user 1 by rstest_below_async",
            "rstest_below_async::case_2: user 2 by rstest_below_async",
            "rstest_fixture: user 7 by rstest_fixture",
            "rstest_values_and_two_providers::id_1_1: user 1 by rstest_values_and_two_providers",
            "rstest_values_and_two_providers::id_2_2: user 2 by rstest_values_and_two_providers",
            "rstest_with_tokio::case_1: user 1 by rstest_with_tokio",
            "test_case_below::test_case_1_1_expects: user 1 by test_case_below",
            "test_case_below::test_case_2_the_second: user 2 by test_case_below",
            "test_case_below_async::test_case_1_as_a_tuple: user 1 by test_case_below_async",
            "test_case_with_tokio::test_case_1_3_expects: user 3 by test_case_with_tokio",
            "tokio_above: a request by tokio_above",
            "tokio_below: a request by tokio_below",
        ]
    );
    assert_eq!(written(contracts.path(), "web-app-billing.json").len(), 1);
}

#[test]
fn the_page_about_the_mock_provider_runs() {
    let contracts = tempfile::tempdir().unwrap();
    assert_eq!(run("mock_provider::page::", contracts.path()), 12);
}

mod forms {
    use contract_core::prelude::*;
    use rstest::{fixture, rstest};
    use test_case::test_case;

    fn asked_by(test: &str) -> impl Into<Interaction> {
        Interaction::http(format!("a request by {test}"))
            .request(Request::get("/"))
            .response(Response::ok().text("hello"))
    }

    fn user(id: u64, test: &str) -> impl Into<Interaction> {
        Interaction::http(format!("user {id} by {test}"))
            .request(Request::get(format!("/users/{id}")))
            .response(Response::ok().text("Ada"))
    }

    async fn get(url: &str, path: &str) -> String {
        let client = crate::http_client::builder().build().unwrap();
        let answer = client.get(format!("{url}{path}")).send().await.unwrap();
        answer.text().await.unwrap()
    }

    fn get_blocking(url: &str, path: &str) -> Result<String, ureq::Error> {
        ureq::get(format!("{url}{path}"))
            .call()?
            .body_mut()
            .read_to_string()
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    fn blocking_ureq(provider: BlockingMockProvider) {
        provider.expect(asked_by("blocking_ureq"));
        assert_eq!(get_blocking(provider.url(), "/").unwrap(), "hello");
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    fn blocking_reqwest(provider: BlockingMockProvider) {
        provider.expect(asked_by("blocking_reqwest"));
        let client = crate::http_client::blocking_builder().build().unwrap();
        let answer = client.get(format!("{}/", provider.url())).send().unwrap();
        assert_eq!(answer.text().unwrap(), "hello");
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    fn fails_with_a_result(provider: MockProvider) -> Result<(), ureq::Error> {
        provider.expect(asked_by("fails_with_a_result"));
        assert_eq!(get_blocking(provider.url(), "/")?, "hello");
        Ok(())
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[test]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    fn plain_test_below(provider: MockProvider) {
        provider.expect(asked_by("plain_test_below"));
        get_blocking(provider.url(), "/").unwrap();
    }

    #[tokio::test]
    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    async fn tokio_above(provider: MockProvider) {
        provider.expect(asked_by("tokio_above"));
        assert_eq!(get(provider.url(), "/").await, "hello");
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    async fn tokio_below(provider: MockProvider) {
        provider.expect(asked_by("tokio_below"));
        let flavor = tokio::runtime::Handle::current().runtime_flavor();
        assert_eq!(flavor, tokio::runtime::RuntimeFlavor::MultiThread);
        assert_eq!(get(provider.url(), "/").await, "hello");
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[futures_test::test]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    async fn futures_below(provider: MockProvider) {
        assert!(tokio::runtime::Handle::try_current().is_err());
        provider.expect(asked_by("futures_below"));
        get_blocking(provider.url(), "/").unwrap();
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[rstest]
    #[case(1)]
    #[case(2)]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    fn rstest_below(provider: BlockingMockProvider, #[case] id: u64) {
        provider.expect(user(id, "rstest_below"));
        get_blocking(provider.url(), &format!("/users/{id}")).unwrap();
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[rstest]
    #[case(1)]
    #[case(2)]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    async fn rstest_below_async(#[case] mut id: u64, provider: MockProvider) {
        provider.expect(user(id, "rstest_below_async"));
        get(provider.url(), &format!("/users/{id}")).await;
        id += 1;
        assert!(id > 1);
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[rstest]
    #[case(1)]
    #[tokio::test]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    async fn rstest_with_tokio(provider: MockProvider, #[case] id: u64) {
        provider.expect(user(id, "rstest_with_tokio"));
        get(provider.url(), &format!("/users/{id}")).await;
    }

    #[fixture]
    fn seven() -> u64 {
        7
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[rstest]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    fn rstest_fixture(seven: u64, provider: MockProvider) {
        provider.expect(user(seven, "rstest_fixture"));
        get_blocking(provider.url(), "/users/7").unwrap();
    }

    #[consumer_test(consumer = "web-app")]
    #[rstest]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    fn rstest_values_and_two_providers(
        #[provider("user-api")] users: MockProvider,
        #[values(1, 2)] id: u64,
        #[provider("billing")] billing: MockProvider,
    ) {
        users.expect(user(id, "rstest_values_and_two_providers"));
        billing.expect(asked_by("rstest_values_and_two_providers"));
        get_blocking(users.url(), &format!("/users/{id}")).unwrap();
        get_blocking(billing.url(), "/").unwrap();
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[test_case(1)]
    #[test_case(2; "the second")]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    fn test_case_below(provider: MockProvider, id: u64) {
        provider.expect(user(id, "test_case_below"));
        get_blocking(provider.url(), &format!("/users/{id}")).unwrap();
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[test_case((1, "users"); "as a tuple")]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    async fn test_case_below_async(provider: MockProvider, (id, folder): (u64, &str)) {
        provider.expect(user(id, "test_case_below_async"));
        get(provider.url(), &format!("/{folder}/{id}")).await;
    }

    #[consumer_test(consumer = "web-app", provider = "user-api")]
    #[test_case(3)]
    #[tokio::test]
    #[ignore = "run by other_attributes_stand_above_and_below"]
    async fn test_case_with_tokio(provider: MockProvider, id: u64) {
        provider.expect(user(id, "test_case_with_tokio"));
        get(provider.url(), &format!("/users/{id}")).await;
    }
}
