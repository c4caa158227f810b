//! What generators draw on.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::random::Random;
use crate::contract::Members;

/// On whose side values are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The consumer's: the mock provider's responses, the messages given to a handler.
    Consumer,
    /// The provider's: the requests that the verifier sends.
    Provider,
}

/// What generators draw on: the side, the clock, what the provider states gave, where the mock provider is.
#[derive(Debug, Clone)]
pub struct Context {
    /// On whose side values are made.
    pub mode: Mode,
    /// Values of the provider states by name: their parameters, and what their handlers returned.
    pub state_values: Members,
    /// The mock provider's address: `http://127.0.0.1:1234`.
    pub mock_server_url: Option<String>,
    /// The date and time from which dates and times are reckoned.
    pub now: Zoned,
    pub(super) random: Random,
}

impl Context {
    /// Creates the context of the consumer's side: now (UTC), without a mock provider's address.
    pub fn consumer() -> Self {
        Self::new(Mode::Consumer)
    }

    /// Creates the context of the provider's side: now (UTC), with these values of the provider states.
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

    /// Sets the time from which dates and times are reckoned.
    pub fn with_now(mut self, now: Zoned) -> Self {
        self.now = now;
        self
    }

    /// Makes random values the same for the same seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.random = Random::seeded(seed);
        self
    }

    /// A random number below the bound, which is taken for 1 where it is 0.
    pub(super) fn below(&self, bound: u64) -> u64 {
        self.random.below(bound)
    }
}
