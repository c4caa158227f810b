//! `#[consumer_test]` and `json_like!` as test authors use them.

use std::path::Path;

use contract_core::mock::{ConsumerTest, Flavor, TestProvider, run_blocking, run_within};
use contract_core::prelude::*;

use crate::talk::get;

fn greeting() -> impl Into<Interaction> {
    Interaction::http("a greeting")
        .request(Request::get("/hello"))
        .response(Response::ok().json(json_like!({ "text": "hello" })))
}

/// What the attribute expands to, in a workspace of its own.
fn in_workspace<const N: usize>(root: &Path, providers: [&'static str; N]) -> ConsumerTest<N> {
    std::fs::write(root.join("Cargo.toml"), "[workspace]\n").unwrap();
    ConsumerTest {
        consumer: "web-app",
        providers: providers.map(TestProvider::named),
        name: "greets",
        file: r"tests\greeting.rs",
        line: 12,
        manifest_dir: Box::leak(root.to_str().unwrap().to_owned().into_boxed_str()),
        specification: contract_core::contract::Specification::V4,
        minimize: false,
    }
}

/// As an `async fn` is run without an attribute of a runtime.
#[track_caller]
fn run<const N: usize, F, R>(test: ConsumerTest<N>, body: impl FnOnce([MockProvider; N]) -> F) -> R
where
    F: Future<Output = R>,
    R: contract_core::mock::TestOutcome,
{
    contract_core::mock::run(Flavor::CurrentThread, &test, body)
}

fn contracts(root: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root.join("contracts"))
        .map(|entries| {
            entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| !name.starts_with('.'))
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

fn panic_message(test: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(test)).unwrap_err();
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast_ref::<&str>().unwrap()).to_owned(),
    }
}

#[test]
fn a_passing_test_writes_into_the_workspace_root() {
    let root = tempfile::tempdir().unwrap();
    run(in_workspace(root.path(), ["user-api"]), |[provider]| async move {
        provider.expect(greeting());
        assert_eq!(get(provider.url(), "/hello").status, 200);
    });
    assert_eq!(contracts(root.path()), ["web-app-user-api.json"]);
    let contract = Contract::read_file(root.path().join("contracts/web-app-user-api.json")).unwrap();
    assert_eq!(
        contract.interactions[0].test_name(),
        Some("tests/greeting.rs:12 greets")
    );
}

#[test]
fn a_test_that_fails_writes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let message = panic_message(|| {
        run(in_workspace(root.path(), ["user-api"]), |[provider]| async move {
            provider.expect(greeting());
            assert_eq!(
                get(provider.url(), "/hello").status,
                404,
                "the assertion of the test"
            );
        });
    });
    assert!(message.contains("the assertion of the test"), "{message}");

    let outcome = run(in_workspace(root.path(), ["user-api"]), |[provider]| async move {
        provider.expect(greeting());
        get(provider.url(), "/hello");
        Err::<(), _>("the error of the test")
    });
    assert_eq!(outcome, Err("the error of the test"));

    let message = panic_message(|| {
        run(in_workspace(root.path(), ["user-api"]), |[provider]| async move {
            provider.expect(greeting());
        });
    });
    assert!(message.contains("GET /hello was never sent"), "{message}");
    assert!(contracts(root.path()).is_empty());
}

/// The file and line that a panic of this thread names.
fn panic_place(test: impl FnOnce()) -> String {
    thread_local!(static PLACE: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) });
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let shown = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if let Some(place) = panic.location() {
                PLACE.set(format!("{}:{}", place.file().replace('\\', "/"), place.line()));
            }
            shown(panic);
        }));
    });
    panic_message(test);
    PLACE.take()
}

#[test]
fn a_test_that_expects_nothing_fails_at_its_line() {
    let root = tempfile::tempdir().unwrap();
    let line = line!() + 2;
    let place = panic_place(|| {
        run(
            in_workspace(root.path(), ["user-api"]),
            |[_provider]| async move {},
        );
    });
    assert!(
        place.ends_with(&format!("tests/it/consumer_macro.rs:{line}")),
        "{place}"
    );
}

