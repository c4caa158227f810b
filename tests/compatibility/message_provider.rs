//! Steps about a provider of messages, and what of it is to be verified.

use contract_core::contract::{self, Interaction, InteractionKind, ProviderState};
use contract_core::verify::Message;
use cucumber::gherkin::Step;
use cucumber::given;

use crate::fixtures;
use crate::http_provider::add_comments;
use crate::message_cells::{metadata, metadata_value, payload};
use crate::table::{by_line, rows};
use crate::world::Suite;

fn make(cell: &str) -> Message {
    let payload = payload(cell);
    let content_type = payload.content_type.expect("a message has a content type");
    Message::bytes(payload.bytes, content_type.as_str())
}

/// A message of a contract, with its content type in its metadata, as consumers write it.
fn expected(cell: &str) -> contract::Message {
    let payload = payload(cell);
    let mut message = contract::Message {
        contents: payload.body(),
        ..contract::Message::default()
    };
    if let Some(content_type) = &payload.content_type {
        message
            .metadata
            .insert("contentType".to_owned(), content_type.as_str().into());
    }
    message
}

fn interaction(description: &str, message: contract::Message) -> Interaction {
    Interaction::new(description, InteractionKind::Message(Box::new(message)))
}

#[given(regex = r#"^a provider is started that can generate the "([^"]+)" message with "(.*)"$"#)]
fn provider(world: &mut Suite, description: String, cell: String) {
    world.verification.messages.insert(description, make(&cell));
}

#[given(
    regex = r#"^a provider is started that can generate the "([^"]+)" message with "(.*)" and the following metadata:$"#
)]
fn provider_with_metadata(world: &mut Suite, step: &Step, description: String, cell: String) {
    let message = metadata(&rows(step)).fold(make(&cell), |message, (name, value)| {
        message.metadata(name, value)
    });
    world.verification.messages.insert(description, message);
}

#[given(regex = r#"^a Pact file for "([^"]+)":"([^"]*)" is to be verified$"#)]
fn contract(world: &mut Suite, description: String, cell: String) {
    world.add_contract(interaction(&description, expected(&cell)));
}

#[given(regex = r#"^a Pact file for "([^"]+)":"([^"]*)" is to be verified with provider state "([^"]*)"$"#)]
fn contract_with_state(world: &mut Suite, description: String, cell: String, state: String) {
    let mut interaction = interaction(&description, expected(&cell));
    interaction.provider_states.push(ProviderState::new(state));
    world.add_contract(interaction);
}

#[given(regex = r#"^a Pact file for "([^"]+)":"([^"]*)" is to be verified with the following metadata:$"#)]
fn contract_with_metadata(world: &mut Suite, step: &Step, description: String, cell: String) {
    let mut message = expected(&cell);
    message.metadata.extend(metadata(&rows(step)));
    world.add_contract(interaction(&description, message));
}

#[given(regex = r#"^a Pact file for "([^"]+)" is to be verified with the following:$"#)]
fn configured_contract(world: &mut Suite, step: &Step, description: String) {
    let row = by_line(step);
    let mut message = expected(row.get("body").expect("the table gives the body"));
    if let Some(cell) = row.get("matching rules") {
        message.rules = fixtures::rules(cell);
    }
    for entry in row
        .get("metadata")
        .unwrap_or_default()
        .split(';')
        .filter(|entry| !entry.is_empty())
    {
        let (name, value) = entry.split_once('=').expect("an entry of metadata has a value");
        message
            .metadata
            .insert(name.trim().to_owned(), metadata_value(value));
    }
    world.add_contract(interaction(&description, message));
}

#[given(regex = r#"^a Pact file for "([^"]+)":"([^"]*)" is to be verified, but is marked pending$"#)]
fn pending_contract(world: &mut Suite, description: String, cell: String) {
    let mut interaction = interaction(&description, expected(&cell));
    interaction.pending = true;
    world.add_contract(interaction);
}

#[given(regex = r#"^a Pact file for "([^"]+)":"([^"]*)" is to be verified with the following comments:$"#)]
fn contract_with_comments(world: &mut Suite, step: &Step, description: String, cell: String) {
    let mut interaction = interaction(&description, expected(&cell));
    add_comments(&mut interaction, &rows(step));
    world.add_contract(interaction);
}
