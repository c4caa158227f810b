//! The interactions of a mock provider, found by request.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::answer::Prepared;
use super::fault::PreparedFault;
use super::handler::{Delivery, Reply};
use super::terms::{Terms, times};
use crate::contract::{Interaction, InteractionKind, Message, Request, Specification};
use crate::diff;
use crate::matching::{MessagePlan, Mismatch, Preference, RequestIndex, RequestPlan, ResponsePlan};
use crate::{Error, ErrorKind};

/// One interaction with what is prepared for it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) interaction: Interaction,
    /// What is answered, if it is not what the interaction says.
    changed: Option<InteractionKind>,
    /// Requests that it answered, well or by a fault; or calls of a handler with the message.
    asked: AtomicUsize,
    /// Whether it was answered as the contract says.
    is_answered: AtomicBool,
    /// Of HTTP interactions.
    http: Option<HttpEntry>,
}

/// What belongs to an HTTP interaction alone.
#[derive(Debug)]
struct HttpEntry {
    prepared: Prepared,
    terms: Terms,
}

/// An interaction that answers a request.
#[derive(Debug)]
pub(super) struct Found<'r> {
    /// Its number in the registry.
    pub(super) number: usize,
    entry: &'r Entry,
    fault: Option<&'r PreparedFault>,
}

/// An interaction that was not requested as often as expected.
#[derive(Debug, Clone)]
pub(super) struct Shortfall {
    pub(super) interaction: Interaction,
    /// How often it was requested.
    pub(super) asked: usize,
    /// How often it was to be requested at least.
    pub(super) least: usize,
    /// Whether it was requested, and was never answered as the contract says.
    pub(super) only_failed: bool,
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
    /// Returns how often it has to be used at least.
    fn least(&self) -> usize {
        self.http.as_ref().map_or(1, |http| http.terms.least())
    }

    /// Returns what is answered.
    pub(super) fn answered(&self) -> &InteractionKind {
        self.changed.as_ref().unwrap_or(&self.interaction.kind)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Notes that a handler accepted the message.
    pub(super) fn used(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.is_answered.store(true, Ordering::Relaxed);
    }

    /// Returns whether it was answered as the contract says, at least once.
    pub(super) fn is_answered(&self) -> bool {
        self.is_answered.load(Ordering::Relaxed)
    }

    /// Returns whether it took place, for those that depend on it.
    fn took_place(&self) -> bool {
        let always_fails = self.http.as_ref().is_some_and(|http| http.terms.always_fails());
        self.is_answered() || (always_fails && self.asked() > 0)
    }

    /// Returns how often it is still to be requested, if it is.
    fn shortfall(&self) -> Option<Shortfall> {
        let (asked, least) = (self.asked(), self.least());
        (asked < least).then(|| Shortfall {
            interaction: self.interaction.clone(),
            asked,
            least,
            only_failed: asked > 0 && !self.is_answered(),
        })
    }

    /// Counts a request; returns its number, counted from 0, or `None` if there were enough.
    fn claim(&self, most: Option<usize>) -> Option<usize> {
        self.asked
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |asked| {
                most.is_none_or(|most| asked < most).then_some(asked + 1)
            })
            .ok()
    }
}

impl Found<'_> {
    /// Returns the answer. `base_url` is the server's own address.
    ///
    /// # Errors
    ///
    /// `Invalid` if a generator cannot work.
    pub(super) fn reply(&self, base_url: &str) -> Option<Result<Reply, Error>> {
        let http = self.entry.http.as_ref()?;
        let InteractionKind::Http(of) = self.entry.answered() else {
            return None;
        };
        let delivery = match (self.fault, http.terms.slow_body) {
            (Some(fault), _) => fault.delivery,
            (None, Some(over)) => Delivery::Slow(over),
            (None, None) => Delivery::Whole,
        };
        let answer = match self.fault.and_then(|fault| fault.answer.as_ref()) {
            Some(answer) => Ok(Arc::clone(answer)),
            None => http.prepared.answer(of, base_url),
        };
        Some(answer.map(|answer| Reply {
            answer,
            delay: http.terms.delay,
            delivery,
        }))
    }
}

impl Registry {
    /// From now on examples may differ from what their own rules demand.
    pub(super) fn accept_any_example(&mut self) {
        self.any_example = true;
    }

    /// Returns all entries in the order in which they were added.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Answers the interaction of this number with something else than it says, in a test that is run again to find out what it
    /// needs. Requests are compared as before.
    ///
    /// # Errors
    ///
    /// `Invalid` if it cannot go over the wire.
    pub(super) fn answer_with(&mut self, number: usize, changed: InteractionKind) -> Result<(), Error> {
        let entry = &mut self.entries[number];
        if let (Some(http), InteractionKind::Http(of)) = (&mut entry.http, &changed) {
            http.prepared = Prepared::new(of)?;
        }
        entry.changed = Some(changed);
        Ok(())
    }

