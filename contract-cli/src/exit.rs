//! Exit codes.

use std::process::ExitCode;

use contract_core::{Error, ErrorKind};

/// The meaning of the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: success.
    Fine,
    /// 1: negative result.
    No,
    /// 2: wrong usage; the same command would fail again.
    Usage,
    /// 3: the broker, the provider or the network failed; the same command may succeed later.
    Unreachable,
    /// 4: a bug of this program.
    Bug,
    /// 130: stopped by Ctrl-C or SIGTERM, as in shells.
    Interrupted,
}

impl Exit {
    /// Returns the number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::Bug => 4,
            Self::Interrupted => 130,
        }
    }

    /// Returns another exit code in place of success.
    pub(crate) fn or(self, other: Self) -> Self {
        if self == Self::Fine { other } else { self }
    }

    /// Returns the exit code of an error.
    pub(crate) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Usage
            | ErrorKind::Io
            | ErrorKind::Malformed
            | ErrorKind::NotAContract
            | ErrorKind::MissingFeature
            | ErrorKind::Broker
            | ErrorKind::Conflict => Self::Usage,
            ErrorKind::Unreachable => Self::Unreachable,
            ErrorKind::Interrupted => Self::Interrupted,
            _ => Self::No,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
