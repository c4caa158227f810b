//! What test authors write: handlers that panic, hang or fail, request filters, groups of states.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract_core::provider::*;
use contract_core::verify::Outcome;
use serde::Deserialize;
use serde_json::{Value, json};

use super::provider::{Users, app, contract, get_interaction, user_interaction};

/// A verification of `GET /users/1`, which is not there, in these states.
fn verifier(states: &[&str]) -> Verifier {
    let states: Vec<Value> = states.iter().map(|name| json!({ "name": name })).collect();
    Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[get_interaction(
            "a request",
            &states,
            "/users/1",
            404,
        )])))
        .service(|| async { app(Users::default()) })
}

async fn error_of(verifier: Verifier) -> String {
    let report = verifier.run().await.unwrap();
    let (_, first) = report.interactions().next().unwrap();
    match &first.outcome {
        Outcome::Errored(error) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// What happened, in its order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, what: &str) {
        self.0.lock().unwrap().push(what.to_owned());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_panic_names_the_handler() {
    let error = error_of(verifier(&["a"]).state("a", |_: StateParams| async {
        assert!(std::env::args().count() == 0, "no database");
    }))
    .await;
    assert_eq!(error, "the handler of provider state \"a\" panicked: no database");
    let error = error_of(verifier(&[]).before_each(|| async {
        assert!(std::env::args().count() == 0, "no database");
    }))
    .await;
    assert_eq!(error, "the before_each hook panicked: no database");
}

#[tokio::test]
async fn a_handler_that_hangs_is_stopped_and_named() {
    let hanging = verifier(&["a"])
        .handler_timeout(Duration::from_millis(20))
        .state("a", |_: StateParams| std::future::pending::<()>());
    assert_eq!(
        error_of(hanging).await,
        "the handler of provider state \"a\" took longer than 20ms: see why it hangs, or raise the limit (handler_timeout)"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_that_nobody_waits_for_is_stopped() {
    for at_once in [1, 4] {
        let (begun, mut began) = tokio::sync::mpsc::unbounded_channel();
        let hanging = verifier(&[]).parallel(at_once).before_each(move || {
            let begun = begun.clone();
            async move {
                begun.send(()).unwrap();
                std::future::pending::<()>().await;
            }
        });
        let run = tokio::spawn(hanging.run());
        assert!(began.recv().await.is_some());
        run.abort();
        assert!(run.await.unwrap_err().is_cancelled());
        // The hook, which has the other end, is gone.
        let ended = tokio::time::timeout(Duration::from_secs(30), began.recv()).await;
        assert_eq!(ended, Ok(None));
    }
}

#[tokio::test]
async fn a_handler_may_still_be_to_do() {
    #[expect(clippy::todo, reason = "that it compiles is what is tested")]
    let unfinished = verifier(&["a"])
        .state("a", |_: StateParams| async { todo!("insert a user") })
        .message("order placed", |_| async { todo!() });
    assert_eq!(
        error_of(unfinished).await,
        "the handler of provider state \"a\" panicked: not yet implemented: insert a user"
    );
}

#[tokio::test]
async fn states_are_torn_down_whatever_happens() {
    let log = Log::default();
    let noted = |what: &'static str| {
        let log = log.clone();
        move |_: StateParams| {
            log.add(what);
            std::future::ready(())
        }
    };
    let after = log.clone();
    let failing = log.clone();
    let error = error_of(
        verifier(&["a", "b", "c"])
            .state("a", noted("set a"))
            .state("b", move |_: StateParams| {
                failing.add("fail b");
                std::future::ready(Err::<(), _>("no room"))
            })
            .state("c", noted("set c"))
            .state_teardown("a", noted("undo a"))
            .state_teardown("b", noted("undo b"))
            .state_teardown("c", noted("undo c"))
            .after_each(move || {
                after.add("after");
                std::future::ready(())
            }),
    )
    .await;
    assert_eq!(error, "the handler of provider state \"b\" failed: no room");
    assert_eq!(log.all(), ["set a", "fail b", "undo a", "after"]);
}

#[tokio::test]
async fn a_failed_teardown_fails_what_passed_and_is_a_warning_otherwise() {
    let failing = |status: u16| {
        let states = [json!({ "name": "a" })];
        Verifier::new("user-api")
            .contracts(Contracts::value(contract(&[get_interaction(
                "a request",
                &states,
                "/users/1",
                status,
            )])))
            .service(|| async { app(Users::default()) })
            .state_holds("a")
            .state_teardown("a", |_: StateParams| async { Err::<(), _>("locked") })
    };
    assert_eq!(
        error_of(failing(404)).await,
        "the teardown handler of provider state \"a\" failed: locked"
    );
    let report = failing(200).run().await.unwrap();
    let (_, first) = report.interactions().next().unwrap();
    assert!(matches!(first.outcome, Outcome::Failed(_)), "{first:?}");
    assert_eq!(
        first.warnings,
        ["the teardown handler of provider state \"a\" failed: locked"]
    );
}

#[tokio::test]
async fn every_failure_after_an_interaction_is_told() {
    #[derive(Deserialize)]
    struct Id {
        #[expect(dead_code, reason = "only that it is missing matters")]
        id: u64,
    }
    let failing = verifier(&["a", "b"])
        .state_holds("a")
        .state_holds("b")
        .state_teardown("a", |_: StateParams<Id>| async {})
        .state_teardown("b", |_: StateParams| async { Err::<(), _>("locked") })
        .after_each(|| async { Err::<(), _>("no log") });
    let error = error_of(failing).await;
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines[0], "3 errors after the interaction:");
    assert_eq!(
        lines[1],
        "  the teardown handler of provider state \"b\" failed: locked"
    );
    assert!(
        lines[2].contains("of the teardown handler of provider state \"a\": missing field `id`"),
        "{error}"
    );
    assert_eq!(lines[3], "  the after_each hook failed: no log");
}

#[tokio::test]
async fn a_filter_sees_the_interaction_its_state_values_and_its_fixture() {
    let seen = Log::default();
    let log = seen.clone();
    let interaction = user_interaction(1, "Ada");
    let report = Verifier::with_fixture("user-api", || async { Users::default() })
        .contracts(Contracts::value(contract(&[interaction])))
        .service_with(|users: Users| async { app(users) })
        .state("user exists", |state: StateParams<Value, Users>| async move {
            state.fixture().insert(1, "Ada");
            json_values(&json!({ "session": "s1" }))
        })
        .request_filter(move |request| {
            log.add(&format!(
                "{} {}",
                request.interaction().description,
                request.state_values()["session"]
            ));
            async move {
                request.fixture().insert(2, "Grace");
                request
            }
        })
        .run()
        .await
        .unwrap();
    assert!(report.is_success(), "{}", report.to_json());
    assert_eq!(seen.all(), ["a request for user 1 \"s1\""]);
}

fn json_values(value: &Value) -> contract_core::contract::Members {
    contract_core::json::from_value(&contract_core::json::Value::from(value.clone())).unwrap()
}

#[tokio::test]
async fn filters_run_in_their_order_and_may_fail() {
    let secret = || {
        Verifier::new("user-api")
            .contracts(Contracts::value(contract(&[get_interaction(
                "a secret",
                &[],
                "/secret",
                204,
            )])))
            .service(|| async { app(Users::default()) })
    };
    let report = secret()
        .request_filter(|request| request.bearer("old"))
        .request_filter(|request| async move { Ok::<_, std::io::Error>(request.bearer("t0ken")) })
        .run()
        .await
        .unwrap();
    assert!(report.is_success(), "{}", report.to_json());
    let refused = secret().request_filter(|request| async move {
        let _ = request;
        Err::<OutgoingRequest, _>("no login")
    });
    assert_eq!(error_of(refused).await, "the request filter failed: no login");
}

// ANCHOR: states
#[derive(Deserialize)]
struct User {
    id: u64,
    name: String,
}

/// The states of users, in a function of their own.
fn user_states() -> States<Users> {
    States::new()
        .state("user exists", |state: StateParams<User, Users>| async move {
            state.fixture().insert(state.params().id, &state.params().name);
        })
        .holds("no users exist")
}
// ANCHOR_END: states

/// What a login answers, after a while.
async fn login() -> Result<String, std::io::Error> {
    tokio::task::yield_now().await;
    Ok("t0ken".to_owned())
}

#[tokio::test]
async fn a_request_is_signed_after_a_login() {
    let interactions = [get_interaction("a secret", &[], "/secret", 204)];
    // ANCHOR: filter
    let report = Verifier::with_fixture("user-api", || async { Users::default() })
        .contracts(Contracts::value(contract(&interactions)))
        .service_with(|users: Users| async { app(users) })
        .request_filter(|request| async move {
            let token = login().await?;
            Ok::<_, std::io::Error>(request.bearer(token))
        })
        .run()
        .await
        .unwrap();
    // ANCHOR_END: filter
    assert!(report.is_success(), "{}", report.to_json());
}

#[tokio::test]
async fn states_are_grouped() {
    let nobody = get_interaction("nobody", &[json!({ "name": "no users exist" })], "/users/7", 404);
    let report = Verifier::with_fixture("user-api", || async { Users::default() })
        .contracts(Contracts::value(contract(&[user_interaction(1, "Ada"), nobody])))
        .service_with(|users: Users| async { app(users) })
        .states(user_states())
        .run()
        .await
        .unwrap();
    assert_eq!(report.counts().passed, 2, "{}", report.to_json());
}
