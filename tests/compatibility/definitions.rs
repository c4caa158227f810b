//! Steps that define the interactions of a consumer's test, of all three kinds.

use contract_core::contract::{Contract, Interaction, InteractionKind, Message, SyncMessage};
use contract_core::json::{self, Value};
use contract_core::pattern::state;
use contract_core::prelude::{Request, Response};
use cucumber::gherkin::Step;
use cucumber::{given, when};

use crate::fixtures;
use crate::message_cells::{metadata, payload};
use crate::table::{Row, only_row, parameters, rows};
use crate::world::Suite;

/// The consumer and the provider of the contracts here.
pub(crate) const PARTICIPANTS: (&str, &str) = ("consumer", "provider");

impl Suite {
    /// The interaction that is being defined.
    fn draft(&mut self) -> &mut Interaction {
        self.drafts.last_mut().expect("an interaction is being defined")
    }

    fn draft_message(&mut self) -> &mut Message {
        match &mut self.draft().kind {
            InteractionKind::Message(message) => message,
            kind => panic!("{} is no message", kind.type_name()),
        }
    }

    fn draft_sync_message(&mut self) -> &mut SyncMessage {
        match &mut self.draft().kind {
            InteractionKind::SyncMessage(message) => message,
            kind => panic!("{} is no synchronous message", kind.type_name()),
        }
    }

    /// The contract with all interactions that were defined.
    pub(crate) fn defined_contract(&self) -> Contract {
        let mut contract = Contract::new(PARTICIPANTS.0, PARTICIPANTS.1);
        contract.specification = self.specification;
        contract.interactions.clone_from(&self.drafts);
        contract
    }
}

#[given("an integration is being defined for a consumer test")]
#[given("an HTTP interaction is being defined for a consumer test")]
fn http(world: &mut Suite) {
    let interaction = Interaction::http("a request")
        .request(Request::get("/path"))
        .response(Response::ok());
    world.drafts.push(interaction.into());
}

#[given("a message integration is being defined for a consumer test")]
#[given("a message interaction is being defined for a consumer test")]
fn message(world: &mut Suite) {
    world.drafts.push(Interaction::message("a message").into());
}

#[given("a synchronous message interaction is being defined for a consumer test")]
fn sync_message(world: &mut Suite) {
    world.drafts.push(Interaction::sync_message("a question").into());
}

#[given("a message is defined")]
fn message_defined(world: &mut Suite) {
    set_contents(world.draft_message(), "file: basic.json");
}

#[given(regex = r#"^a provider state "([^"]*)"(?: for the (?:synchronous )?message)? is specified$"#)]
fn provider_state(world: &mut Suite, name: String) {
    world.draft().provider_states.push(state(name));
}

#[given(
    regex = r#"^a provider state "([^"]*)"(?: for the (?:synchronous )?message)? is specified with the following data:$"#
)]
fn provider_state_with(world: &mut Suite, step: &Step, name: String) {
    let state = parameters(&only_row(step))
        .into_iter()
        .fold(state(name), |state, (name, value)| state.with(name, value));
    world.draft().provider_states.push(state);
}

#[given(
    regex = r#"^a key of "([^"]*)" is specified for the (?:HTTP|message|synchronous message) interaction$"#
)]
fn set_key(world: &mut Suite, key: String) {
    world.draft().key = Some(key);
}

#[given(regex = "^the (?:HTTP|message|synchronous message) interaction is marked as pending$")]
fn set_pending(world: &mut Suite) {
    world.draft().pending = true;
}

#[given(regex = r#"^a comment "([^"]*)" is added to the (?:HTTP|message|synchronous message) interaction$"#)]
fn add_comment(world: &mut Suite, comment: String) {
    let comments = &mut world.draft().comments;
    comments.insert("text".to_owned(), Value::from_iter([comment]));
}

/// Sets the contents with their content type.
fn set_contents(message: &mut Message, cell: &str) {
    let payload = payload(cell);
    message.contents = payload.body();
    let content_type = payload.content_type.expect("a message has a content type");
    message
        .metadata
        .insert("contentType".to_owned(), content_type.as_str().into());
}

/// Sets what a row says: body, metadata, generators.
fn configure(message: &mut Message, row: &Row) {
    if let Some(body) = row.get("body") {
        set_contents(message, body);
    }
    if let Some(metadata) = row.get("metadata") {
        let metadata: Value = json::from_str(metadata).expect("the metadata is JSON");
        message
            .metadata
            .extend(metadata.as_object().expect("the metadata is an object").clone());
    }
    if let Some(generators) = row.get("generators") {
        message.generators = fixtures::generators(generators);
    }
}

#[given(regex = r#"^the message payload contains the "([^"]+)" JSON document$"#)]
fn message_payload(world: &mut Suite, name: String) {
    set_contents(world.draft_message(), &format!("file: {name}.json"));
}

#[given("the message contains the following metadata:")]
fn message_metadata(world: &mut Suite, step: &Step) {
    world.draft_message().metadata.extend(metadata(&rows(step)));
}

#[given("the message is configured with the following:")]
fn configured_message(world: &mut Suite, step: &Step) {
    configure(world.draft_message(), &only_row(step));
}

#[given(regex = r#"^the message request payload contains the "([^"]+)" JSON document$"#)]
fn request_payload(world: &mut Suite, name: String) {
    set_contents(
        &mut world.draft_sync_message().request,
        &format!("file: {name}.json"),
    );
}

#[given(regex = r#"^the message response payload contains the "([^"]+)" document$"#)]
fn response_payload(world: &mut Suite, cell: String) {
    let mut response = Message::default();
    set_contents(&mut response, &cell);
    world.draft_sync_message().responses.push(response);
}

#[given("the message request contains the following metadata:")]
fn request_metadata(world: &mut Suite, step: &Step) {
    let request = &mut world.draft_sync_message().request;
    request.metadata.extend(metadata(&rows(step)));
}

#[given("the message request is configured with the following:")]
fn configured_request(world: &mut Suite, step: &Step) {
    configure(&mut world.draft_sync_message().request, &only_row(step));
}

#[given("the message response is configured with the following:")]
fn configured_response(world: &mut Suite, step: &Step) {
    let mut response = Message::default();
    configure(&mut response, &only_row(step));
    world.draft_sync_message().responses.push(response);
}

#[when("the Pact file for the test is generated")]
fn generate(world: &mut Suite) {
    let contract = world.defined_contract();
    let text = contract
        .to_text(world.specification)
        .expect("the contract can be written");
    let path = world.folder().join("contract.json");
    std::fs::write(&path, text).expect("the contract file can be written");
    world.file = Some(path);
}