    /// Returns what the test says about the interaction of this number beyond the contract; `None` of a message.
    pub(super) fn terms_mut(&mut self, number: usize) -> Option<&mut Terms> {
        self.entries[number].http.as_mut().map(|http| &mut http.terms)
    }

    /// Returns the interactions that were not requested as often as expected.
    pub(super) fn shortfalls(&self) -> Vec<Shortfall> {
        self.entries.iter().filter_map(Entry::shortfall).collect()
    }

    /// Adds an interaction; returns its number. One that is there already with the same content is not added again.
    ///
    /// # Errors
    ///
    /// `Conflict` if another with the same description and provider states says something else, `Invalid` if its
    /// example does not match its own rules, and what compiling its rules gives.
    pub(super) fn add(&mut self, interaction: Interaction) -> Result<usize, Error> {
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
                return Ok(index);
            }
            return Err(Error::new(
                ErrorKind::Conflict,
                format!(
                    "the interaction {} is expected twice, and differs:\n{}\ngive one of them another description or \
                     provider state, or let both say the same",
                    named(&interaction),
                    diff::sides(&present.into(), &(&interaction).into()).unwrap_or_default(),
                ),
            ));
        }
        let prepared = prepare(&interaction, self.any_example)
            .map_err(|error| error.context(format!("interaction {}", named(&interaction))))?;
        let number = self.entries.len();
        namesakes.push(number);
        let http = prepared.map(|(plan, prepared)| {
            self.index.insert(Arc::new(plan));
            self.indexed.push(number);
            HttpEntry {
                prepared,
                terms: Terms::default(),
            }
        });
        self.entries.push(Entry {
            interaction,
            changed: None,
            asked: AtomicUsize::new(0),
            is_answered: AtomicBool::new(false),
            http,
        });
        Ok(number)
    }

    /// Returns the interaction that answers the request; the request is counted.
    pub(super) fn find(&self, request: &Request) -> Option<Found<'_>> {
        loop {
            let found = self.index.find_choosing(request, |index| {
                let entry = &self.entries[self.indexed[index]];
                if self.withheld(entry).is_some() {
                    Preference::Never
                } else if entry.asked() < entry.least() {
                    Preference::First
                } else {
                    Preference::Otherwise
                }
            })?;
            let number = self.indexed[found];
            let entry = &self.entries[number];
            let terms = &entry.http.as_ref()?.terms;
            // Another request may have been the last that it answers.
            let Some(request) = entry.claim(terms.most()) else {
                continue;
            };
            let fault = terms.fault(request);
            if fault.is_none() {
                entry.is_answered.store(true, Ordering::Relaxed);
            }
            return Some(Found { number, entry, fault });
        }
    }

    /// Returns why the interaction does not answer a request that matches it; `None` if it does.
    fn withheld(&self, entry: &Entry) -> Option<Withheld<'_>> {
        let terms = &entry.http.as_ref()?.terms;
        let find = |numbers: &[usize], took_place: bool| {
            let mut others = numbers.iter().map(|&number| &self.entries[number]);
            others.find(|other| other.took_place() == took_place)
        };
        if let Some(most) = terms.most().filter(|&most| entry.asked() >= most) {
            return Some(Withheld::Enough(most));
        }
        if let Some(other) = find(&terms.after, false) {
            return Some(Withheld::Before(&other.interaction));
        }
        find(&terms.until, true).map(|other| Withheld::After(&other.interaction))
    }

    /// Returns the interaction that matches the request and does not answer it now, with the reason.
    pub(super) fn find_withheld(&self, request: &Request) -> Option<(&Interaction, String)> {
        let entry = &self.entries[self.indexed[self.index.find(request)?]];
        let withheld = self.withheld(entry)?;
        Some((&entry.interaction, withheld.to_string()))
    }

    /// Returns whether an interaction matches the request; its use is not noted.
    #[cfg(feature = "wiremock")]
    pub(super) fn matches(&self, request: &Request) -> bool {
        self.index.find(request).is_some()
    }

    /// Returns the HTTP interaction that differs least from the request, with the differences.
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
    let problem = if mismatch.is_difference() {
        format!(
            "the example of the {part} does not match its own pattern: {} {}: expected {}",
            mismatch.part, mismatch.path, mismatch.expectation
        )
    } else {
        format!(
            "whether the example of the {part} matches its own pattern could not be decided: {}",
            mismatch.description
        )
    };
    Err(Error::new(ErrorKind::Invalid, problem))
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

/// Why an interaction does not answer a request that matches it.
enum Withheld<'r> {
    /// It answered as many as the test allows.
    Enough(usize),
    /// Another has to be requested first.
    Before(&'r Interaction),
    /// Another was requested.
    After(&'r Interaction),
}

impl fmt::Display for Withheld<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enough(most) => write!(
                f,
                "was requested {} already, and no more is expected",
                times(*most)
            ),
            Self::Before(other) => write!(f, "answers only after {} was requested", named(other)),
            Self::After(other) => write!(f, "answers only until {} was requested", named(other)),
        }
    }
}
