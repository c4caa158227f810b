//! Decides which versions retention deletes and which it keeps.
//!
//! A version is kept for any of the [`Reason`]s. Deleting others never changes a verdict about a version kept for its
//! own reason: deployed versions are kept, and so is the newest result of a kept contract.

use super::time::DAY;

/// The operator's retention rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Versions created or published to within this many days are kept.
    pub(crate) days: u32,
    /// Number of newest versions of each pacticipant that are kept.
    pub(crate) newest: u32,
    /// Whether every version of the main branch is kept.
    pub(crate) main_branch: bool,
    /// A branch other than the main branch is stale this many days after its last new version; never if unset.
    pub(crate) branch_days: Option<u32>,
}

impl Rules {
    /// Returns the time since which a version counts as young.
    pub(crate) fn young_since(&self, now: i64) -> i64 {
        days_before(now, self.days)
    }

    /// Returns the time before which a branch must have had its last new version to be stale.
    pub(crate) fn stale_before(&self, now: i64) -> Option<i64> {
        self.branch_days.map(|days| days_before(now, days))
    }
}

fn days_before(now: i64, days: u32) -> i64 {
    now.saturating_sub(i64::from(days).saturating_mul(DAY))
}

/// Why a version is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    Deployed,
    Released,
    NewestOnBranch,
    NewestWithTag,
    NewestContract,
    OnMainBranch,
    Newest,
    Young,
    Undelivered,
    VerifiedByDeployed,
    NewestResult,
}

impl Reason {
    /// Returns the reason as named in responses.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Released => "released",
            Self::NewestOnBranch => "newest on a branch",
            Self::NewestWithTag => "newest with a tag",
            Self::NewestContract => "newest contract with a provider",
            Self::OnMainBranch => "on the main branch",
            Self::Newest => "among the newest versions",
            Self::Young => "young",
            Self::Undelivered => "webhooks still to be delivered",
            Self::NewestResult => "newest result of a contract that stays",
            Self::VerifiedByDeployed => {
                "newest with a contract that a version in an environment has a result for"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_back_from_now() {
        let rules = |days| Rules {
            days,
            newest: 1,
            main_branch: true,
            branch_days: None,
        };
        assert_eq!(rules(0).young_since(5), 5);
        assert_eq!(rules(2).young_since(3 * DAY), DAY);
        assert!(rules(u32::MAX).young_since(DAY) < 0);
    }
}
