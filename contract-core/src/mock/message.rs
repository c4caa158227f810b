//! Messages on the consumer's side: its handler must accept what the contract shows.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;

use super::registry::named;
use super::session::Session;
use super::variants::{self, Variants};
use crate::contract::{Interaction, InteractionKind, Message, SyncMessage};
use crate::generate::{self, Context};
use crate::matching::MessagePlan;
use crate::report::{self, Exchange, Failure, Style};
use crate::{Error, ErrorKind};

/// What a handler may return: nothing, or a `Result` whose `Err` says why it refused the message.
pub trait HandlerOutcome {
    /// Returns why the message was refused, if it was.
    ///
    /// # Errors
    ///
    /// The reason, as text.
    fn into_outcome(self) -> Result<(), String>;
}

impl HandlerOutcome for () {
    fn into_outcome(self) -> Result<(), String> {
        Ok(())
    }
}

impl<T, E: Display> HandlerOutcome for Result<T, E> {
    fn into_outcome(self) -> Result<(), String> {
        self.map(drop).map_err(|error| error.to_string())
    }
}

/// The other end of a synchronous message: answers a request as the contract says.
#[derive(Clone)]
pub struct MessageChannel {
    session: Arc<Session>,
    interaction: Interaction,
    exchange: SyncMessage,
}

impl MessageChannel {
    /// Returns the request as the contract shows it, with its generators applied: for a client that passes on what it is
    /// given.
    ///
    /// # Errors
    ///
    /// `Invalid` if a generator cannot work.
    pub fn request(&self) -> Result<Message, Error> {
        generate::message(&self.exchange.request, &Context::consumer())
    }

    /// Sends the request and returns all responses, in their order.
    ///
    /// # Errors
    ///
    /// `Unmet`, with the differences, if the request is not what the interaction expects.
    pub fn send_all(&self, request: &Message) -> Result<Vec<Message>, Error> {
        let expected = &self.exchange.request;
        let plan = MessagePlan::compile(expected)?;
        let comparison = plan.compare(request);
        if !comparison.is_match() {
            let recorder = &self.session.recorder;
            let text = report::text(
                &Failure {
                    consumer: &recorder.consumer,
                    provider: &recorder.provider,
                    description: &self.interaction.description,
                    provider_states: &self.interaction.provider_states,
                    test: self.interaction.test_name(),
                    source: None,
                    mismatches: comparison.mismatches(),
                    exchange: Exchange::Message {
                        expected,
                        actual: request,
                    },
                    request: None,
                    reproduce: None,
                    secrets: Vec::new(),
                },
                Style::detect(),
            );
            return Err(Error::new(
                ErrorKind::Unmet,
                format!("the request message differs\n\n{text}"),
            ));
        }
        let context = Context::consumer();
        self.exchange
            .responses
            .iter()
            .map(|response| generate::message(response, &context))
            .collect()
    }

    /// Sends the request and returns the first response.
    ///
    /// # Errors
    ///
    /// As [`send_all`](Self::send_all); `Invalid` if the interaction has no response.
    pub fn send(&self, request: &Message) -> Result<Message, Error> {
        self.send_all(request)?.into_iter().next().ok_or_else(|| {
            Error::new(
                ErrorKind::Invalid,
                format!(
                    "interaction {} has no response: add one with .response(Message::json(…))",
                    named(&self.interaction)
                ),
            )
        })
    }
}

/// Passes the message of this description to the handler.
pub(super) async fn verify<F, R>(
    session: &Session,
    description: &str,
    handler: impl FnOnce(Message) -> F,
) -> Result<(), Error>
where
    F: Future<Output = R>,
    R: HandlerOutcome,
{
    let (found, message) = message(session, description)?;
    let outcome = handler(message).await.into_outcome();
    found.conclude(session, outcome)
}

/// As [`verify`], with a handler that blocks.
pub(super) fn verify_blocking<R: HandlerOutcome>(
    session: &Session,
    description: &str,
    handler: impl FnOnce(Message) -> R,
) -> Result<(), Error> {
    let (found, message) = message(session, description)?;
    let outcome = handler(message).into_outcome();
    found.conclude(session, outcome)
}

/// Hands the message of this description and its variants to the handler.
pub(super) async fn verify_variants<F, R>(
    session: &Session,
    description: &str,
    variants: Variants,
    mut handler: impl FnMut(Message) -> F,
) -> Result<(), Error>
where
    F: Future<Output = R>,
    R: HandlerOutcome,
{
    let (found, example) = message(session, description)?;
    let outcome = handler(example).await.into_outcome();
    found.accepted(outcome)?;
    for variant in variants.of(found.expected())? {
        let variant = variant?;
        let outcome = variants::attempt(|| handler(variant.message.clone())).await;
        outcome.map_err(|reason| variant.refused(&named(&found.interaction), &reason))?;
    }
    found.conclude(session, Ok(()))
}

