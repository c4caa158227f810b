//! What a validation could not decide.

/// Why a validation has no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecided {
    /// A pattern needed more steps than it may take, or cannot be read.
    Pattern,
    /// Schemas are nested too deeply.
    Nesting,
    /// Schemas apply to one value more often than they may.
    Budget,
}

impl Undecided {
    /// Returns the reason as reports name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pattern => "pattern",
            Self::Nesting => "nesting",
            Self::Budget => "budget",
        }
    }
}

/// The verdict on a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Valid,
    Invalid,
    Undecided(Undecided),
}

impl Verdict {
    /// Returns the verdict of an attempt. What is violated stays so, whatever could not be decided beside it.
    pub(super) fn of(failed: bool, undecided: Option<Undecided>) -> Self {
        match (failed, undecided) {
            (true, _) => Self::Invalid,
            (false, Some(reason)) => Self::Undecided(reason),
            (false, None) => Self::Valid,
        }
    }
}
