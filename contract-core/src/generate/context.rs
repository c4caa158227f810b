//! The inputs of generators.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::random::Random;
use crate::contract::Members;

/// The side for which values are generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Consumer: the mock provider's responses, the messages passed to a handler.
    Consumer,
    /// Provider: the requests sent by the verifier.
    Provider,
}

/// The inputs of generators: the side, the clock, the values of provider states, the address of the mock provider.
#[derive(Debug, Clone)]
pub struct Context {
    /// The side for which values are generated.
    pub mode: Mode,
    /// Values of the provider states by name: their parameters, and what their handlers returned.
    pub state_values: Members,
    /// The mock provider's address: `http://127.0.0.1:1234`.
    pub mock_server_url: Option<String>,
    /// The reference time for dates and times.
    pub now: Zoned,
    pub(super) random: Random,
}

impl Context {
    /// Creates the context of the consumer's side: the current time (UTC), no mock provider address.
    pub fn consumer() -> Self {
        Self::new(Mode::Consumer)
    }

    /// Creates the context of the provider's side: the current time (UTC), these values of the provider states.
    pub fn provider(state_values: Members) -> Self {
        Self {
            state_values,
            ..Self::new(Mode::Provider)
        }
    }

    fn new(mode: Mode) -> Self {
        Self {
            mode,
            state_values: Members::new(),
            mock_server_url: None,
            now: Timestamp::now().to_zoned(TimeZone::UTC),
            random: Random::new(),
        }
    }

    /// Sets the address of the mock provider.
    pub fn with_mock_server_url(mut self, url: impl Into<String>) -> Self {
        self.mock_server_url = Some(url.into());
        self
    }

    /// Sets the reference time for dates and times.
    pub fn with_now(mut self, now: Zoned) -> Self {
        self.now = now;
        self
    }

    /// Makes random values reproducible with a seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.random = Random::seeded(seed);
        self
    }

    /// Returns a random number below the bound; a bound of 0 counts as 1.
    pub(super) fn below(&self, bound: u64) -> u64 {
        self.random.below(bound)
    }
}
