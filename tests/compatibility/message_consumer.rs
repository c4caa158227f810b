//! Steps of a consumer's test that receives messages, or sends one and receives the answers.

use contract_core::Error;
use contract_core::contract::{Contract, Interaction, InteractionKind, Message};
use cucumber::{then, when};

use crate::contract_file::assert_document;
use crate::definitions::PARTICIPANTS;
use crate::fixtures;
use crate::made::{assert_made, assert_replaced};
use crate::message_cells::metadata_value;
use crate::world::Suite;

/// What the consumer received, and how its test went.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The message, or the request of a synchronous one.
    received: Vec<Message>,
    /// The answers of a synchronous one.
    responses: Vec<Message>,
    outcome: Option<Result<(), Error>>,
}

impl State {
    /// What the consumer's handler is about: the message, or the first answer.
    fn message(&self) -> &Message {
        self.responses.first().unwrap_or_else(|| self.sent())
    }

    /// The message, or the request of a synchronous one.
    fn sent(&self) -> &Message {
        self.received.first().expect("a message was received")
    }

    fn response(&self) -> &Message {
        self.responses.first().expect("a response was received")
    }
}

/// Runs the consumer's test, whose handler gives this outcome.
async fn process(world: &mut Suite, handled: Result<(), String>) {
    let interaction: Interaction = world.drafts.last().expect("a message is defined").clone();
    let description = interaction.description.clone();
    let mut contract = Contract::between(PARTICIPANTS.0, PARTICIPANTS.1)
        .directory(world.folder())
        .specification(world.specification)
        // A scenario leaves out the half of an interaction that it does not speak of.
        .any_example()
        .interaction(interaction.clone());
    let state = &mut world.message_consumer;
    let outcome = match &interaction.kind {
        InteractionKind::Message(_) => {
            contract
                .verify_message(&description, |message| {
                    state.received.push(message);
                    std::future::ready(handled)
                })
                .await
        }
        InteractionKind::SyncMessage(exchange) => {
            contract
                .verify_sync_message(&description, |channel| {
                    let answered = channel.request().and_then(|request| {
                        state.received.push(request);
                        channel.send_all(&exchange.request)
                    });
                    std::future::ready(match answered {
                        Ok(responses) => {
                            state.responses = responses;
                            handled
                        }
                        Err(error) => Err(error.to_string()),
                    })
                })
                .await
        }
        kind => panic!("{} is no message", kind.type_name()),
    };
    let written = contract.finish();
    state.outcome = Some(outcome.and(written));
    world.file = world.written_file();
}

#[when("the message is successfully processed")]
async fn processed(world: &mut Suite) {
    process(world, Ok(())).await;
}

#[when(regex = r#"^the message is NOT successfully processed with a "([^"]+)" exception$"#)]
async fn not_processed(world: &mut Suite, error: String) {
    process(world, Err(error)).await;
}

#[then("the consumer test will have passed")]
fn passed(world: &mut Suite) {
    let outcome = world.message_consumer.outcome.as_ref().expect("the test is over");
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[then("the consumer test will have failed")]
fn failed(world: &mut Suite) {
    let outcome = world.message_consumer.outcome.as_ref().expect("the test is over");
    assert!(outcome.is_err(), "the test passed");
}

#[then(regex = r#"^the consumer test error will be "([^"]+)"$"#)]
fn has_error(world: &mut Suite, text: String) {
    match &world.message_consumer.outcome {
        Some(Err(error)) => assert!(error.to_string().contains(&text), "{error}"),
        other => panic!("there is no error: {other:?}"),
    }
}

#[then("a Pact file for the message interaction will have been written")]
fn file_written(world: &mut Suite) {
    let outcome = &world.message_consumer.outcome;
    assert!(world.file.is_some(), "no contract file was written: {outcome:?}");
}

#[then("a Pact file for the message interaction will NOT have been written")]
fn no_file_written(world: &mut Suite) {
    assert_eq!(world.file, None);
}

#[then(regex = r#"^the received message payload will contain the "([^"]+)" (?:JSON )?document$"#)]
fn has_payload(world: &mut Suite, name: String) {
    let name = if name.starts_with("file:") {
        name
    } else {
        format!("{name}.json")
    };
    assert_document(&world.message_consumer.message().contents, &name);
}

#[then(regex = r#"^the received message content type will be "([^"]+)"$"#)]
fn has_content_type(world: &mut Suite, content_type: String) {
    let received = world.message_consumer.message().content_type();
    assert_eq!(received, Some(fixtures::content_type_of(&content_type)));
}

#[then(regex = r#"^the received message (?:(request|response) )?metadata will contain "([^"]+)" == "(.*)"$"#)]
fn has_metadata(world: &mut Suite, which: String, name: String, value: String) {
    let message = of_kind(&world.message_consumer, &which);
    assert_eq!(message.metadata.get(&name), Some(&metadata_value(&value)));
}

#[then(
    regex = r#"^the received message (?:(request|response) )?metadata will contain "([^"]+)" replaced with an? "([^"]+)"$"#
)]
fn generated_metadata(world: &mut Suite, which: String, name: String, what: String) {
    let message = of_kind(&world.message_consumer, &which);
    assert_made(message.metadata.get(&name).expect("the entry is there"), &what);
}

#[then(
    regex = r#"^the message (?:(request|response) )?contents for "\$\.([^"]+)" will have been replaced with an? "([^"]+)"$"#
)]
fn generated_contents(world: &mut Suite, which: String, member: String, what: String) {
    let message = of_kind(&world.message_consumer, &which);
    assert_replaced(&message.contents, &member, &what);
}

/// The message itself where nothing is said.
fn of_kind<'a>(state: &'a State, which: &str) -> &'a Message {
    if which == "response" {
        state.response()
    } else {
        state.sent()
    }
}
