//! A remote mock that is running.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::admin;
use super::state::State;
use crate::Error;
use crate::contract::{Interaction, Request};
use crate::mock::cors;
use crate::mock::handler::{Answer, BrokenRequest, Handler, Reply};
use crate::mock::record::Recorder;
use crate::mock::server::Server;
use crate::mock::serving::{Served, Serving};

/// How long exchanges under way may go on when a mock is finished.
const GRACE: Duration = Duration::from_secs(5);

/// A mock provider that is running; made by [`RemoteMock::serve`](super::RemoteMock::serve). Dropping it writes nothing.
pub struct RemoteMockServer {
    directed: Arc<Directed>,
    server: Server,
    url: String,
}

impl RemoteMockServer {
    pub(super) fn start(
        recorder: Recorder,
        interactions: Vec<Interaction>,
        serving: &Serving,
    ) -> Result<Self, Error> {
        let directed = Arc::new(Directed {
            state: Mutex::new(State::new(recorder, serving.cors)),
            cors: serving.cors,
        });
        let handler = Arc::clone(&directed) as Arc<_>;
        let Served { server, url } = serving.start(handler, "use port 0 for a free port")?;
        directed.with(|state| {
            state.listens_at(&url);
            state.expect(interactions)
        })?;
        Ok(Self {
            directed,
            server,
            url,
        })
    }

    /// Returns the address as a URL without a slash at its end: `http://127.0.0.1:38211`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the address.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Stops the mock, verifies what is expected last, and writes what was verified into the contract. Returns the number
    /// of interactions written.
    ///
    /// # Errors
    ///
    /// `Unmet` if an interaction was not requested or a request matched none; then nothing is written. `Io`, `Malformed` and
    /// `Conflict` if the contract cannot be written.
    pub async fn finish(self) -> Result<usize, Error> {
        self.server.stop(GRACE).await;
        self.directed.with(|state| {
            state.verify()?;
            state.write().map(|written| written.interactions.len())
        })
    }
}

impl fmt::Debug for RemoteMockServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteMockServer")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

/// Answers requests of tests and of those who direct it.
struct Directed {
    state: Mutex<State>,
    /// Whether pages of other origins may use and direct it.
    cors: bool,
}

impl Directed {
    fn with<T>(&self, with: impl FnOnce(&mut State) -> T) -> T {
        with(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Handler for Directed {
    fn answer(&self, request: &Arc<Request>) -> Reply {
        if admin::is_meant(request) {
            let mut answer = self.with(|state| admin::answer(state, request));
            if self.cors {
                cors::allow(request, &mut answer.headers);
            }
            return answer.into();
        }
        let session = self.with(|state| state.session());
        session.answer(request)
    }

    fn broken(&self, broken: BrokenRequest) -> Arc<Answer> {
        let session = self.with(|state| state.session());
        session.broken(broken)
    }
}
