//! Mounts interactions on an existing `wiremock::MockServer` of a test (feature `wiremock`).

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use wiremock::{Match, Mock, MockServer, Respond, ResponseTemplate};

use super::builder::ContractBuilder;
use super::handler::Handler as _;
use super::session::Session;
use super::unexpected::UnexpectedRequest;
use crate::Error;
use crate::contract::{Interaction, Request};
use crate::report::Style;
use crate::wire::{BODY_LIMIT, receive};

/// For tests that have a `wiremock::MockServer`.
impl ContractBuilder {
    /// Mounts the interactions on a [`wiremock::MockServer`] in addition to its mocks, for a gradual
    /// migration of tests to contracts.
    ///
    /// A request that matches an interaction is answered by it; mocks mounted earlier with the same or a
    /// higher priority take precedence. A request that matches neither an interaction nor another mock is
    /// answered with status 500 and an explanation, and makes [`finish`](MountedContract::finish) fail.
    /// `listen` and `body_limit` have no effect, because the server is wiremock's. It keeps every request, so
    /// use [`serve`](Self::serve) for tests that send many.
    ///
    /// ```
    /// use contract_core::prelude::*;
    /// use wiremock::{Mock, MockServer, ResponseTemplate, matchers};
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
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let directory = directory.path();
    /// let server = MockServer::start().await;
    /// Mock::given(matchers::path("/health")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    ///
    /// let contract = Contract::between("web-app", "user-api")
    ///     .interaction(
    ///         Interaction::http("a request for user 42")
    ///             .request(Request::get("/users/42"))
    ///             .response(Response::ok().json(json_like!({ "name": "Ada Lovelace" }))),
    ///     )
    ///     .directory(directory)
    ///     .mount(&server)
    ///     .await?;
    ///
    /// assert!(get(&format!("{}/users/42", server.uri())).contains("Ada Lovelace"));
    /// assert!(get(&format!("{}/health", server.uri())).starts_with("HTTP/1.1 204"));
    ///
    /// contract.finish()?; // every interaction was used and nothing else requested: the contract is written
    /// # assert!(directory.join("web-app-user-api.json").exists());
    /// # Ok::<(), contract_core::Error>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// `Conflict` if two interactions contradict each other, `Invalid` if an example does not match its own pattern.
    pub async fn mount(self, server: &MockServer) -> Result<MountedContract, Error> {
        let session = self.into_session()?;
        session.listens_at(server.uri());
        Mock::given(Expected(Arc::clone(&session)))
            .respond_with(Answers(Arc::clone(&session)))
            .mount(server)
            .await;
        // Requests that match no mock of the server.
        Mock::given(wiremock::matchers::any())
            .respond_with(Answers(Arc::clone(&session)))
            .with_priority(u8::MAX)
            .mount(server)
            .await;
        Ok(MountedContract { session })
    }
}

/// A contract whose interactions are mounted on a [`wiremock::MockServer`]; created by
/// [`ContractBuilder::mount`].
///
/// Dropping it has the same effect as [`finish`](Self::finish), but reports errors by a panic.
pub struct MountedContract {
    session: Arc<Session>,
}

impl MountedContract {
    /// Registers another interaction. The test fails unless it is requested before the end.
    ///
    /// # Errors
    ///
    /// See [`ContractBuilder::mount`].
    pub fn expect(&self, interaction: impl Into<Interaction>) -> Result<(), Error> {
        self.session.expect(interaction.into()).map(drop)
    }

    /// Returns the requests so far that matched neither an interaction nor another mock, at most 20.
    pub fn unexpected_requests(&self) -> Vec<UnexpectedRequest> {
        self.session.unexpected()
    }

    /// Returns the interactions that were not used so far.
    pub fn unused_interactions(&self) -> Vec<Interaction> {
        self.session.unused()
    }

    /// Checks that every interaction was used and nothing else was requested, and writes the contract.
    ///
    /// The mocks stay mounted until the server is reset or dropped.
    ///
    /// # Errors
    ///
    /// `Unmet` if an interaction was not used or a request matched none; the message explains each. `Io`, `Malformed` and
    /// `Conflict` if the contract cannot be written.
    pub fn finish(self) -> Result<(), Error> {
        self.session.finish();
        self.session.verify(Style::detect())?;
        self.session.record()
    }
}

impl fmt::Debug for MountedContract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MountedContract")
            .field("provider", &self.session.recorder.provider)
            .finish_non_exhaustive()
    }
}

impl Drop for MountedContract {
    fn drop(&mut self) {
        self.session.dropped("contract.finish()");
    }
}

struct Expected(Arc<Session>);

impl Match for Expected {
    fn matches(&self, request: &wiremock::Request) -> bool {
        self.0.expects(&from_wire(request))
    }
}

struct Answers(Arc<Session>);

impl Respond for Answers {
    fn respond(&self, request: &wiremock::Request) -> ResponseTemplate {
        let answer = self.0.answer(&Arc::new(from_wire(request))).answer;
        let mut template = ResponseTemplate::new(answer.status).set_body_bytes(answer.body.to_vec());
        for (name, value) in &answer.headers {
            template = template.append_header(name.clone(), value.clone());
        }
        template
    }
}

fn from_wire(request: &wiremock::Request) -> Request {
    let url = &request.url;
    receive::request(
        request.method.as_str(),
        url.path(),
        url.query(),
        &request.headers,
        Bytes::copy_from_slice(&request.body),
        BODY_LIMIT,
    )
}
