//! The mock provider that a test talks to.

use std::fmt;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use super::message::{self, HandlerOutcome, MessageChannel};
use super::server::Server;
use super::session::Session;
use super::unexpected::UnexpectedRequest;
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
}

impl MockProvider {
    pub(super) fn start(
        session: Arc<Session>,
        socket: TcpListener,
        body_limit: usize,
    ) -> Result<Self, Error> {
        let server = Server::start(socket, Arc::clone(&session) as Arc<_>, body_limit)?;
        let address = server.address();
        session.listens_at(format!("http://{address}"));
        Ok(Self {
            session,
            server: Some(server),
            address,
        })
    }

    pub(super) fn session(&self) -> &Session {
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

    /// Registers an interaction. The provider answers it from now on, and the test fails unless it is requested before the
    /// test ends.
    ///
    /// # Panics
    ///
    /// If the interaction contradicts another one of this provider, or its example does not match its own pattern; see
    /// [`try_expect`](Self::try_expect).
    #[track_caller]
    pub fn expect(&self, interaction: impl Into<Interaction>) {
        if let Err(error) = self.try_expect(interaction) {
            panic!("{error}");
        }
    }

    /// Registers an interaction, as [`expect`](Self::expect), without a panic.
    ///
    /// # Errors
    ///
    /// `Conflict` if it contradicts another one of this provider: the same description and provider states with
    /// different content. `Invalid` if its example does not match its own pattern.
    pub fn try_expect(&self, interaction: impl Into<Interaction>) -> Result<(), Error> {
        self.session.expect(interaction.into())
    }

    /// Hands the expected message of this description to the consumer's handler, which must accept it.
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

    /// Returns the requests so far that matched no interaction, each with its nearest miss; at most 20.
    pub fn unexpected_requests(&self) -> Vec<UnexpectedRequest> {
        self.session.unexpected()
    }

    /// Returns the expected interactions that were not requested so far.
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
        self.session.dropped("provider.finish().await");
    }
}
