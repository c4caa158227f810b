//! Two contracts to compare: read already, or read interaction by interaction.

use std::borrow::Cow;

use crate::Error;
use crate::contract::{Contract, Identity, Interaction, UnreadContract};

use super::cancel::{Cancel, Cancelled};

/// One of two versions of a contract.
#[derive(Clone, Copy)]
pub(super) enum Version {
    Before,
    After,
}

/// An interaction of each version, by index.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) before: usize,
    pub(super) after: usize,
}

/// Why a comparison ended early.
pub(super) enum Stop {
    Cancelled,
    Unreadable(Error),
}

/// The interactions of two versions of a contract.
pub(super) trait Contracts {
    /// Returns what identifies each interaction of one version.
    fn identities(&self, version: Version, cancel: Cancel<'_>) -> Result<Vec<Identity>, Stop>;

    /// Returns an interaction of one version.
    fn interaction(&self, version: Version, index: usize) -> Result<Cow<'_, Interaction>, Stop>;

    /// Returns whether two interactions are equal, if that is known without reading them.
    fn are_equal(&self, pair: Pair) -> bool;
}

/// Contracts that are read already.
pub(super) struct Read<'c> {
    pub(super) before: &'c Contract,
    pub(super) after: &'c Contract,
}

/// Contracts whose interactions are read when they are compared.
pub(super) struct Unread<'c, 't> {
    pub(super) before: &'c UnreadContract<'t>,
    pub(super) after: &'c UnreadContract<'t>,
}

impl Read<'_> {
    fn of(&self, version: Version) -> &[Interaction] {
        match version {
            Version::Before => &self.before.interactions,
            Version::After => &self.after.interactions,
        }
    }
}

impl Contracts for Read<'_> {
    fn identities(&self, version: Version, _: Cancel<'_>) -> Result<Vec<Identity>, Stop> {
        Ok(self.of(version).iter().map(Interaction::identity).collect())
    }

    fn interaction(&self, version: Version, index: usize) -> Result<Cow<'_, Interaction>, Stop> {
        Ok(Cow::Borrowed(&self.of(version)[index]))
    }

    fn are_equal(&self, _: Pair) -> bool {
        false
    }
}

impl<'t> Unread<'_, 't> {
    fn of(&self, version: Version) -> &UnreadContract<'t> {
        match version {
            Version::Before => self.before,
            Version::After => self.after,
        }
    }
}

impl Contracts for Unread<'_, '_> {
    fn identities(&self, version: Version, cancel: Cancel<'_>) -> Result<Vec<Identity>, Stop> {
        let contract = self.of(version);
        let identity = |index| {
            cancel.check()?;
            Ok(contract.identity(index)?)
        };
        (0..contract.len()).map(identity).collect()
    }

    fn interaction(&self, version: Version, index: usize) -> Result<Cow<'_, Interaction>, Stop> {
        Ok(Cow::Owned(self.of(version).interaction(index)?))
    }

    fn are_equal(&self, pair: Pair) -> bool {
        self.before.has_same_text(pair.before, self.after, pair.after)
    }
}

impl From<Cancelled> for Stop {
    fn from(Cancelled: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Unreadable(error)
    }
}