#[test]
fn a_test_that_expects_nothing_fails() {
    let root = tempfile::tempdir().unwrap();
    let message = panic_message(|| {
        run(
            in_workspace(root.path(), ["user-api"]),
            |[_provider]| async move {},
        );
    });
    insta::assert_snapshot!(message, @r#"
    nothing is expected of "user-api": say what "web-app" needs with provider.expect(Interaction::http(…))
    "#);

    // One of several may be there to see that it is not asked.
    run(
        in_workspace(root.path(), ["users", "billing"]),
        |[users, _billing]| async move {
            users.expect(greeting());
            get(users.url(), "/hello");
        },
    );
    assert_eq!(contracts(root.path()), ["web-app-users.json"]);
}

#[test]
fn half_an_interaction_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let message = panic_message(|| {
        run(in_workspace(root.path(), ["user-api"]), |[provider]| async move {
            let forgotten = Interaction::http("a greeting").response(Response::ok());
            provider.expect(forgotten);
        });
    });
    assert_eq!(
        message,
        "interaction \"a greeting\": it has no request: add .request(Request::get(\"/path\"))"
    );

    for (interaction, missing) in [
        (
            Interaction::from(Interaction::sync_message("b").response(Message::json(1))),
            "no request: add .request(Message::json(…))",
        ),
        (
            Interaction::sync_message("c").request(Message::json(1)).into(),
            "no response: add .response(Message::json(…))",
        ),
    ] {
        let message = panic_message(|| {
            run(in_workspace(root.path(), ["user-api"]), |[provider]| async move {
                provider.expect(interaction.clone());
            });
        });
        assert!(message.contains(missing), "{message}");
    }
}

#[test]
fn with_several_providers_all_or_nothing_is_written() {
    let root = tempfile::tempdir().unwrap();
    run(
        in_workspace(root.path(), ["users", "billing"]),
        |[users, billing]| async move {
            users.expect(greeting());
            billing.expect(greeting());
            get(users.url(), "/hello");
            get(billing.url(), "/hello");
        },
    );
    assert_eq!(
        contracts(root.path()),
        ["web-app-billing.json", "web-app-users.json"]
    );

    let root = tempfile::tempdir().unwrap();
    let message = panic_message(|| {
        run(
            in_workspace(root.path(), ["users", "billing"]),
            |[users, billing]| async move {
                users.expect(greeting());
                billing.expect(greeting());
                get(users.url(), "/hello");
            },
        );
    });
    assert!(
        message.contains("\"billing\" was not used as expected"),
        "{message}"
    );
    assert!(contracts(root.path()).is_empty());
}

#[test]
fn misuse_blames_the_line_of_the_test() {
    let blamed = std::sync::Arc::new(std::sync::Mutex::new(0));
    let seen = std::sync::Arc::clone(&blamed);
    let line = line!() + 4;
    let message = with_hook(seen, || {
        drop(json_like!({
            "id": integer(1),
            "count": each_like("a").at_least(3).at_most(2),
        }));
    });
    assert!(message.contains("no array has at least 3"), "{message}");
    assert_eq!(*blamed.lock().unwrap(), line);
}

/// Runs the closure, which panics in this thread, and keeps the line that the panic names.
fn with_hook(line: std::sync::Arc<std::sync::Mutex<u32>>, closure: impl FnOnce()) -> String {
    let thread = std::thread::current().id();
    let previous = std::sync::Arc::new(std::panic::take_hook());
    let next = std::sync::Arc::clone(&previous);
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == thread {
            *line.lock().unwrap() = info.location().unwrap().line();
        } else {
            next(info);
        }
    }));
    let message = panic_message(closure);
    let _ = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| previous(info)));
    message
}

mod renamed {
    pub(crate) use contract_core as toolkit;
}

// The forms of the attribute. What they run is above; running these would write into this repository's own contracts.

