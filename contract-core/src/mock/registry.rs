//! The interactions of a mock provider, found by request.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::answer::Prepared;
use super::handler::Answer;
use crate::contract::{Interaction, InteractionKind, Message, Request, Specification};
use crate::matching::{MessagePlan, Mismatch, RequestIndex, RequestPlan, ResponsePlan};
use crate::{Error, ErrorKind};

/// One interaction with what is prepared for it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) interaction: Interaction,
    is_used: AtomicBool,
    /// Of HTTP interactions.
    prepared: Option<Prepared>,
}

/// All interactions, with an index of the HTTP ones.
#[derive(Debug, Default)]
pub(super) struct Registry {
    entries: Vec<Entry>,
    /// By description, to find an interaction said twice.
    descriptions: HashMap<String, Vec<usize>>,
    index: RequestIndex,
    /// The entry of each request in the index.
    indexed: Vec<usize>,
    /// Whether examples may differ from what their own rules demand.
    any_example: bool,
}

impl Entry {
    /// Whether it was used at least once.
    pub(super) fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// Notes a use.
    pub(super) fn used(&self) {
        self.is_used.store(true, Ordering::Relaxed);
    }

    /// Returns the answer to a request, if it is an HTTP interaction.
    pub(super) fn answer(&self, base_url: &str) -> Option<Result<Arc<Answer>, Error>> {
        let http = self.interaction.as_http()?;
        Some(self.prepared.as_ref()?.answer(http, base_url))
    }
}

impl Registry {
    /// From now on examples may differ from what their own rules demand.
    pub(super) fn accept_any_example(&mut self) {
        self.any_example = true;
    }

    /// All entries in the order in which they were added.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Adds an interaction; one that is there already with the same content is not added again.
    ///
    /// # Errors
    ///
    /// `Conflict` if another with the same description and provider states says something else, `Invalid` if its
    /// example does not match its own rules, and what compiling its rules gives.
    pub(super) fn add(&mut self, interaction: Interaction) -> Result<(), Error> {
        let namesakes = self
            .descriptions
            .entry(interaction.description.clone())
            .or_default();
        for &index in namesakes.iter() {
            let present = &self.entries[index].interaction;
            if !present.same_identity(&interaction) {
                continue;
            }
            if present.kind == interaction.kind {
                return Ok(());
            }
            return Err(Error::new(
                ErrorKind::Conflict,
                format!(
                    "interaction {} was expected twice with different content{}: give one of them another description or \
                     provider state",
                    named(&interaction),
                    written_by(present, &interaction),
                ),
            ));
        }
        let prepared = prepare(&interaction, self.any_example)
            .map_err(|error| error.context(format!("interaction {}", named(&interaction))))?;
        let number = self.entries.len();
        namesakes.push(number);
        let prepared = prepared.map(|(plan, prepared)| {
            self.index.insert(Arc::new(plan));
            self.indexed.push(number);
            prepared
        });
        self.entries.push(Entry {
            interaction,
            is_used: AtomicBool::new(false),
            prepared,
        });
        Ok(())
    }

    /// The interaction that answers the request; its use is noted.
    pub(super) fn find(&self, request: &Request) -> Option<&Entry> {
        let entry = |index: usize| &self.entries[self.indexed[index]];
        let found = self
            .index
            .find_preferring(request, |index| !entry(index).is_used())?;
        let found = entry(found);
        found.used();
        Some(found)
    }

    /// Returns whether an interaction matches the request; its use is not noted.
    #[cfg(feature = "wiremock")]
    pub(super) fn matches(&self, request: &Request) -> bool {
        self.index.find(request).is_some()
    }

    /// The HTTP interaction that differs least from the request, with the differences.
    pub(super) fn nearest(&self, request: &Request) -> Option<(&Interaction, Vec<Mismatch>)> {
        let miss = self.index.nearest(request, 1).pop()?;
        let entry = &self.entries[self.indexed[miss.index]];
        Some((&entry.interaction, miss.comparison.into_mismatches()))
    }
}

/// Refuses an interaction of which the author forgot a half.
fn complete(interaction: &Interaction) -> Result<(), Error> {
    let missing = match &interaction.kind {
        InteractionKind::Http(http) if http.request == Request::default() => {
            "request: add .request(Request::get(\"/path\"))"
        }
        InteractionKind::SyncMessage(exchange) if exchange.request == Message::default() => {
            "request: add .request(Message::json(…))"
        }
        InteractionKind::SyncMessage(exchange) if exchange.responses.is_empty() => {
            "response: add .response(Message::json(…))"
        }
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::Invalid, format!("it has no {missing}")))
}

/// Compiles the interaction and, unless any example will do, holds its examples against their own rules.
fn prepare(interaction: &Interaction, any_example: bool) -> Result<Option<(RequestPlan, Prepared)>, Error> {
    if !any_example {
        complete(interaction)?;
    }
    match &interaction.kind {
        InteractionKind::Http(http) => {
            let (request, response) = (&http.request, &http.response);
            let plan = RequestPlan::compile(request, Specification::V4)?;
            let response_plan = ResponsePlan::compile(response)?;
            if !any_example {
                fits_itself("request", plan.compare(request).mismatches())?;
                fits_itself("response", response_plan.compare(response).mismatches())?;
            }
            return Ok(Some((plan, Prepared::new(http)?)));
        }
        InteractionKind::Message(message) if !any_example => message_fits_itself("message", message)?,
        InteractionKind::SyncMessage(exchange) if !any_example => {
            message_fits_itself("request", &exchange.request)?;
            for response in &exchange.responses {
                message_fits_itself("response", response)?;
            }
        }
        _ => {}
    }
    Ok(None)
}

fn message_fits_itself(part: &str, message: &Message) -> Result<(), Error> {
    let plan = MessagePlan::compile(message)?;
    fits_itself(part, plan.compare(message).mismatches())
}

fn fits_itself(part: &str, mismatches: &[Mismatch]) -> Result<(), Error> {
    let Some(mismatch) = mismatches.first() else {
        return Ok(());
    };
    Err(Error::new(
        ErrorKind::Invalid,
        format!(
            "the example of the {part} does not match its own pattern: {} {}: expected {}",
            mismatch.part, mismatch.path, mismatch.expectation
        ),
    ))
}

/// `"a request for user 42" [user exists]`
pub(super) fn named(interaction: &Interaction) -> String {
    let states: Vec<String> = interaction
        .provider_states
        .iter()
        .map(ToString::to_string)
        .collect();
    if states.is_empty() {
        format!("{:?}", interaction.description)
    } else {
        format!("{:?} [{}]", interaction.description, states.join(", "))
    }
}

fn written_by(one: &Interaction, other: &Interaction) -> String {
    match (one.test_name(), other.test_name()) {
        (Some(one), Some(other)) if one != other => format!(" (by {one} and by {other})"),
        _ => String::new(),
    }
}
