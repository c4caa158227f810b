//! A contract built by a test: `Contract::between(…).interaction(…).serve()`.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blocking::BlockingMockProvider;
use super::directory;
use super::message::{self, HandlerOutcome, MessageChannel};
use super::provider::MockProvider;
use super::record::Recorder;
use super::running_test;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
use super::server::{Protection, ServerTls};
use super::serving::Serving;
use super::session::Session;
use super::variants::Variants;
use crate::Error;
use crate::contract::{Contract, Interaction, Message, Specification};
use crate::description::ProviderDescription;
use crate::report::Style;

/// A builder of a contract; returned by [`Contract::between`].
#[must_use = "nothing is served or written until `serve` or `verify_message` and `finish` are called"]
pub struct ContractBuilder {
    recorder: Recorder,
    interactions: Vec<Interaction>,
    serving: Serving,
    description: Option<Arc<dyn ProviderDescription>>,
    any_example: bool,
    /// Made when the first message is verified.
    session: Option<Arc<Session>>,
}

/// Entry point for tests.
impl Contract {
    /// Begins a contract between this consumer and this provider, to be filled by a test.
    ///
    /// The interactions remember the test that the current thread runs and the line of this call.
    #[track_caller]
    pub fn between(consumer: impl Into<String>, provider: impl Into<String>) -> ContractBuilder {
        let caller = std::panic::Location::caller();
        let place = format!("{}:{}", caller.file().replace('\\', "/"), caller.line());
        let test = match running_test::name() {
            Some(name) => format!("{place} {name}"),
            None => place,
        };
        let manifest_dir =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
        ContractBuilder {
            recorder: Recorder {
                consumer: consumer.into(),
                provider: provider.into(),
                directory: directory::contracts(&manifest_dir),
                specification: Specification::V4,
                test: Some(test),
                minimize: Some(false),
            },
            interactions: Vec::new(),
            serving: Serving::default(),
            description: None,
            any_example: false,
            session: None,
        }
    }
}

impl ContractBuilder {
    /// Adds an interaction.
    pub fn interaction(mut self, interaction: impl Into<Interaction>) -> Self {
        self.interactions.push(interaction.into());
        self
    }

    /// Adds several interactions.
    pub fn interactions(mut self, interactions: impl IntoIterator<Item = impl Into<Interaction>>) -> Self {
        self.interactions.extend(interactions.into_iter().map(Into::into));
        self
    }

    /// Writes the contract into this directory, instead of `CONTRACT_DIR` or `contracts/` at the workspace root.
    pub fn directory(mut self, directory: impl AsRef<Path>) -> Self {
        self.recorder.directory = directory.as_ref().to_path_buf();
        self
    }

    /// Writes the contract as this version of the format; 4 by default.
    pub fn specification(mut self, specification: Specification) -> Self {
        self.recorder.specification = specification;
        self
    }

    /// Accepts interactions whose example differs from what their own rules demand, or that lack a request or a response,
    /// as contracts of other tools may hold them. Without this they are refused, since both are mistakes in a test.
    pub fn any_example(mut self) -> Self {
        self.any_example = true;
        self
    }

    /// Refuses interactions that need what this description does not say.
    pub fn described_by(mut self, description: Arc<dyn ProviderDescription>) -> Self {
        self.description = Some(description);
        self
    }

    /// Names the test that the interactions remember, instead of the detected one.
    pub fn test_name(mut self, name: impl Into<String>) -> Self {
        self.recorder.test = Some(name.into());
        self
    }

    /// Finds out which fields of the answers the test does not need, after it has passed: runs the test again in processes of
    /// its own, with fields left out, `null` or changed, and reports on standard error what the pattern need not say. At most
    /// 200 runs and 60 seconds. What was learnt is written into the interaction's comments ([`Usage`](crate::contract::Usage)).
    ///
    /// The environment decides for all tests if it has `CONTRACT_MINIMIZE`: `1` does this for each, `0` for none. With
    /// `CONTRACT_CHECK` nothing is run again.
    pub fn minimize(mut self) -> Self {
        self.recorder.minimize = Some(true);
        self
    }

