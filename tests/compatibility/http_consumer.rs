//! Steps of a consumer's test: the mock provider is started, asked, and says how it went.

use contract_core::Error;
use contract_core::contract::Specification;
use contract_core::contract::{
    ContentType, Contract, HttpInteraction, Interaction, InteractionKind, Request,
};
use contract_core::matching::Mismatch;
use contract_core::mock::{MockProvider, UnexpectedRequest};
use cucumber::gherkin::Step;
use cucumber::{then, when};
use serde_json::Value;

use crate::definitions::PARTICIPANTS;
use crate::fixtures;
use crate::interactions::{change_request, numbers};
use crate::matching::assert_contains;
use crate::table::only_row;
use crate::world::Suite;

/// One consumer's test.
#[derive(Debug, Default)]
pub(crate) struct State {
    mock: Option<MockProvider>,
    answer: Option<Answer>,
    unexpected: Vec<UnexpectedRequest>,
    unused: Vec<Interaction>,
    outcome: Option<Result<(), Error>>,
}

/// What the mock provider answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    content_type: Option<ContentType>,
    body: Vec<u8>,
}

impl State {
    fn answer(&self) -> &Answer {
        self.answer.as_ref().expect("a request was made")
    }

    /// How the requests that came differ from the interactions that they nearly fit.
    fn mismatches(&self) -> Vec<Mismatch> {
        self.unexpected
            .iter()
            .filter_map(|unexpected| unexpected.nearest.as_ref())
            .flat_map(|near| near.mismatches.clone())
            .collect()
    }
}

impl Suite {
    /// Ends the test, if it is still running, and keeps what the mock provider says about it.
    pub(crate) async fn end_test(&mut self) {
        let state = &mut self.http_consumer;
        if let Some(mock) = state.mock.take() {
            state.unexpected = mock.unexpected_requests();
            state.unused = mock.unused_interactions();
            state.outcome = Some(mock.finish().await);
            self.file = self.written_file();
        }
    }
}

fn description(number: usize) -> String {
    format!("interaction {number}")
}

async fn start(world: &mut Suite, interactions: Vec<(usize, HttpInteraction)>) {
    let interactions = interactions
        .into_iter()
        .map(|(number, http)| Interaction::new(description(number), InteractionKind::Http(Box::new(http))));
    let mock = Contract::between(PARTICIPANTS.0, PARTICIPANTS.1)
        .directory(world.folder())
        // Version 1 is only read, and version 2 says the same of interactions without rules.
        .specification(world.specification.max(Specification::V2))
        // Some of the suite's examples are of the wrong kind, for the requests to be refused.
        .any_example()
        .interactions(interactions)
        .serve()
        .await
        .expect("the mock provider starts");
    world.http_consumer.mock = Some(mock);
}

/// Sends the request of an interaction as a consumer would.
async fn send(world: &mut Suite, request: &Request) {
    let mock = world
        .http_consumer
        .mock
        .as_ref()
        .expect("the mock provider was started");
    let mut url = format!("{}{}", mock.url().trim_end_matches('/'), request.path);
    if !request.query.is_empty() {
        url = format!("{url}?{}", request.query.to_text());
    }
    let method = request.method.parse().expect("the method is one of HTTP");
    let mut sending = reqwest::Client::new()
        .request(method, url)
        .body(request.body.to_bytes());
    for (name, values) in request.headers.iter() {
        for value in values {
            sending = sending.header(name, value);
        }
    }
    let answer = sending.send().await.expect("the mock provider answers");
    world.http_consumer.answer = Some(Answer {
        status: answer.status().as_u16(),
        content_type: crate::wire::headers(answer.headers())
            .first("content-type")
            .map(fixtures::content_type_of),
        body: answer.bytes().await.expect("the answer arrives").to_vec(),
    });
}

#[when(regex = r#"^the mock server is started with interactions? "?([\d, ]+)"?$"#)]
async fn started(world: &mut Suite, which: String) {
    let interactions = numbers(&which)
        .map(|number| (number, world.interaction(number).clone()))
        .collect();
    start(world, interactions).await;
}

#[when(regex = r"^the mock server is started with interaction (\d+) but with the following changes:$")]
async fn started_with_changes(world: &mut Suite, step: &Step, number: usize) {
    let mut http = world.interaction(number).clone();
    change_request(&mut http.request, &only_row(step));
    start(world, vec![(number, http)]).await;
}

