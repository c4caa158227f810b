//! A stub that is running.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use http::{Method, StatusCode};

use super::interactions::{Interactions, StubbedContract};
use super::setup::nothing_to_serve;
use crate::Error;
use crate::contract::{Contract, Request};
use crate::mock::cors;
use crate::mock::explain::{self, Parties};
use crate::mock::handler::{Answer, BrokenRequest, Handler, Reply};
use crate::mock::server::Server;
use crate::mock::serving::{Served, Serving};
use crate::mock::unexpected::{NearMiss, UnexpectedRequest};

/// How long exchanges under way may go on when a stub is stopped.
const GRACE: Duration = Duration::from_secs(5);

pub(super) type Log = Arc<dyn Fn(&StubAnswer<'_>) + Send + Sync>;

/// How a stub answers.
pub(super) struct Options {
    pub(super) states: Vec<String>,
    pub(super) state_header: Option<String>,
    pub(super) cors: bool,
    pub(super) log: Option<Log>,
}

/// A stub that is running; made by [`Stub::serve`](super::Stub::serve). Dropping it stops it at once.
pub struct StubServer {
    answering: Arc<Answering>,
    server: Server,
}

/// One answer of a stub, for a log.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct StubAnswer<'a> {
    /// The request.
    pub request: &'a Request,
    /// The status of the answer.
    pub status: u16,
    /// The interaction that answered, or `None` if none matched.
    pub interaction: Option<&'a crate::contract::Interaction>,
    /// The file or URL of the interaction's contract.
    pub origin: Option<&'a str>,
    /// Why the request could not be read, if it could not.
    pub problem: Option<&'a str>,
}

impl StubServer {
    pub(super) fn start(
        interactions: Interactions,
        serving: &Serving,
        options: Options,
    ) -> Result<Self, Error> {
        let answering = Arc::new(Answering {
            interactions: RwLock::new(Arc::new(interactions)),
            options,
            base_url: OnceLock::new(),
        });
        let handler = Arc::clone(&answering) as Arc<_>;
        let Served { server, url } = serving.start(handler, "use port 0 for a free port")?;
        // Set once, by the only server.
        let _ = answering.base_url.set(url);
        Ok(Self { answering, server })
    }

    /// Returns the address as a URL without a slash at its end: `http://127.0.0.1:38211`.
    pub fn url(&self) -> &str {
        self.answering.base_url()
    }

    /// Returns the address.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Returns the contracts that are served, in the order in which they were added, with what is left out of them.
    pub fn contracts(&self) -> Vec<StubbedContract> {
        self.answering.interactions().contracts().to_vec()
    }

    /// Serves these contracts, each with its file or URL, instead of those before. Requests that are being answered end
    /// with the old ones.
    ///
    /// # Errors
    ///
    /// `Usage` if no interaction can be served; the old contracts are then served on.
    pub fn replace(&self, contracts: Vec<(Contract, String)>) -> Result<(), Error> {
        let interactions = Interactions::compile(contracts, &self.answering.options.states);
        if interactions.is_empty() {
            return Err(nothing_to_serve(&interactions));
        }
        let mut served = self
            .answering
            .interactions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *served = Arc::new(interactions);
        Ok(())
    }

    /// Stops the stub. Requests that are being answered have five seconds to end.
    pub async fn stop(self) {
        self.server.stop(GRACE).await;
    }
}

impl fmt::Debug for StubServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StubServer")
            .field("url", &self.url())
            .field("contracts", &self.contracts())
            .finish_non_exhaustive()
    }
}

struct Answering {
    interactions: RwLock<Arc<Interactions>>,
    options: Options,
    base_url: OnceLock<String>,
}

impl Answering {
    fn base_url(&self) -> &str {
        self.base_url.get().map_or("", String::as_str)
    }

    fn interactions(&self) -> Arc<Interactions> {
        let served = self.interactions.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&served)
    }

    /// Returns the provider state that the request chooses.
    fn state_of<'r>(&self, request: &'r Request) -> Option<&'r str> {
        request.headers.first(self.options.state_header.as_ref()?)
    }

    /// Explains a request that matches nothing.
    fn unknown(&self, interactions: &Interactions, request: &Request) -> Answer {
        let nearest = interactions.nearest(request);
        let parties = nearest.as_ref().map(|(served, _)| {
            let contract = interactions.contract_of(served);
            Parties {
                consumer: &contract.consumer,
                provider: &contract.provider,
                source: Some(&contract.origin),
            }
        });
        let unexpected = UnexpectedRequest {
            request: request.clone(),
            nearest: nearest.map(|(served, mismatches)| NearMiss {
                interaction: served.interaction.clone(),
                mismatches,
            }),
            withheld: None,
            problem: None,
            omitted_body: None,
        };
        explain::answer(
            StatusCode::NOT_FOUND,
            &parties.unwrap_or_default(),
            self.base_url(),
            &unexpected,
        )
    }

    /// Adds what belongs to all answers.
    fn complete(&self, request: &Request, answer: Arc<Answer>) -> Arc<Answer> {
        if !self.options.cors {
            return answer;
        }
        let mut answer = Arc::unwrap_or_clone(answer);
        cors::allow(request, &mut answer.headers);
        Arc::new(answer)
    }

    fn log(&self, answer: &StubAnswer<'_>) {
        if let Some(log) = &self.options.log {
            log(answer);
        }
    }
}

impl Handler for Answering {
    fn answer(&self, request: &Arc<Request>) -> Reply {
        let interactions = self.interactions();
        let served = interactions.find(request, self.state_of(request));
        let answer = match served.and_then(|served| served.answer(self.base_url())) {
            Some(Ok(answer)) => answer,
            Some(Err(error)) => Arc::new(explain::broken(&error)),
            None if self.options.cors && request.method == Method::OPTIONS.as_str() => {
                Arc::new(cors::preflight(request))
            }
            None => Arc::new(self.unknown(&interactions, request)),
        };
        self.log(&StubAnswer {
            request,
            status: answer.status.as_u16(),
            interaction: served.map(|served| &served.interaction),
            origin: served.map(|served| interactions.contract_of(served).origin.as_str()),
            problem: None,
        });
        self.complete(request, answer).into()
    }

    fn broken(&self, broken: BrokenRequest) -> Arc<Answer> {
        let answer = Arc::new(explain::unreadable(&broken));
        self.log(&StubAnswer {
            request: &broken.request,
            status: answer.status.as_u16(),
            interaction: None,
            origin: None,
            problem: Some(&broken.problem),
        });
        self.complete(&broken.request, answer)
    }
}
