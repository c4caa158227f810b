//! Steps that look into the contract file that a consumer's test wrote.

use contract_core::contract::{Body, Contract, HttpInteraction, Interaction, InteractionKind, Message};
use contract_core::json;
use cucumber::gherkin::Step;
use cucumber::then;
use serde_json::Value;

use crate::fixtures::{self, Payload};
use crate::message_cells::metadata_value;
use crate::table::only_row;
use crate::world::Suite;

impl Suite {
    /// The contract in the file.
    fn contract(&self) -> Contract {
        let path = self.file.as_ref().expect("a contract file was written");
        Contract::read_file(path).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The interactions of the file as they stand there.
    fn written(&self) -> Vec<Value> {
        let path = self.file.as_ref().expect("a contract file was written");
        let text = std::fs::read_to_string(path).expect("the contract file can be read");
        let mut document: Value = serde_json::from_str(&text).expect("the contract file is JSON");
        let list = ["interactions", "messages"]
            .into_iter()
            .find_map(|name| document.get_mut(name).map(Value::take))
            .expect("a contract has interactions");
        match list {
            Value::Array(interactions) => interactions,
            other => panic!("the interactions are no list: {other}"),
        }
    }

    fn first(&self) -> Interaction {
        self.contract()
            .interactions
            .into_iter()
            .next()
            .expect("there is an interaction")
    }

    fn first_http(&self) -> HttpInteraction {
        self.first().as_http().expect("it is an HTTP interaction").clone()
    }

    /// The message, or the request of a synchronous one.
    fn first_message(&self) -> Message {
        match self.first().kind {
            InteractionKind::Message(message) => *message,
            InteractionKind::SyncMessage(message) => message.request,
            kind => panic!("{} is no message", kind.type_name()),
        }
    }

    fn first_responses(&self) -> Vec<Message> {
        match self.first().kind {
            InteractionKind::SyncMessage(message) => message.responses,
            kind => panic!("{} has no response messages", kind.type_name()),
        }
    }
}

/// Asserts that the body is the document of a fixture: `file: x`, or its name alone.
pub(crate) fn assert_document(body: &Body, name: &str) {
    let name = if name.starts_with("file:") {
        name.to_owned()
    } else {
        format!("file: {name}")
    };
    let expected = Payload::of(&name).body();
    let content = |body: &Body| body.content().map(|content| content.data.clone());
    assert_eq!(content(body), content(&expected));
}

#[then(regex = r"^the pact file will contain \{?(\d+)\}? (?:message )?interaction$")]
fn has_count(world: &mut Suite, count: usize) {
    assert_eq!(world.written().len(), count);
}

#[then(regex = r#"^the \{first\} interaction request will be for a "([^"]+)"$"#)]
fn has_method(world: &mut Suite, method: String) {
    assert_eq!(world.first_http().request.method, method);
}

#[then(regex = r#"^the \{first\} interaction response will contain the "([^"]+)" document$"#)]
fn response_document(world: &mut Suite, name: String) {
    assert_document(&world.first_http().response.body, &name);
}

#[then(regex = r#"^the \{first\} interaction request will contain the "([^"]+)" document$"#)]
fn request_document(world: &mut Suite, name: String) {
    assert_document(&world.first_http().request.body, &name);
}

#[then(regex = r#"^the \{first\} interaction request content type will be "([^"]+)"$"#)]
fn request_content_type(world: &mut Suite, content_type: String) {
    let http = world.first_http();
    assert_eq!(
        http.request.headers.first("content-type"),
        Some(content_type.as_str())
    );
}

#[then(regex = r#"^the \{first\} interaction request query parameters will be "([^"]+)"$"#)]
fn has_query(world: &mut Suite, query: String) {
    assert_eq!(world.first_http().request.query.to_text(), query);
}

#[then(
    regex = r#"^the \{first\} interaction request will contain the header "([^"]+)" with value "([^"]*)"$"#
)]
fn has_header(world: &mut Suite, name: String, value: String) {
    assert_eq!(world.first_http().request.headers.get(&name), Some(&[value][..]));
}