#[when(regex = r"^request (\d+) is made to the mock server$")]
async fn request(world: &mut Suite, number: usize) {
    let request = world.interaction(number).request.clone();
    send(world, &request).await;
}

#[when(regex = r"^request (\d+) is made to the mock server with the following changes:$")]
async fn changed_request(world: &mut Suite, step: &Step, number: usize) {
    let mut request = world.interaction(number).request.clone();
    change_request(&mut request, &only_row(step));
    send(world, &request).await;
}

#[then(regex = r"^a (\d+) (?:success|error) response is returned$")]
fn answered(world: &mut Suite, status: u16) {
    let answer = world.http_consumer.answer();
    assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.body));
}

#[then(regex = r#"^the payload will contain the "([^"]+)" JSON document$"#)]
fn has_payload(world: &mut Suite, name: String) {
    let document: Value =
        serde_json::from_slice(&world.http_consumer.answer().body).expect("the payload is JSON");
    assert_eq!(
        document,
        fixtures::Payload::of(&format!("file: {name}.json")).json()
    );
}

#[then(regex = r#"^the content type will be set as "([^"]+)"$"#)]
fn has_content_type(world: &mut Suite, content_type: String) {
    assert_eq!(
        world.http_consumer.answer().content_type,
        Some(fixtures::content_type_of(&content_type))
    );
}

#[when("the pact test is done")]
async fn done(world: &mut Suite) {
    world.end_test().await;
}

#[then("the mock server status will be OK")]
fn met(world: &mut Suite) {
    let outcome = world.http_consumer.outcome.as_ref().expect("the test is over");
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[then("the mock server status will NOT be OK")]
fn unmet(world: &mut Suite) {
    let outcome = world.http_consumer.outcome.as_ref().expect("the test is over");
    assert!(outcome.is_err(), "everything was as expected");
}

#[then("the mock server status will be mismatches")]
fn mismatches(world: &mut Suite) {
    let unexpected = &world.http_consumer.unexpected;
    assert!(
        unexpected.iter().any(|unexpected| unexpected.nearest.is_some()),
        "{unexpected:?}"
    );
}

#[then(regex = r#"^the mismatches will contain an? "([^"]+)" mismatch with error "(.*)"$"#)]
async fn contains_mismatch(world: &mut Suite, part: String, error: String) {
    world.end_test().await;
    assert_contains(&world.http_consumer.mismatches(), Some(&part), None, &error);
}

#[then(
    regex = r#"^the mismatches will contain an? "([^"]+)" mismatch with path "([^"]+)" with error "(.*)"$"#
)]
fn contains_mismatch_at(world: &mut Suite, part: String, path: String, error: String) {
    assert_contains(
        &world.http_consumer.mismatches(),
        Some(&part),
        Some(&path),
        &error,
    );
}

#[then(
    regex = r"^the mock server status will be an expected but not received error for interaction \{(\d+)\}$"
)]
fn not_received(world: &mut Suite, number: usize) {
    let unused: Vec<&str> = world
        .http_consumer
        .unused
        .iter()
        .map(|interaction| interaction.description.as_str())
        .collect();
    assert_eq!(unused, [description(number)]);
}

#[then(
    regex = r#"^the mock server status will be an unexpected "([^"]+)" request received error for interaction \{(\d+)\}$"#
)]
fn unexpected_interaction(world: &mut Suite, method: String, number: usize) {
    let path = world.interaction(number).request.path.clone();
    unexpected_path(world, method, path);
}

#[then(
    regex = r#"^the mock server status will be an unexpected "([^"]+)" request received error for path "([^"]+)"$"#
)]
fn unexpected_path(world: &mut Suite, method: String, path: String) {
    let came: Vec<(&str, &str)> = world
        .http_consumer
        .unexpected
        .iter()
        .map(|unexpected| {
            (
                unexpected.request.method.as_str(),
                unexpected.request.path.as_str(),
            )
        })
        .collect();
    assert_eq!(came, [(method.as_str(), path.as_str())]);
}

#[then(regex = "^the mock server will write out a Pact file for the interactions? when done$")]
fn file_written(world: &mut Suite) {
    assert!(world.file.is_some(), "no contract file was written");
}

#[then(regex = "^the mock server will NOT write out a Pact file for the interactions? when done$")]
fn no_file_written(world: &mut Suite) {
    assert_eq!(world.file, None);
}