    /// Listens on this address (`127.0.0.1:8080`, `localhost:8080`, `[::1]:0`) instead of a free port of the loopback
    /// interface; port 0 is a free one. A fixed port can be taken when tests run in parallel, so leave it out where you can.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.serving.address = Some(address.into());
        self
    }

    /// Reads request bodies of at most this many bytes; 64 MiB by default. A larger body is answered with status 413 and
    /// reported at the end of the test.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.serving.body_limit = bytes;
        self
    }

    /// Lets pages of other origins use the provider, for a consumer that runs in a browser.
    ///
    /// Preflight requests that match no interaction are answered with status 204 and what the browser asks for; they are
    /// neither unexpected nor written. All other answers get `Access-Control-Allow-Origin` and what belongs to it, unless the
    /// interaction's response has that field itself. Nothing of it is written into the contract.
    pub fn cors(mut self) -> Self {
        self.serving.cors = true;
        self
    }

    /// Speaks TLS with this certificate, and nothing else: [`url`](MockProvider::url) begins with `https`, and
    /// [`ca_pem`](MockProvider::ca_pem) is the certificate that the client has to trust. With the feature `http2` clients may
    /// choose HTTP/2 (ALPN).
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
    pub fn tls(mut self, tls: ServerTls) -> Self {
        self.serving.protection = Protection::Tls(tls);
        self
    }

    /// Starts the mock provider.
    ///
    /// # Errors
    ///
    /// `Io` if the address cannot be listened on, `Conflict` if two interactions contradict each other, `Invalid` if
    /// an example does not match its own pattern.
    #[expect(
        clippy::unused_async,
        reason = "callers await it, so that a server that takes time to start needs no other signature"
    )]
    pub async fn serve(self) -> Result<MockProvider, Error> {
        self.start()
    }

    /// Starts the mock provider for a client that blocks, within a runtime or without one.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve).
    pub fn serve_blocking(self) -> Result<BlockingMockProvider, Error> {
        self.start().map(Into::into)
    }

    fn start(self) -> Result<MockProvider, Error> {
        let serving = self.serving.clone();
        MockProvider::start(self.into_session()?, &serving)
    }

    /// Passes the message of this description, as the contract shows it, to the consumer's handler, which must accept it.
    ///
    /// # Errors
    ///
    /// `Unmet` if the handler refuses it, `Usage` if there is no such message, `Conflict` and `Invalid` as
    /// [`serve`](Self::serve).
    pub async fn verify_message<F, R>(
        &mut self,
        description: &str,
        handler: impl FnOnce(Message) -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = R>,
        R: HandlerOutcome,
    {
        message::verify(&*self.session()?, description, handler).await
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
        &mut self,
        description: &str,
        variants: impl Into<Variants>,
        handler: impl FnMut(Message) -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = R>,
        R: HandlerOutcome,
    {
        message::verify_variants(&*self.session()?, description, variants.into(), handler).await
    }

    /// Lets the consumer's client send the request of the synchronous message of this description and handle the answer.
    ///
    /// # Errors
    ///
    /// As [`verify_message`](Self::verify_message).
    pub async fn verify_sync_message<F, R>(
        &mut self,
        description: &str,
        client: impl FnOnce(MessageChannel) -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = R>,
        R: HandlerOutcome,
    {
        let session = self.session()?;
        message::verify_sync(&session, description, client).await
    }

    /// Writes the contract, if every message was verified. For contracts with HTTP interactions,
    /// [`serve`](Self::serve) and [`MockProvider::finish`].
    ///
    /// # Errors
    ///
    /// `Unmet` if an interaction was not verified; what writing the file gives.
    pub fn finish(mut self) -> Result<(), Error> {
        let session = self.session()?;
        session.verify(Style::detect())?;
        session.expects_something()?;
        session.record()
    }

    fn session(&mut self) -> Result<Arc<Session>, Error> {
        let session = self
            .session
            .get_or_insert_with(|| Arc::new(Session::new(self.recorder.clone())));
        if let Some(description) = self.description.take() {
            session.is_described_by(description);
        }
        if self.any_example {
            session.accept_any_example();
        }
        for interaction in self.interactions.drain(..) {
            session.expect(interaction)?;
        }
        Ok(Arc::clone(session))
    }

    /// Returns between whom the contract is and where it is written.
    #[cfg(all(feature = "wiremock", feature = "import"))]
    pub(super) fn into_recorder(self) -> Recorder {
        self.recorder
    }

    pub(super) fn into_session(mut self) -> Result<Arc<Session>, Error> {
        self.session()
    }
}
