//! Sends the request of one interaction to the provider and compares the response.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt as _, future};

use super::attempt::{Handler, panicked};
use super::generated;
use super::message::MessageRequest;
use super::message_proxy;
use super::outgoing::OutgoingRequest;
use super::report::{Compared, Difference, Outcome, Sent};
use super::response_plan::OncePlan;
use super::session::Session;
use super::transport::{HttpTransport, Transport};
use crate::contract::{
    HttpInteraction, Interaction, InteractionKind, Members, Message, NotVerifiable, Request, SyncMessage,
};
use crate::matching::MessagePlan;
use crate::wire::framing;
use crate::{Error, ErrorKind};

/// The transports tried for a message that does not name one.
const MESSAGE_TRANSPORTS: [&str; 3] = ["message", "async-message", "sync-message"];

impl<C: Clone + Send + Sync + 'static> Session<C> {
    /// Sends the request and compares the response. What was sent is kept, but not if the response matches; of that the
    /// command alone is kept if a failing teardown may still need it.
    pub(super) async fn exchange(
        &self,
        interaction: &Interaction,
        plan: &OncePlan<'_>,
        values: &Members,
        fixture: &C,
        sent: &mut Sent,
    ) -> Result<Outcome, Error> {
        match &interaction.kind {
            InteractionKind::Http(http) => {
                let request = self.request(interaction, http, values, fixture).await?;
                let named = self.named_transport(interaction);
                let outcome = self.http(http, named, &request, plan, values, fixture).await;
                let has_passed = matches!(outcome, Ok(Outcome::Passed));
                if !has_passed || self.asks_for_teardown() {
                    sent.commands.extend(self.command(named, &request));
                }
                if !has_passed {
                    sent.request = Some(request);
                }
                outcome
            }
            InteractionKind::Message(message) => {
                let messages = std::slice::from_ref(message.as_ref());
                let made = self.messages(interaction, None, fixture, sent).await?;
                compare_messages(messages, made, values)
            }
            InteractionKind::SyncMessage(exchange) => {
                let SyncMessage { request, responses } = exchange.as_ref();
                let request = generated::outgoing_message(request, values)?;
                let is_handled = self.verifier.messages.knows(&interaction.description);
                let made = self.messages(interaction, Some(request), fixture, sent).await?;
                if is_handled || responses.len() <= 1 {
                    return compare_messages(responses, made, values);
                }
                // The protocol has one message in a response. What is known to differ says more than what is not known.
                let outcome = compare_messages(&responses[..1], made, values)?;
                if !outcome.is_passed() {
                    return Ok(outcome);
                }
                Ok(Outcome::NotVerifiable(NotVerifiable::SeveralResponses {
                    count: responses.len(),
                }))
            }
            InteractionKind::Unknown { type_name, .. } => Err(Error::new(
                ErrorKind::Verification,
                format!("an interaction of type {type_name:?} cannot be verified"),
            )),
        }
    }

    /// Sends a request and compares the response with that of the contract. `named` is the transport that the interaction
    /// names.
    async fn http(
        &self,
        http: &HttpInteraction,
        named: Option<&HttpTransport>,
        request: &Request,
        plan: &OncePlan<'_>,
        values: &Members,
        fixture: &C,
    ) -> Result<Outcome, Error> {
        let expected = generated::response(&http.response, values)?;
        let sending = AssertUnwindSafe(async {
            match named {
                Some(transport) => transport.send(request).await,
                None => self.transport.send(request, fixture.clone()).await,
            }
        });
        let sending = self.deadline.wait_for(sending.catch_unwind());
        let is_as_written = matches!(expected, Cow::Borrowed(_)) && request.method == http.request.method;
        let own_plan = OncePlan::beside(&self.recent_rules);
        let plan = if is_as_written { plan } else { &own_plan };
        // The response is compiled while the request is in flight.
        let compiling = async { plan.of(&request.method, &expected) };
        let (answer, plan) = future::join(sending, compiling).await;
        let plan = plan?;
        let actual = match answer {
            Some(answer) => answer.map_err(|panic| panicked(&*panic))??,
            None => {
                return Err(Error::new(
                    ErrorKind::Verification,
                    format!(
                        "the provider did not answer {} {} within {:?}: see why it hangs, or raise the request timeout",
                        request.method, request.path, self.verifier.request_timeout
                    ),
                ));
            }
        };
        let comparison = plan.compare(&actual);
        if comparison.is_match() {
            return Ok(Outcome::Passed);
        }
        Ok(Outcome::Failed(Box::new(Difference {
            mismatches: comparison.into_mismatches(),
            compared: Compared::Response {
                expected: expected.into_owned(),
                actual,
            },
        })))
    }

    /// Returns the command that sends a request again; `None` for a provider in this process.
    fn command(&self, named: Option<&HttpTransport>, request: &Request) -> Option<String> {
        match (named, &self.transport) {
            (Some(transport), _) | (None, Transport::Http(transport)) => Some(transport.reproduce(request)),
            (None, Transport::Service { .. } | Transport::None) => None,
        }
    }

    /// Returns the request to send: with generated values, without computed fields, completed by the filter.
    async fn request(
        &self,
        interaction: &Interaction,
        http: &HttpInteraction,
        values: &Members,
        fixture: &C,
    ) -> Result<Request, Error> {
        let mut request = generated::request(&http.request, values)?;
        framing::remove_computed(&mut request.headers);
        let Some(filter) = &self.verifier.filter else {
            return Ok(request);
        };
        let outgoing = OutgoingRequest::new(request, interaction, values.clone(), fixture.clone());
        let filtering = async {
            let filtered = filter(outgoing).await;
            filtered.map(OutgoingRequest::into_inner).map_err(|error| {
                Error::new(
                    ErrorKind::Verification,
                    format!("the request filter failed: {error}"),
                )
            })
        };
        self.guard(Handler::RequestFilter, filtering).await
    }

    /// Returns the messages of the provider: from a handler, or requested over HTTP if the provider has an address.
    async fn messages(
        &self,
        interaction: &Interaction,
        request: Option<Message>,
        fixture: &C,
        sent: &mut Sent,
    ) -> Result<Vec<Message>, Error> {
        if !self.verifier.messages.knows(&interaction.description)
            && let Some(transport) = self.message_transport(interaction)
        {
            let body = message_proxy::body(interaction, request.as_ref());
            sent.commands.push(message_proxy::command(transport, &body));
            let message = message_proxy::ask(transport, interaction, &body).await?;
            return Ok(vec![message]);
        }
        let request = MessageRequest {
            description: interaction.description.clone(),
            provider_states: interaction.provider_states.clone(),
            request,
            fixture: fixture.clone(),
        };
        let making = self.verifier.messages.make(request);
        self.guard(Handler::Message(&interaction.description), making)
            .await
    }

    /// Returns the address of the transport that the interaction names, if given.
    fn named_transport(&self, interaction: &Interaction) -> Option<&HttpTransport> {
        self.named_transports.get(interaction.transport.as_deref()?)
    }

    /// Returns the address to request a message from: its transport, that of messages, or the provider's.
    fn message_transport(&self, interaction: &Interaction) -> Option<&HttpTransport> {
        let of_messages = || {
            MESSAGE_TRANSPORTS
                .iter()
                .find_map(|name| self.named_transports.get(*name))
        };
        let of_provider = || match &self.transport {
            Transport::Http(transport) => Some(transport),
            Transport::Service { .. } | Transport::None => None,
        };
        self.named_transport(interaction)
            .or_else(of_messages)
            .or_else(of_provider)
    }
}

/// Compares messages pairwise, in order; their numbers must be equal.
fn compare_messages(expected: &[Message], made: Vec<Message>, values: &Members) -> Result<Outcome, Error> {
    if made.len() != expected.len() {
        return Err(Error::new(
            ErrorKind::Verification,
            format!(
                "the contract expects {} messages and the provider returned {}",
                expected.len(),
                made.len()
            ),
        ));
    }
    for (expected, actual) in expected.iter().zip(made) {
        let expected = generated::message(expected, values)?;
        let comparison = MessagePlan::compile(&expected)?.compare(&actual);
        if !comparison.is_match() {
            return Ok(Outcome::Failed(Box::new(Difference {
                mismatches: comparison.into_mismatches(),
                compared: Compared::Message { expected, actual },
            })));
        }
    }
    Ok(Outcome::Passed)
}
