//! The mock provider that a test talks to.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::expectation::Expectation;
use super::journal::ReceivedRequest;
use super::message::{self, HandlerOutcome, MessageChannel};
use super::server::Server;
use super::serving::Serving;
use super::session::Session;
use super::unexpected::UnexpectedRequest;
use super::variants::Variants;
use crate::Error;
use crate::contract::{Interaction, Message};
use crate::report::Style;

/// How long exchanges under way may go on when a provider is finished.
const GRACE: Duration = Duration::from_secs(5);

/// A server on a free port that answers as the expected interactions say, and remembers what was asked.
///
/// In a test with [`#[consumer_test]`](crate::consumer_test) the end of the test checks it and writes the contract. One that
/// was started with [`serve`](super::ContractBuilder::serve) is ended with [`finish`](Self::finish); dropping it without
/// does the same, but can only panic.
pub struct MockProvider {
    session: Arc<Session>,
    /// There until it is stopped.
    server: Option<Server>,
    address: SocketAddr,
    /// The certificate that it shows, as PEM, if it speaks TLS.
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
    certificate: Option<Arc<str>>,
}

impl MockProvider {
    pub(super) fn start(session: Arc<Session>, serving: &Serving) -> Result<Self, Error> {
        let server = serving.start_session(&session)?;
        Ok(Self {
            session,
            address: server.address(),
            server: Some(server),
            #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
            certificate: serving.protection.certificate(),
        })
    }

    pub(super) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Returns the address as a URL without a slash at its end: `http://127.0.0.1:38211`.
    pub fn url(&self) -> &str {
        self.session.base_url()
    }

    /// Returns the address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the certificate to trust, as PEM: what a client needs to know to connect to a provider with TLS
    /// (`reqwest::Certificate::from_pem`, `rustls::RootCertStore`).
    ///
    /// # Panics
    ///
    /// If the provider speaks no TLS.
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
    #[track_caller]
    pub fn ca_pem(&self) -> &str {
        match &self.certificate {
            Some(certificate) => certificate,
            None => panic!(
                "the mock provider speaks no TLS: say `tls` in #[consumer_test(…)], or .tls(…) before it is served"
            ),
        }
    }

    /// Registers an interaction. The provider answers it from now on, and the test fails unless it is requested before the
    /// test ends. What is returned says more, if more is to be said: how often, how late, what fails.
    ///
    /// # Panics
    ///
    /// If the interaction contradicts another one of this provider, its example does not match its own pattern, or it needs what
    /// the provider does not describe; see
    /// [`try_expect`](Self::try_expect).
    #[track_caller]
    pub fn expect(&self, interaction: impl Into<Interaction>) -> Expectation<'_> {
        match self.try_expect(interaction) {
            Ok(expectation) => expectation,
            Err(error) => panic!("{error}"),
        }
    }

    /// Registers an interaction, as [`expect`](Self::expect), without a panic.
    ///
    /// # Errors
    ///
    /// `Conflict` if it contradicts another one of this provider: the same description and provider states with
    /// different content. `Invalid` if its example does not match its own pattern, or it needs what the provider does not
    /// describe.
    pub fn try_expect(&self, interaction: impl Into<Interaction>) -> Result<Expectation<'_>, Error> {
        let number = self.session.expect(interaction.into())?;
        Ok(Expectation::new(&self.session, number))
    }

    /// Passes the expected message of this description to the consumer's handler, which must accept it.
    ///
    /// # Errors
    ///
    /// `Unmet` if the handler refuses it, `Usage` if no such message is expected.
    pub async fn verify_message<F, R>(
        &self,
        description: &str,
        handler: impl FnOnce(Message) -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = R>,
        R: HandlerOutcome,
    {
        message::verify(&self.session, description, handler).await
    }

    /// As [`verify_message`](Self::verify_message), and also passes variants of the message to the handler: JSON contents and
    /// metadata with other values that the rules accept. They show what the contract allows and the handler does not expect: an
    /// empty text, a longer list. Variants are the same in every run ([`Variants`]); numbers keep the sign of the example.
    ///
    /// # Errors
    ///
    /// As [`verify_message`](Self::verify_message); `Unmet` with the variant and its seed if the handler refuses one or panics;
    /// `Usage` for more than 10,000 variants.
    pub async fn verify_message_variants<F, R>(
        &self,
        description: &str,
        variants: impl Into<Variants>,
        handler: impl FnMut(Message) -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = R>,
        R: HandlerOutcome,
    {
        message::verify_variants(&self.session, description, variants.into(), handler).await
    }

    /// Lets the consumer's client send the request of the expected synchronous message of this description and handle the
    /// answer.
    ///
    /// # Errors
    ///
    /// As [`verify_message`](Self::verify_message).
    pub async fn verify_sync_message<F, R>(
        &self,
        description: &str,
        client: impl FnOnce(MessageChannel) -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = R>,
        R: HandlerOutcome,
    {
        message::verify_sync(&self.session, description, client).await
    }

    /// Returns the requests so far, the oldest first, each with the interaction that it matched: the last 10,000, and at most
    /// 16 MiB of bodies. Requests that could not be read are among the [unexpected](Self::unexpected_requests) only.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.session.requests()
    }

    /// Returns the requests so far that matched no interaction, each with its nearest miss; at most 20.
    pub fn unexpected_requests(&self) -> Vec<UnexpectedRequest> {
        self.session.unexpected()
    }

    /// Returns the expected interactions that were not requested so far, or not as often as expected.
    pub fn unused_interactions(&self) -> Vec<Interaction> {
        self.session.unused()
    }

    /// Stops the server, checks that every interaction was used and nothing else was requested, and writes the contract.
    ///
    /// Requests that are being answered have five seconds to end.
    ///
    /// # Errors
    ///
    /// `Unmet` if nothing was expected, an interaction was not used or a request matched none; the message explains each. `Io`, `Malformed` and
    /// `Conflict` if the contract cannot be written.
    pub async fn finish(mut self) -> Result<(), Error> {
        if let Some(server) = self.server.take() {
            server.stop(GRACE).await;
        }
        self.conclude()
    }

    /// As [`finish`](Self::finish), but blocks the thread.
    pub(super) fn finish_blocking(mut self) -> Result<(), Error> {
        if let Some(server) = self.server.take() {
            server.stop_blocking(GRACE);
        }
        self.conclude()
    }

    fn conclude(&self) -> Result<(), Error> {
        self.session.finish();
        self.session.verify(Style::detect())?;
        self.session.expects_something()?;
        self.session.record()
    }
}

impl fmt::Debug for MockProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockProvider")
            .field("provider", &self.session.recorder.provider)
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

impl Drop for MockProvider {
    fn drop(&mut self) {
        self.server = None;
        self.session.dropped("provider.finish()");
    }
}
