//! Steps about the callback that sets provider states.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use cucumber::gherkin::Step;
use cucumber::{given, then};
use serde_json::{Map, Value};

use crate::server::Server;
use crate::table::{only_row, parameters};
use crate::verification::Happening;
use crate::world::Suite;

/// A callback that logs what it is asked and answers with this status.
async fn start(status: StatusCode, log: Arc<Mutex<Vec<Happening>>>) -> Server {
    let answer = move |axum::Json(asked): axum::Json<Value>| {
        log.lock()
            .expect("nobody panics while logging")
            .push(Happening::State(asked));
        std::future::ready((status, "{}"))
    };
    Server::start(|_| Router::new().route("/", post(answer))).await
}

/// What the callback was asked with this action, with its place in the order of everything that happened.
fn asked(world: &Suite, action: &str) -> Vec<(usize, Value)> {
    world
        .verification
        .happenings()
        .into_iter()
        .enumerate()
        .filter_map(|(place, happening)| match happening {
            Happening::State(asked) if asked["action"] == action => Some((place, asked)),
            _ => None,
        })
        .collect()
}

/// When the provider was asked, if it was.
fn requests(world: &Suite) -> impl Iterator<Item = usize> {
    let happenings = world.verification.happenings();
    (0..happenings.len()).filter(move |place| matches!(happenings[*place], Happening::Request(_)))
}

fn assert_asked(world: &Suite, action: &str, state: &str, parameters: &Map<String, Value>) {
    let all = asked(world, action);
    let found = all.iter().any(|(_, asked)| {
        asked["state"] == state
            && asked
                .get("params")
                .and_then(Value::as_object)
                .unwrap_or(&Map::new())
                == parameters
    });
    assert!(found, "no {action} of {state:?} with {parameters:?} in {all:?}");
}

#[given("a provider state callback is configured")]
async fn callback(world: &mut Suite) {
    world.verification.callback = Some(start(StatusCode::OK, world.verification.log()).await);
}

#[given("a provider state callback is configured, but will return a failure")]
async fn failing_callback(world: &mut Suite) {
    let callback = start(StatusCode::INTERNAL_SERVER_ERROR, world.verification.log()).await;
    world.verification.callback = Some(callback);
}

#[then("the provider state callback will be called before the verification is run")]
fn called_before(world: &mut Suite) {
    let setups = asked(world, "setup");
    assert!(!setups.is_empty(), "the callback was not called");
    let first = requests(world).min().unwrap_or(usize::MAX);
    assert!(
        setups.iter().all(|(place, _)| *place < first),
        "called after the request"
    );
}

#[then("the provider state callback will be called after the verification is run")]
fn called_after(world: &mut Suite) {
    let teardowns = asked(world, "teardown");
    assert!(!teardowns.is_empty(), "the callback was not called");
    let last = requests(world).max().expect("the provider was asked");
    assert!(
        teardowns.iter().all(|(place, _)| *place > last),
        "called before the request"
    );
}

#[then(
    regex = r#"^the provider state callback will receive a (setup) call with "([^"]*)" as the provider state parameter$"#
)]
#[then(
    regex = r#"^the provider state callback will receive a (teardown) call "([^"]*)" as the provider state parameter$"#
)]
fn received(world: &mut Suite, action: String, state: String) {
    assert_asked(world, &action, &state, &Map::new());
}

#[then(
    regex = r#"^the provider state callback will receive a (setup) call with "([^"]*)" and the following parameters:$"#
)]
#[then(
    regex = r#"^the provider state callback will receive a (teardown) call "([^"]*)" and the following parameters:$"#
)]
fn received_with(world: &mut Suite, step: &Step, action: String, state: String) {
    assert_asked(world, &action, &state, &parameters(&only_row(step)));
}

#[then("the provider state callback will NOT receive a teardown call")]
fn no_teardown(world: &mut Suite) {
    assert!(
        asked(world, "teardown").is_empty(),
        "the callback was asked to tear down"
    );
}
