//! What a test says about an expected interaction beyond the contract.

use std::fmt;
use std::time::Duration;

use super::fault::{Fault, PreparedFault};
use super::registry::{Registry, named};
use super::session::Session;
use super::terms::{Terms, Times};
use crate::{Error, ErrorKind};

/// An interaction that a [`MockProvider`](super::MockProvider) expects, returned by
/// [`expect`](super::MockProvider::expect), to say how often it is requested, when it answers and what goes wrong.
///
/// None of it is a promise of the provider, so none of it is written into the contract. An interaction is written if at least
/// one request was answered as the contract says, with or without a delay; one that only ever failed is not.
///
/// ```
/// use std::time::Duration;
/// use contract_core::mock::Fault;
/// use contract_core::prelude::*;
///
/// # fn get(url: &str, path: &str) -> String {
/// #     use std::io::{Read, Write};
/// #     let host = url.strip_prefix("http://").unwrap();
/// #     let mut stream = std::net::TcpStream::connect(host).unwrap();
/// #     write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
/// #     let mut answer = String::new();
/// #     stream.read_to_string(&mut answer).unwrap();
/// #     answer
/// # }
/// # let directory = tempfile::tempdir().unwrap();
/// # let directory = directory.path();
/// let provider = Contract::between("web-app", "user-api").directory(directory).serve_blocking()?;
/// provider
///     .expect(
///         Interaction::http("a request for user 42")
///             .request(Request::get("/users/42"))
///             .response(Response::ok().json(json_like!({ "name": "Ada Lovelace" }))),
///     )
///     .fail_once(Response::status(503).header("retry-after", "1"))
///     .delay(Duration::from_millis(20));
///
/// assert!(get(provider.url(), "/users/42").starts_with("HTTP/1.1 503"));
/// assert!(get(provider.url(), "/users/42").starts_with("HTTP/1.1 200"));
/// provider.finish()?;
/// # Ok::<(), contract_core::Error>(())
/// ```
pub struct Expectation<'p> {
    session: &'p Session,
    /// Its number in the registry.
    number: usize,
}

impl<'p> Expectation<'p> {
    pub(super) fn new(session: &'p Session, number: usize) -> Self {
        Self { session, number }
    }

    /// Sets how often the interaction is requested: `2`, `1..`, `1..=3`. By default at least once.
    ///
    /// A request beyond the most is answered by another interaction that it matches; otherwise it is unexpected.
    /// Requests that failed by [`fail_once`](Self::fail_once) count.
    ///
    /// # Panics
    ///
    /// If the least is 0: an interaction that need not be requested does not belong in a contract. If no number is both at
    /// least and at most as said, or the faults leave no request to be answered.
    #[track_caller]
    pub fn times(self, times: impl Into<Times>) -> Self {
        let times = times.into();
        self.change(|terms| terms.set_times(times))
    }

    /// Delays each answer by this long. The other requests of the test are answered meanwhile.
    ///
    /// An answer that is still delayed when the test ends is dropped.
    ///
    /// # Panics
    ///
    /// If the interaction is a message.
    #[track_caller]
    pub fn delay(self, delay: Duration) -> Self {
        self.change(|terms| {
            terms.delay = delay;
            Ok(())
        })
    }

    /// Sends the body of each answer in pieces that take this long together.
    ///
    /// # Panics
    ///
    /// If the interaction is a message.
    #[track_caller]
    pub fn slow_body(self, over: Duration) -> Self {
        self.change(|terms| {
            terms.slow_body = Some(over);
            Ok(())
        })
    }

    /// Lets the first request fail in this way; called again, the next one. Then the interaction answers as the contract
    /// says, and the test fails unless that was requested as well: this tests that a consumer tries again.
    ///
    /// # Panics
    ///
    /// If the fault is a response that cannot go over the wire, or truncates a body that is empty.
    #[track_caller]
    pub fn fail_once(self, fault: impl Into<Fault>) -> Self {
        let fault = self.prepared(&fault.into());
        self.change(|terms| terms.fail_once(fault))
    }

    /// Lets every request fail in this way, after those of [`fail_once`](Self::fail_once). The interaction is not written
    /// into the contract, since nothing was answered as it says.
    ///
    /// # Panics
    ///
    /// As [`fail_once`](Self::fail_once).
    #[track_caller]
    pub fn fail_always(self, fault: impl Into<Fault>) -> Self {
        let fault = self.prepared(&fault.into());
        self.change(|terms| {
            terms.fail_always(fault);
            Ok(())
        })
    }

    /// Answers only after the other interaction was requested, and answered as the contract says. Until then the interaction
    /// matches no request.
    ///
    /// With [`until`](Self::until), a resource changes by what the consumer does. In the contract both interactions have the
    /// same request, so they differ in their provider states: a provider is verified with one interaction at a time.
    ///
    /// # Panics
    ///
    /// If the other interaction is one of another provider.
    #[track_caller]
    pub fn after(self, other: &Expectation<'_>) -> Self {
        let other = self.of_same_provider(other);
        self.change(|terms| {
            terms.after.push(other);
            Ok(())
        })
    }

    /// Answers only until the other interaction was requested, and answered as the contract says. From then on the
    /// interaction matches no request.
    ///
    /// # Panics
    ///
    /// As [`after`](Self::after).
    #[track_caller]
    pub fn until(self, other: &Expectation<'_>) -> Self {
        let other = self.of_same_provider(other);
        self.change(|terms| {
            terms.until.push(other);
            Ok(())
        })
    }

    #[track_caller]
    fn of_same_provider(&self, other: &Expectation<'_>) -> usize {
        assert!(
            std::ptr::eq(self.session, other.session),
            "{} cannot depend on an interaction of another provider",
            self.name()
        );
        assert!(
            self.number != other.number,
            "{} cannot depend on itself",
            self.name()
        );
        other.number
    }

    #[track_caller]
    fn prepared(&self, fault: &Fault) -> PreparedFault {
        let prepared = self.session.with_registry(|registry| {
            let interaction = &registry.entries()[self.number].interaction;
            match interaction.as_http() {
                Some(http) => PreparedFault::new(fault, http),
                None => Err(not_http()),
            }
        });
        match prepared {
            Ok(prepared) => prepared,
            Err(error) => panic!("interaction {}: {error}", self.name()),
        }
    }

    #[track_caller]
    fn change(self, change: impl FnOnce(&mut Terms) -> Result<(), Error>) -> Self {
        let changed =
            self.session
                .change_registry(|registry: &mut Registry| match registry.terms_mut(self.number) {
                    Some(terms) => change(terms),
                    None => Err(not_http()),
                });
        if let Err(error) = changed {
            panic!("interaction {}: {error}", self.name());
        }
        self
    }

    fn name(&self) -> String {
        self.session
            .with_registry(|registry| named(&registry.entries()[self.number].interaction))
    }
}

fn not_http() -> Error {
    Error::new(
        ErrorKind::Usage,
        "it is a message, which no request asks for: this is for HTTP interactions",
    )
}

impl fmt::Debug for Expectation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expectation").field(&self.name()).finish()
    }
}
