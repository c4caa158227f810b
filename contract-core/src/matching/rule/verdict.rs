//! The verdict of a rule about a JSON value.

use crate::json::Value;

/// The verdict of a rule about a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It holds, also for all nested values.
    Holds,
    /// It holds for the value itself; nested values are still to be compared.
    Descend,
    /// It does not hold, but nested values are still compared: an array of the wrong size.
    FailsDescend,
    /// It does not hold.
    Fails,
}

impl Verdict {
    /// Returns [`Holds`](Self::Holds) or [`Fails`](Self::Fails).
    pub(crate) fn holds_if(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }

    /// Returns the verdict of a rule that holds for the value itself.
    pub(crate) fn holds_at(actual: &Value) -> Self {
        match actual {
            Value::Array(_) | Value::Object(_) => Self::Descend,
            _ => Self::Holds,
        }
    }

    /// Returns the verdict of several rules of which one must hold.
    pub(crate) fn any(verdicts: impl Iterator<Item = Self>) -> Self {
        let mut best = Self::Fails;
        for verdict in verdicts {
            match (verdict, best) {
                (Self::Holds, _) => return Self::Holds,
                (Self::Descend, _) | (Self::FailsDescend, Self::Fails) => best = verdict,
                _ => {}
            }
        }
        best
    }

    /// Returns the verdict of several rules that must all hold.
    pub(crate) fn all(verdicts: impl Iterator<Item = Self>) -> Self {
        let mut worst = Self::Holds;
        for verdict in verdicts {
            worst = match (worst, verdict) {
                (Self::Fails, _) | (_, Self::Fails) => Self::Fails,
                (Self::FailsDescend, _) | (_, Self::FailsDescend) => Self::FailsDescend,
                (Self::Descend, _) | (_, Self::Descend) => Self::Descend,
                (Self::Holds, Self::Holds) => Self::Holds,
            };
        }
        worst
    }
}