/// As [`verify_variants`], with a handler that blocks.
pub(super) fn verify_variants_blocking<R: HandlerOutcome>(
    session: &Session,
    description: &str,
    variants: Variants,
    mut handler: impl FnMut(Message) -> R,
) -> Result<(), Error> {
    let (found, example) = message(session, description)?;
    found.accepted(handler(example).into_outcome())?;
    for variant in variants.of(found.expected())? {
        let variant = variant?;
        let outcome = variants::attempt_blocking(|| handler(variant.message.clone()));
        outcome.map_err(|reason| variant.refused(&named(&found.interaction), &reason))?;
    }
    found.conclude(session, Ok(()))
}

/// Lets the client talk to the other end of the synchronous message of this description.
pub(super) async fn verify_sync<F, R>(
    session: &Arc<Session>,
    description: &str,
    client: impl FnOnce(MessageChannel) -> F,
) -> Result<(), Error>
where
    F: Future<Output = R>,
    R: HandlerOutcome,
{
    let (found, channel) = channel(session, description)?;
    let outcome = client(channel).await.into_outcome();
    found.conclude(session, outcome)
}

/// As [`verify_sync`], with a client that blocks.
pub(super) fn verify_sync_blocking<R: HandlerOutcome>(
    session: &Arc<Session>,
    description: &str,
    client: impl FnOnce(MessageChannel) -> R,
) -> Result<(), Error> {
    let (found, channel) = channel(session, description)?;
    let outcome = client(channel).into_outcome();
    found.conclude(session, outcome)
}

/// A message that is expected.
struct Found {
    /// Its number in the registry.
    number: usize,
    interaction: Interaction,
}

/// Returns the message of this description as the handler gets it.
fn message(session: &Session, description: &str) -> Result<(Found, Message), Error> {
    let found = find(session, description, "Interaction::message", |kind| {
        matches!(kind, InteractionKind::Message(_))
    })?;
    let message = generate::message(found.expected(), &Context::consumer())?;
    Ok((found, message))
}

/// Returns the other end of the synchronous message of this description.
fn channel(session: &Arc<Session>, description: &str) -> Result<(Found, MessageChannel), Error> {
    let found = find(session, description, "Interaction::sync_message", |kind| {
        matches!(kind, InteractionKind::SyncMessage(_))
    })?;
    let InteractionKind::SyncMessage(exchange) = found.interaction.kind.clone() else {
        unreachable!("find gives interactions of the kind asked for");
    };
    let channel = MessageChannel {
        session: Arc::clone(session),
        interaction: found.interaction.clone(),
        exchange: *exchange,
    };
    Ok((found, channel))
}

fn find(
    session: &Session,
    description: &str,
    written: &str,
    wanted: fn(&InteractionKind) -> bool,
) -> Result<Found, Error> {
    session.with_registry(|registry| {
        registry
            .entries()
            .iter()
            .enumerate()
            .find(|(_, entry)| {
                entry.interaction.description == description && wanted(&entry.interaction.kind)
            })
            .map(|(number, entry)| Found {
                number,
                interaction: Interaction {
                    kind: entry.answered().clone(),
                    ..entry.interaction.clone()
                },
            })
            .ok_or_else(|| {
                let known: Vec<&str> = registry
                    .entries()
                    .iter()
                    .filter(|entry| wanted(&entry.interaction.kind))
                    .map(|entry| entry.interaction.description.as_str())
                    .collect();
                let known = if known.is_empty() {
                    format!("none was added; add it with {written}(…)")
                } else {
                    format!("known are {}", known.join(", "))
                };
                Error::new(
                    ErrorKind::Usage,
                    format!("no message is described as {description:?}: {known}"),
                )
            })
    })
}

impl Found {
    /// Returns the message as the contract describes it.
    fn expected(&self) -> &Message {
        let InteractionKind::Message(message) = &self.interaction.kind else {
            unreachable!("find gives interactions of the kind asked for");
        };
        message
    }

    /// Notes that the message was accepted.
    fn conclude(&self, session: &Session, outcome: Result<(), String>) -> Result<(), Error> {
        self.accepted(outcome)?;
        session.with_registry(|registry| registry.entries()[self.number].used());
        Ok(())
    }

    fn accepted(&self, outcome: Result<(), String>) -> Result<(), Error> {
        outcome.map_err(|reason| {
            Error::new(
                ErrorKind::Unmet,
                format!(
                    "the consumer's handler refused the message {}: {reason}",
                    named(&self.interaction)
                ),
            )
        })
    }
}
