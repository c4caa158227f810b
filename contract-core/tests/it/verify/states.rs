//! Provider states: known, unknown, with parameters, with values, set by the provider itself.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::routing::{get, post};
use axum::{Json, Router};
use contract_core::provider::*;
use contract_core::report::Style;
use contract_core::verify::Outcome;
use serde::Deserialize;
use serde_json::{Value, json};

use super::provider::{Users, app, contract, get_interaction, serve};

fn verifier(state: &Value) -> Verifier {
    let interaction = get_interaction("a request", std::slice::from_ref(state), "/users/1", 404);
    Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[interaction])))
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

#[tokio::test]
async fn an_unknown_state_names_the_nearest_known_one() {
    let error = error_of(verifier(&json!({ "name": "no user exist" })).state_holds("no users exist")).await;
    assert_eq!(
        error,
        "provider state \"no user exist\" is unknown; did you mean \"no users exist\"?"
    );
    let error =
        error_of(verifier(&json!({ "name": "the cart is full" })).state_holds("no users exist")).await;
    assert_eq!(
        error,
        "provider state \"the cart is full\" is unknown; registered are \"no users exist\": add \
         .state(\"the cart is full\", …)"
    );
}

#[tokio::test]
async fn an_unknown_state_may_be_a_warning() {
    let report = verifier(&json!({ "name": "anything" }))
        .ignore_unknown_states()
        .run()
        .await
        .unwrap();
    assert!(report.is_success());
    let text = report.to_text(contract_core::report::Style::PLAIN);
    assert!(
        text.contains("warning: no handler for provider state \"anything\""),
        "{text}"
    );
}

#[tokio::test]
async fn parameters_that_do_not_fit_say_so() {
    #[derive(Deserialize)]
    struct Id {
        #[expect(dead_code, reason = "only its type matters")]
        id: u64,
    }
    let verifier = verifier(&json!({ "name": "user exists", "params": { "id": "seven" } }))
        .state("user exists", |_: StateParams<Id>| async {});
    let error = error_of(verifier).await;
    assert!(
        error.contains(r#"the parameters {"id":"seven"} do not match the type "#)
            && error.contains(r#" of the handler of provider state "user exists": "#),
        "{error}"
    );
    assert!(error.contains("expected u64"), "{error}");
}

#[tokio::test]
async fn a_failing_handler_is_an_error_with_its_reason() {
    let verifier = verifier(&json!({ "name": "user exists" })).state("user exists", |_: StateParams| async {
        Err::<(), _>("the database is down")
    });
    let error = error_of(verifier).await;
    assert_eq!(
        error,
        "the handler of provider state \"user exists\" failed: the database is down"
    );
}

#[tokio::test]
async fn hooks_states_and_teardown_run_in_order() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let note = |what: &'static str| {
        let log = log.clone();
        move || {
            log.lock().unwrap().push(what);
            std::future::ready(())
        }
    };
    let noted = |what: &'static str| {
        let log = log.clone();
        move |_: StateParams| {
            log.lock().unwrap().push(what);
            std::future::ready(())
        }
    };
    let report = verifier(&json!({ "name": "user exists" }))
        .before_each(note("before"))
        .state("user exists", noted("set up"))
        .state_teardown("user exists", noted("tear down"))
        .after_each(note("after"))
        .run()
        .await
        .unwrap();
    assert!(report.is_success());
    assert_eq!(*log.lock().unwrap(), ["before", "set up", "tear down", "after"]);
}