#[then(regex = r#"^the first interaction in the Pact file will have a type of "([^"]+)"$"#)]
fn type_of_first(world: &mut Suite, name: String) {
    assert_eq!(world.written()[0]["type"], name.as_str());
}

#[then(regex = r#"^there will be an interaction in the Pact file with a type of "([^"]+)"$"#)]
fn type_of_any(world: &mut Suite, name: String) {
    let written = world.written();
    assert!(
        written
            .iter()
            .any(|interaction| interaction["type"] == name.as_str()),
        "{written:?}"
    );
}

#[then(regex = r#"^the first interaction in the Pact file will have "([^"]+)" = '(.*)'$"#)]
fn has_member(world: &mut Suite, name: String, value: String) {
    let value: Value = serde_json::from_str(&value).expect("the value is JSON");
    assert_eq!(world.written()[0][&name], value);
}

#[then(
    regex = r"^the (?:interaction in the Pact file|first message in the pact file) will contain (\d+) provider states?$"
)]
fn state_count(world: &mut Suite, count: usize) {
    assert_eq!(world.first().provider_states.len(), count);
}

#[then(
    regex = r#"^the (?:interaction in the Pact file|first message in the Pact file) will contain provider state "([^"]+)"$"#
)]
fn has_state(world: &mut Suite, name: String) {
    let states = world.first().provider_states;
    assert!(states.iter().any(|state| state.name == name), "{states:?}");
}

#[then(
    regex = r#"^the provider state "([^"]+)" (?:in the Pact file|for the message) will contain the following parameters:$"#
)]
fn state_parameters(world: &mut Suite, step: &Step, name: String) {
    let row = only_row(step);
    let expected = json::from_str(row.get("parameters").expect("there are parameters"))
        .expect("the parameters are JSON");
    let states = world.first().provider_states;
    let state = states
        .iter()
        .find(|state| state.name == name)
        .expect("the state is there");
    assert_eq!(json::Value::Object(state.params.clone()), expected);
}

#[then(regex = r#"^the first message in the pact file will contain the "([^"]+)" document$"#)]
#[then(
    regex = r#"^the first interaction in the pact file will contain the "([^"]+)" document as the request$"#
)]
fn message_document(world: &mut Suite, name: String) {
    assert_document(&world.first_message().contents, &name);
}

#[then(regex = r#"^the first message in the pact file content type will be "([^"]+)"$"#)]
#[then(regex = r#"^the first interaction in the pact file request content type will be "([^"]+)"$"#)]
fn message_content_type(world: &mut Suite, content_type: String) {
    assert_eq!(
        world.first_message().content_type(),
        Some(fixtures::content_type_of(&content_type))
    );
}

#[then(
    regex = r#"^the first message in the pact file will contain the (?:request )?message metadata "([^"]+)" == "(.*)"$"#
)]
fn message_metadata(world: &mut Suite, name: String, value: String) {
    assert_eq!(
        world.first_message().metadata.get(&name),
        Some(&metadata_value(&value))
    );
}

#[then(
    regex = r#"^the first interaction in the pact file will contain the "([^"]+)" document as a response$"#
)]
fn any_response_document(world: &mut Suite, name: String) {
    let responses = world.first_responses();
    assert_eq!(responses.len(), 1);
    assert_document(&responses[0].contents, &name);
}

#[then(regex = r#"^the first interaction in the pact file response content type will be "([^"]+)"$"#)]
fn response_content_type(world: &mut Suite, content_type: String) {
    let responses = world.first_responses();
    assert_eq!(
        responses[0].content_type(),
        Some(fixtures::content_type_of(&content_type))
    );
}

#[then(regex = r"^the first interaction in the pact file will contain (\d+) response messages$")]
fn response_count(world: &mut Suite, count: usize) {
    assert_eq!(world.first_responses().len(), count);
}

#[then(
    regex = r#"^the first interaction in the pact file will contain the "([^"]+)" document as the (first|second) response message$"#
)]
fn numbered_response(world: &mut Suite, name: String, which: String) {
    let responses = world.first_responses();
    assert_document(&responses[usize::from(which == "second")].contents, &name);
}
