//! The mock provider for tests that do not await.

use std::fmt;
use std::ops::Deref;

use super::message::{self, HandlerOutcome, MessageChannel};
use super::provider::MockProvider;
use super::variants::Variants;
use crate::Error;
use crate::contract::Message;

/// A [`MockProvider`] whose methods block instead of being awaited, for clients that block: `ureq`, `reqwest::blocking`,
/// a `TcpStream`.
///
/// A [`#[consumer_test]`](crate::consumer_test) on a plain `fn` takes it as its parameter; elsewhere
/// [`serve_blocking`](super::ContractBuilder::serve_blocking) starts it. It needs no runtime, and it may be used within one.
/// In everything else it is a [`MockProvider`], whose methods it has by `Deref`.
///
/// ```
/// use contract_core::prelude::*;
///
/// # fn get(url: &str) -> String {
/// #     use std::io::{Read, Write};
/// #     let address = url.strip_prefix("http://").unwrap();
/// #     let (host, path) = address.split_once('/').unwrap();
/// #     let mut stream = std::net::TcpStream::connect(host).unwrap();
/// #     write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
/// #     let mut answer = String::new();
/// #     stream.read_to_string(&mut answer).unwrap();
/// #     answer
/// # }
/// # let directory = tempfile::tempdir().unwrap();
/// # let directory = directory.path();
/// let provider = Contract::between("web-app", "user-api").directory(directory).serve_blocking()?;
/// provider.expect(
///     Interaction::http("a request for user 42")
///         .request(Request::get("/users/42"))
///         .response(Response::ok().json(json_like!({ "name": "Ada Lovelace" }))),
/// );
///
/// let answer = get(&format!("{}/users/42", provider.url())); // the client under test
/// assert!(answer.contains("Ada Lovelace"));
///
/// provider.finish()?;
/// # Ok::<(), contract_core::Error>(())
/// ```
pub struct BlockingMockProvider {
    provider: MockProvider,
}

impl BlockingMockProvider {
    /// Stops the server, checks that every interaction was requested and nothing else was, and writes the contract.
    ///
    /// Requests that are being answered have five seconds to end. The thread waits for them: do not call this on the only
    /// thread of a runtime while a task of that runtime is still reading an answer.
    ///
    /// # Errors
    ///
    /// As [`MockProvider::finish`].
    pub fn finish(self) -> Result<(), Error> {
        self.provider.finish_blocking()
    }

    /// Passes the expected message of this description to the consumer's handler, which must accept it.
    ///
    /// # Errors
    ///
    /// As [`MockProvider::verify_message`].
    pub fn verify_message<R: HandlerOutcome>(
        &self,
        description: &str,
        handler: impl FnOnce(Message) -> R,
    ) -> Result<(), Error> {
        message::verify_blocking(self.provider.session(), description, handler)
    }

    /// As [`verify_message`](Self::verify_message), and also passes variants of the message to the handler: JSON contents and
    /// metadata with other values that the rules accept. They show what the contract allows and the handler does not expect: an
    /// empty text, a longer list. Variants are the same in every run ([`Variants`]); numbers keep the sign of the example.
    ///
    /// # Errors
    ///
    /// As [`verify_message`](Self::verify_message); `Unmet` with the variant and its seed if the handler refuses one or panics;
    /// `Usage` for more than 10,000 variants.
    pub fn verify_message_variants<R: HandlerOutcome>(
        &self,
        description: &str,
        variants: impl Into<Variants>,
        handler: impl FnMut(Message) -> R,
    ) -> Result<(), Error> {
        message::verify_variants_blocking(self.provider.session(), description, variants.into(), handler)
    }

    /// Lets the consumer's client send the request of the expected synchronous message of this description and handle the
    /// answer.
    ///
    /// # Errors
    ///
    /// As [`MockProvider::verify_message`].
    pub fn verify_sync_message<R: HandlerOutcome>(
        &self,
        description: &str,
        client: impl FnOnce(MessageChannel) -> R,
    ) -> Result<(), Error> {
        message::verify_sync_blocking(self.provider.session(), description, client)
    }
}

impl From<MockProvider> for BlockingMockProvider {
    fn from(provider: MockProvider) -> Self {
        Self { provider }
    }
}

impl From<BlockingMockProvider> for MockProvider {
    fn from(blocking: BlockingMockProvider) -> Self {
        blocking.provider
    }
}

impl Deref for BlockingMockProvider {
    type Target = MockProvider;

    fn deref(&self) -> &MockProvider {
        &self.provider
    }
}

impl fmt::Debug for BlockingMockProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.provider.fmt(f)
    }
}
