//! Steps that verify a provider, and that look at what was found. They serve HTTP and messages alike.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use contract_core::broker::{Auth, Client};
use contract_core::contract::{Contract, Headers, Interaction, Request, Specification};
use contract_core::matching::Part;
use contract_core::report::Style;
use contract_core::verify::{
    Contracts, Message, MessageRequest, Outcome, PublishResults, StateChangeUrl, VerificationReport, Verifier,
};
use cucumber::{then, when};
use serde_json::Value;

use crate::broker_stub::BrokerStub;
use crate::server::Server;
use crate::world::Suite;

/// The provider of all contracts here, as the broker's fixtures name it.
pub(crate) const PROVIDER: &str = "p";

/// Something that the provider or its state callback was asked, in the order of time.
#[derive(Debug, Clone)]
pub(crate) enum Happening {
    /// The state callback received this.
    State(Value),
    /// The provider received this, or was asked for a message.
    Request(Box<Request>),
}

/// What is verified, against what, and what was found.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) provider: Option<Server>,
    pub(crate) callback: Option<Server>,
    pub(crate) messages: BTreeMap<String, Message>,
    pub(crate) brokers: BTreeMap<usize, BrokerStub>,
    pub(crate) publish: bool,
    pub(crate) added_headers: Headers,
    /// How many contract files there are.
    files: usize,
    log: Arc<Mutex<Vec<Happening>>>,
    report: Option<VerificationReport>,
}

impl State {
    /// The log of what happens, to write to.
    pub(crate) fn log(&self) -> Arc<Mutex<Vec<Happening>>> {
        Arc::clone(&self.log)
    }

    /// What happened so far.
    pub(crate) fn happenings(&self) -> Vec<Happening> {
        self.log.lock().expect("nobody panics while logging").clone()
    }

    /// The requests that the provider received.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.happenings()
            .into_iter()
            .filter_map(|happening| match happening {
                Happening::Request(request) => Some(*request),
                Happening::State(_) => None,
            })
            .collect()
    }

    fn report(&self) -> &VerificationReport {
        self.report.as_ref().expect("the verification was run")
    }

    fn text(&self) -> String {
        self.report().to_text(Style {
            colour: false,
            width: 120,
        })
    }

    /// Whether an interaction has a mismatch of one of these parts, and is pending or not.
    fn differs_in(&self, parts: &[Part], pending: bool) -> bool {
        self.report().interactions().any(|(_, interaction)| {
            interaction.pending == pending
                && matches!(&interaction.outcome, Outcome::Failed(difference)
                    if difference.mismatches.iter().any(|mismatch| parts.contains(&mismatch.part)))
        })
    }
}

impl Suite {
    /// Writes a contract file with this interaction, to be verified.
    pub(crate) fn add_contract(&mut self, interaction: Interaction) {
        self.verification.files += 1;
        let consumer = format!("c_{}", self.verification.files);
        let contract = contract_json(&consumer, vec![interaction], self.specification);
        let path = self.folder().join(format!("{consumer}.json"));
        std::fs::write(path, contract.to_string()).expect("the contract file can be written");
    }
}

/// A contract file's content. Version 1 is version 2 without rules, which the suite's interactions of it have not.
pub(crate) fn contract_json(
    consumer: &str,
    interactions: Vec<Interaction>,
    specification: Specification,
) -> Value {
    let mut contract = Contract::new(consumer, PROVIDER);
    contract.interactions = interactions;
    let mut json = contract
        .to_json(specification.max(Specification::V2))
        .expect("the interactions can be written in this version")
        .to_serde();
    json["metadata"]["pactSpecification"]["version"] = specification.as_str().into();
    json
}

#[when("the verification is run")]
async fn verify(world: &mut Suite) {
    let folder = world.folder().to_owned();
    let state = &mut world.verification;
    let mut verifier = Verifier::new(PROVIDER);
    if state.files > 0 {
        verifier = verifier.contracts(Contracts::dir(folder));
    }
    for broker in state.brokers.values() {
        let client = Client::new(broker.url(), Auth::None).expect("the address of the broker is a URL");
        verifier = verifier.contracts(Contracts::broker(client));
    }
    if let Some(provider) = &state.provider {
        verifier = verifier.base_url(provider.url());
    }
    verifier = match &state.callback {
        Some(callback) => verifier.state_change_url(StateChangeUrl::new(callback.url()).with_teardown(true)),
        None => verifier.ignore_unknown_states(),
    };
    for (description, message) in &state.messages {
        let (message, log) = (message.clone(), state.log());
        verifier = verifier.message(description, move |_: MessageRequest| {
            log.lock()
                .expect("nobody panics while logging")
                .push(Happening::Request(Box::default()));
            std::future::ready(message.clone())
        });
    }
    for (name, values) in state.added_headers.iter() {
        let (name, value) = (name.to_owned(), values[0].clone());
        verifier = verifier.request_filter(move |request| request.header(name.clone(), value.clone()));
    }
    if state.publish {
        verifier = verifier.publish(PublishResults::version("1.0.0"));
    }
    state.report = Some(verifier.run().await.expect("the verification can be run"));
}

#[then("the verification will be successful")]
fn successful(world: &mut Suite) {
    let state = &world.verification;
    assert!(state.report().is_success(), "{}", state.text());
}

#[then("the verification will NOT be successful")]
fn not_successful(world: &mut Suite) {
    let state = &world.verification;
    assert!(!state.report().is_success(), "{}", state.text());
}

#[then(regex = r#"^the verification results will contain a "([^"]+)" error$"#)]
fn results_contain(world: &mut Suite, error: String) {
    let state = &world.verification;
    let found = match error.as_str() {
        "State change request failed" => state.report().interactions().any(|(_, interaction)| {
            matches!(&interaction.outcome, Outcome::Errored(error)
                if error.to_string().contains("setup of provider state"))
        }),
        other => state.differs_in(parts(other), false),
    };
    assert!(found, "no such error: {}", state.text());
}

#[then(regex = r#"^there will be a pending "([^"]+)" error$"#)]
fn pending_error(world: &mut Suite, error: String) {
    let state = &world.verification;
    assert!(
        state.differs_in(parts(&error), true),
        "no such error: {}",
        state.text()
    );
}

/// The parts of a response or message that an error of the suite is about.
fn parts(error: &str) -> &'static [Part] {
    match error {
        "Response status did not match" => &[Part::Status],
        "Headers had differences" => &[Part::Header],
        "Body had differences" => &[Part::Body, Part::BodyType],
        "Metadata had differences" => &[Part::Metadata],
        other => panic!("the error {other:?} is not known"),
    }
}

#[then(
    regex = r#"^a warning will be displayed that there was no provider state callback configured for provider state "([^"]*)"$"#
)]
fn warned(world: &mut Suite, state: String) {
    let text = world.verification.text();
    let warned = text
        .lines()
        .any(|line| line.contains("warning") && line.contains(&state));
    assert!(warned, "no warning names {state:?}: {text}");
}

#[then(regex = r#"^the comment "([^"]+)" will have been printed to the console$"#)]
#[then(regex = r#"^the "([^"]+)" will displayed as the original test name$"#)]
fn displayed(world: &mut Suite, comment: String) {
    let text = world.verification.text();
    assert!(text.contains(&comment), "{comment:?} is not shown: {text}");
}
