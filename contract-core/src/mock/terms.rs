//! When and how often an interaction answers, and what goes wrong: said by the test, never written into the contract.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeInclusive};
use std::time::Duration;

use super::fault::PreparedFault;
use crate::{Error, ErrorKind};

/// How often an interaction is to be requested: `2`, `1..`, `1..=3` or `1..4`. See
/// [`Expectation::times`](super::Expectation::times).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    least: usize,
    /// `None` for any number.
    most: Option<usize>,
}

impl From<usize> for Times {
    fn from(exactly: usize) -> Self {
        Self {
            least: exactly,
            most: Some(exactly),
        }
    }
}

impl From<RangeFrom<usize>> for Times {
    fn from(range: RangeFrom<usize>) -> Self {
        Self {
            least: range.start,
            most: None,
        }
    }
}

impl From<RangeInclusive<usize>> for Times {
    fn from(range: RangeInclusive<usize>) -> Self {
        Self {
            least: *range.start(),
            most: Some(*range.end()),
        }
    }
}

impl From<Range<usize>> for Times {
    fn from(range: Range<usize>) -> Self {
        Self {
            least: range.start,
            most: Some(range.end.saturating_sub(1)),
        }
    }
}

/// As in messages: `2 times`, `1 time or more`, `1 to 3 times`.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.most {
            None => write!(f, "{} or more", times(self.least)),
            Some(most) if most == self.least => f.write_str(&times(most)),
            Some(most) => write!(f, "{} to {}", self.least, times(most)),
        }
    }
}

/// `1 time`, `2 times`
pub(super) fn times(count: usize) -> String {
    format!("{count} {}", if count == 1 { "time" } else { "times" })
}

/// What a test says about an interaction that is no part of the contract.
#[derive(Debug)]
pub(super) struct Terms {
    times: Times,
    /// How long each answer is delayed.
    pub(super) delay: Duration,
    /// How long the body takes, if it is slow.
    pub(super) slow_body: Option<Duration>,
    /// What happens to the first requests, one each.
    faults: Vec<PreparedFault>,
    /// What happens to each request after those.
    always: Option<PreparedFault>,
    /// Interactions that have to be requested before this one answers, by number.
    pub(super) after: Vec<usize>,
    /// Interactions after which this one does not answer any more, by number.
    pub(super) until: Vec<usize>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            times: (1..).into(),
            delay: Duration::ZERO,
            slow_body: None,
            faults: Vec::new(),
            always: None,
            after: Vec::new(),
            until: Vec::new(),
        }
    }
}

impl Terms {
    /// # Errors
    ///
    /// `Usage` if no number of requests is right.
    pub(super) fn set_times(&mut self, times: Times) -> Result<(), Error> {
        if times.least == 0 {
            return Err(Error::new(
                ErrorKind::Usage,
                "an interaction that need not be requested says nothing about the consumer: leave it out, since a request \
                 that matches nothing fails the test, or expect it at least once",
            ));
        }
        self.times = times;
        self.can_be_met()
    }

    /// # Errors
    ///
    /// As [`set_times`](Self::set_times).
    pub(super) fn fail_once(&mut self, fault: PreparedFault) -> Result<(), Error> {
        self.faults.push(fault);
        self.can_be_met()
    }

    pub(super) fn fail_always(&mut self, fault: PreparedFault) {
        self.always = Some(fault);
    }

    fn can_be_met(&self) -> Result<(), Error> {
        let Some(most) = self.times.most else {
            return Ok(());
        };
        let problem = if most < self.times.least {
            format!("there is no number between {} and {most}", self.times.least)
        } else if most < self.least() {
            format!(
                "it fails {} first, so it has to be requested at least {}, and at most {} is allowed",
                times(self.faults.len()),
                times(self.least()),
                times(most)
            )
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Usage, problem))
    }

    /// Returns the number of requests at least. After faults one has to be answered as the contract says.
    pub(super) fn least(&self) -> usize {
        let answered = usize::from(self.always.is_none());
        self.times.least.max(self.faults.len() + answered)
    }

    /// Returns the number of requests at most.
    pub(super) fn most(&self) -> Option<usize> {
        self.times.most
    }

    /// Returns the fault of the request of this number, counted from 0; `None` if it is answered as the contract says.
    pub(super) fn fault(&self, request: usize) -> Option<&PreparedFault> {
        self.faults.get(request).or(self.always.as_ref())
    }

    /// Returns whether no request is answered as the contract says.
    pub(super) fn always_fails(&self) -> bool {
        self.always.is_some()
    }
}
