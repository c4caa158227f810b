//! Steps that start a provider of HTTP interactions, and say what of it is to be verified.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::response::IntoResponse as _;
use contract_core::contract::{HttpInteraction, Interaction, InteractionKind, ProviderState, Request};
use contract_core::json;
use cucumber::gherkin::Step;
use cucumber::{given, then};
use serde_json::{Value, json};

use crate::broker_stub::BrokerStub;
use crate::interactions::{change_response, numbers};
use crate::server::Server;
use crate::table::{Row, only_row, rows};
use crate::verification::Happening;
use crate::wire;
use crate::world::Suite;

/// A real provider that answers with the responses of interactions, and 404 else. What it is asked goes to the log.
async fn start(interactions: Vec<HttpInteraction>, log: Arc<Mutex<Vec<Happening>>>) -> Server {
    let interactions = Arc::new(interactions);
    let answer = move |request: axum::extract::Request| {
        let (interactions, log) = (Arc::clone(&interactions), Arc::clone(&log));
        async move {
            let request: Request = wire::received(request).await;
            let fitting = interactions
                .iter()
                .find(|http| http.request.method == request.method && http.request.path == request.path);
            let answer = fitting.map(|http| wire::sent(&http.response));
            log.lock()
                .expect("nobody panics while logging")
                .push(Happening::Request(Box::new(request)));
            answer.unwrap_or_else(|| axum::http::StatusCode::NOT_FOUND.into_response())
        }
    };
    Server::start(|_| Router::new().fallback(answer)).await
}

#[given(regex = r#"^a provider is started that returns the responses? from interactions? "?([\d, ]+)"?$"#)]
async fn provider(world: &mut Suite, which: String) {
    let interactions = numbers(&which)
        .map(|number| world.interaction(number).clone())
        .collect();
    world.verification.provider = Some(start(interactions, world.verification.log()).await);
}

#[given(
    regex = r"^a provider is started that returns the response from interaction (\d+), with the following changes:$"
)]
async fn changed_provider(world: &mut Suite, step: &Step, number: usize) {
    let mut http = world.interaction(number).clone();
    change_response(&mut http.response, &only_row(step), "response ");
    world.verification.provider = Some(start(vec![http], world.verification.log()).await);
}

/// The interaction as the contract will state it.
fn interaction(world: &Suite, number: usize) -> Interaction {
    let http = world.interaction(number).clone();
    Interaction::new(
        format!("interaction {number}"),
        InteractionKind::Http(Box::new(http)),
    )
}

#[given(regex = r"^a Pact file for interaction (\d+) is to be verified$")]
fn contract(world: &mut Suite, number: usize) {
    let interaction = interaction(world, number);
    world.add_contract(interaction);
}

#[given(
    regex = r#"^a Pact file for interaction (\d+) is to be verified with a provider state "([^"]*)" defined$"#
)]
fn contract_with_state(world: &mut Suite, number: usize, state: String) {
    let mut interaction = interaction(world, number);
    interaction.provider_states.push(ProviderState::new(state));
    world.add_contract(interaction);
}

#[given(
    regex = r"^a Pact file for interaction (\d+) is to be verified with the following provider states defined:$"
)]
fn contract_with_states(world: &mut Suite, step: &Step, number: usize) {
    let mut interaction = interaction(world, number);
    for row in rows(step) {
        let mut state = ProviderState::new(row.get("State Name").expect("a state has a name"));
        if let Some(parameters) = row.get("Parameters") {
            state.params = serde_json::from_str(parameters).expect("the parameters are a JSON object");
        }
        interaction.provider_states.push(state);
    }
    world.add_contract(interaction);
}

#[given(regex = r"^a Pact file for interaction (\d+) is to be verified, but is marked pending$")]
fn pending_contract(world: &mut Suite, number: usize) {
    let mut interaction = interaction(world, number);
    interaction.pending = true;
    world.add_contract(interaction);
}

#[given(regex = r"^a Pact file for interaction (\d+) is to be verified with the following comments:$")]
fn contract_with_comments(world: &mut Suite, step: &Step, number: usize) {
    let mut interaction = interaction(world, number);
    add_comments(&mut interaction, &rows(step));
    world.add_contract(interaction);
}

/// Adds the comments of a table: lines of text, and the name of the test.
pub(crate) fn add_comments(interaction: &mut Interaction, rows: &[Row]) {
    let mut texts = Vec::new();
    for row in rows {
        let comment = row.get("comment").expect("a row has a comment");
        match row.get("type") {
            Some("text") => texts.push(json::Value::from(comment)),
            Some(name) => {
                interaction.comments.insert(name.to_owned(), comment.into());
            }
            None => panic!("the comment {comment:?} has no type"),
        }
    }
    interaction
        .comments
        .insert("text".to_owned(), json::Value::Array(texts));
}

#[given(regex = r"^a Pact file for interaction (\d+) is to be verified from a Pact broker$")]
async fn contract_of_broker(world: &mut Suite, number: usize) {
    let interaction = interaction(world, number);
    let broker = BrokerStub::start(number, interaction, world.specification).await;
    world.verification.brokers.insert(number, broker);
}

#[given("publishing of verification results is enabled")]
fn publish(world: &mut Suite) {
    world.verification.publish = true;
}

#[then("a verification result will NOT be published back")]
fn nothing_published(world: &mut Suite) {
    for broker in world.verification.brokers.values() {
        assert_eq!(broker.results(), Vec::<Value>::new());
    }
}

#[then(
    regex = r"^a (successful|failed) verification result will be published back for (?:the )?interaction \{(\d+)\}$"
)]
fn published(world: &mut Suite, outcome: String, number: usize) {
    let results = world.verification.brokers[&number].results();
    let success: Vec<&Value> = results.iter().map(|result| &result["success"]).collect();
    assert_eq!(success, [&json!(outcome == "successful")], "of {results:?}");
}

#[given("a request filter is configured to make the following changes:")]
fn request_filter(world: &mut Suite, step: &Step) {
    let row = only_row(step);
    let headers = crate::fixtures::headers(row.get("headers").expect("the filter changes headers"));
    world.verification.added_headers = headers;
}

#[then(regex = r#"^the request to the provider will contain the header "([^:]+): ([^"]*)"$"#)]
fn filtered(world: &mut Suite, name: String, value: String) {
    let requests = world.verification.requests();
    assert!(!requests.is_empty(), "the provider was asked nothing");
    for request in requests {
        assert_eq!(request.headers.get(&name), Some(&[value.clone()][..]));
    }
}