#[consumer_test(consumer = "web-app", provider = "user-api")]
#[ignore = "compiled only"]
async fn one_provider(provider: MockProvider) {
    provider.expect(greeting());
}

#[consumer_test(consumer = "web-app")]
#[ignore = "compiled only"]
async fn two_providers(
    #[provider("user-api")] users: MockProvider,
    #[provider("billing")] billing: MockProvider,
) -> Result<(), contract_core::Error> {
    users.verify_message("none", |_| async {}).await?;
    let _ = billing.url();
    Ok(())
}

#[consumer_test(
    consumer = "web-app",
    provider = "user-api",
    specification = "3",
    flavor = "multi_thread",
    crate = crate::consumer_macro::renamed::toolkit
)]
#[ignore = "compiled only"]
async fn every_argument(mut provider: MockProvider) {
    let provider = &mut provider;
    provider.expect(greeting());
}

#[consumer_test(consumer = "web-app", provider = "user-api", listen = "127.0.0.1:0", cors)]
#[ignore = "compiled only"]
fn a_plain_function(provider: BlockingMockProvider) -> Result<(), contract_core::Error> {
    provider.verify_message("none", |_| ())
}

#[consumer_test(consumer = "web-app")]
#[ignore = "compiled only"]
fn a_plain_function_with_two_providers(
    #[provider("user-api", cors)] users: MockProvider,
    #[provider("billing", listen = "127.0.0.1:0")] billing: BlockingMockProvider,
) {
    users.expect(greeting());
    billing.expect(greeting());
}

#[test]
fn a_body_that_blocks_needs_no_runtime() {
    let root = tempfile::tempdir().unwrap();
    run_blocking(&in_workspace(root.path(), ["user-api"]), |[provider]| {
        let provider = BlockingMockProvider::from(provider);
        provider.expect(greeting());
        assert!(tokio::runtime::Handle::try_current().is_err());
        assert_eq!(get(provider.url(), "/hello").status, 200);
    });
    assert_eq!(contracts(root.path()), ["web-app-user-api.json"]);

    let root = tempfile::tempdir().unwrap();
    let message = panic_message(|| {
        run_blocking(&in_workspace(root.path(), ["user-api"]), |[provider]| {
            provider.expect(greeting());
        });
    });
    assert!(message.contains("GET /hello was never sent"), "{message}");
    assert!(contracts(root.path()).is_empty());
}

#[tokio::test]
async fn a_body_runs_within_the_runtime_of_another_attribute() {
    let root = tempfile::tempdir().unwrap();
    let outer = tokio::runtime::Handle::current().id();
    let test = in_workspace(root.path(), ["user-api"]);
    let ended = run_within(&test, |[provider]| async move {
        assert_eq!(tokio::runtime::Handle::current().id(), outer);
        provider.expect(greeting());
        get(provider.url(), "/hello");
    });
    ended.await.conclude();
    assert_eq!(contracts(root.path()), ["web-app-user-api.json"]);
}

#[test]
fn documents_may_stand_inside_patterns() {
    let name = "computed";
    let pattern = json_like!({
        (name): [1, 2, 3],
        "none": null,
        "users": each_like({ "id": integer(1), "tags": ["a"], }).at_least(2),
        "maybe": nullable({ "at": date("yyyy-MM-dd", "2026-01-01") }),
        "links": array_containing([{ "rel": exactly("self") }, { "rel": exactly("next") }]),
        "either": any_of([string("one"), integer(1), null()]),
        "sum": 1 + 2,
    });
    let example = pattern.expand().example;
    assert_eq!(
        example,
        serde_json::json!({
            "computed": [1, 2, 3],
            "none": null,
            "users": [{ "id": 1, "tags": ["a"] }, { "id": 1, "tags": ["a"] }],
            "maybe": { "at": "2026-01-01" },
            "links": [{ "rel": "self" }, { "rel": "next" }],
            "either": "one",
            "sum": 3,
        })
    );
}