#[tokio::test]
async fn a_provider_that_sets_its_states_itself_is_asked() {
    let asked: Arc<Mutex<Vec<Value>>> = Arc::default();
    let seen = asked.clone();
    let provider = Router::new()
        .route("/users/1", get(|| async { axum::http::StatusCode::NOT_FOUND }))
        .route(
            "/states",
            post(move |Json(body): Json<Value>| async move {
                let answer = match body["state"].as_str() {
                    Some("broken") => (axum::http::StatusCode::BAD_REQUEST, "no such state"),
                    _ => (axum::http::StatusCode::OK, ""),
                };
                seen.lock().unwrap().push(body);
                answer
            }),
        );
    let url = serve(provider).await;
    let states = StateChangeUrl::new(format!("{url}/states")).with_teardown(true);
    let verify = |interactions: Vec<Value>| {
        Verifier::new("user-api")
            .contracts(Contracts::value(contract(&interactions)))
            .base_url(url.clone())
            .state_change_url(states.clone())
            .run()
    };
    let report = verify(vec![
        get_interaction(
            "one",
            &[
                json!({ "name": "a" }),
                json!({ "name": "b", "params": { "n": 1 } }),
            ],
            "/users/1",
            404,
        ),
        get_interaction("two", &[], "/users/1", 404),
    ])
    .await
    .unwrap();
    assert!(report.is_success(), "{}", report.to_json());
    assert_eq!(
        *asked.lock().unwrap(),
        [
            json!({ "state": "a", "params": {}, "action": "setup" }),
            json!({ "state": "b", "params": { "n": 1 }, "action": "setup" }),
            json!({ "state": "b", "params": { "n": 1 }, "action": "teardown" }),
            json!({ "state": "a", "params": {}, "action": "teardown" }),
            json!({ "state": "", "params": {}, "action": "setup" }),
            json!({ "state": "", "params": {}, "action": "teardown" }),
        ]
    );

    let report = verify(vec![get_interaction(
        "three",
        &[json!({ "name": "broken" })],
        "/users/1",
        404,
    )])
    .await
    .unwrap();
    let (_, first) = report.interactions().next().unwrap();
    let Outcome::Errored(error) = &first.outcome else {
        panic!("{first:?}")
    };
    assert!(
        error
            .to_string()
            .contains("it responded with 400 Bad Request; check the state-change address")
            && error.to_string().ends_with("\n    no such state"),
        "{error}"
    );
    assert_eq!(
        first.sent.as_ref().unwrap().commands,
        [format!(
            r#"curl -i '{url}/states' -H 'content-type: application/json' --data-raw '{{"action":"setup","params":{{}},"state":"broken"}}'"#
        )]
    );

    // The state of an interaction without any is asked for as well.
    let report = verify(vec![get_interaction("five", &[], "/users/1", 200)])
        .await
        .unwrap();
    let (_, first) = report.interactions().next().unwrap();
    let set_up = &first.sent.as_ref().unwrap().commands[0];
    assert!(
        set_up.contains(r#""action":"setup","params":{},"state":"""#),
        "{set_up}"
    );

    // A request is sent again after its states.
    let report = verify(vec![get_interaction(
        "four",
        &[json!({ "name": "a" })],
        "/users/1",
        200,
    )])
    .await
    .unwrap();
    let (contract, first) = report.interactions().next().unwrap();
    let explanation = first.explanation(contract, Style::PLAIN);
    let expected = format!(
        r#"reproduce: curl -i '{url}/states' -H 'content-type: application/json' --data-raw '{{"action":"setup","params":{{}},"state":"a"}}' && curl -i '{url}/users/1'"#
    );
    assert!(explanation.contains(&expected), "{explanation}");
}

#[tokio::test]
async fn a_state_that_hangs_at_its_address_is_named() {
    let provider = Router::new().route("/states", post(std::future::pending::<()>));
    let url = serve(provider).await;
    let report = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[get_interaction(
            "one",
            &[json!({ "name": "slow" })],
            "/users/1",
            200,
        )])))
        .base_url(url.clone())
        .state_change_url(StateChangeUrl::new(format!("{url}/states")))
        .handler_timeout(Duration::from_millis(50))
        .run()
        .await
        .unwrap();
    let (_, first) = report.interactions().next().unwrap();
    let Outcome::Errored(error) = &first.outcome else {
        panic!("{first:?}")
    };
    let text = error.to_string();
    assert!(
        text.contains("for setup of provider state \"slow\" took longer than 50ms")
            && text.contains("--state-change-timeout"),
        "{text}"
    );
}

#[tokio::test]
async fn a_teardown_that_fails_is_named_as_such_and_can_be_requested_again() {
    let provider = Router::new()
        .route("/users/1", get(|| async { axum::http::StatusCode::NOT_FOUND }))
        .route(
            "/states",
            post(|Json(body): Json<Value>| async move {
                let is_locked = body["action"] == "teardown" && body["state"] != "fine";
                if is_locked {
                    (axum::http::StatusCode::LOCKED, "locked")
                } else {
                    (axum::http::StatusCode::OK, "")
                }
            }),
        );
    let url = serve(provider).await;
    let states = [
        json!({ "name": "fine" }),
        json!({ "name": "locked", "params": { "n": 1 } }),
    ];
    let verify = |states: &[Value], status| {
        Verifier::new("user-api")
            .contracts(Contracts::value(contract(&[get_interaction(
                "one", states, "/users/1", status,
            )])))
            .base_url(url.clone())
            .state_change_url(StateChangeUrl::new(format!("{url}/states")).with_teardown(true))
            .run()
    };
    let command = |action: &str, state: &str, params: &str| {
        let body = format!(r#"{{"action":"{action}","params":{params},"state":"{state}"}}"#);
        format!("curl -i '{url}/states' -H 'content-type: application/json' --data-raw '{body}'")
    };
    let named =
        format!("requesting {url}/states for teardown of provider state \"locked\" failed: it responded");

    let report = verify(&states, 404).await.unwrap();
    let (_, first) = report.interactions().next().unwrap();
    let Outcome::Errored(error) = &first.outcome else {
        panic!("{first:?}")
    };
    assert!(error.to_string().starts_with(&named), "{error}");
    let again = [
        command("setup", "fine", "{}"),
        command("setup", "locked", r#"{"n":1}"#),
        format!("curl -i '{url}/users/1'"),
        command("teardown", "locked", r#"{"n":1}"#),
    ];
    assert_eq!(first.sent.as_ref().unwrap().commands, again);

    // An interaction that fails anyway tells it as well.
    let report = verify(&states, 200).await.unwrap();
    let (_, first) = report.interactions().next().unwrap();
    assert!(first.warnings[0].starts_with(&named), "{:?}", first.warnings);
    assert_eq!(first.sent.as_ref().unwrap().commands, again);

    let report = verify(&[], 404).await.unwrap();
    let (_, first) = report.interactions().next().unwrap();
    let Outcome::Errored(error) = &first.outcome else {
        panic!("{first:?}")
    };
    let named = "for teardown of an interaction without provider states failed: it responded with 423";
    assert!(error.to_string().contains(named), "{error}");
    assert_eq!(
        first.sent.as_ref().unwrap().commands.last().unwrap(),
        &command("teardown", "", "{}")
    );
}
