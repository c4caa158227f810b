//! Which versions may go and which have to stay.
//!
//! A version stays for any of the [`Reason`]s. No verdict on a version that stays for a reason of its own changes
//! because others went: what is deployed stays, and so does the newest result of a contract that stays.

use super::time::DAY;

/// What the operator lets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Versions that were created or published to within so many days stay.
    pub(crate) days: u32,
    /// The newest versions of each pacticipant that stay.
    pub(crate) newest: u32,
    /// Every version of the main branch stays.
    pub(crate) main_branch: bool,
    /// A branch other than the main branch is stale so many days after its last new version; never, where unset.
    pub(crate) branch_days: Option<u32>,
}

impl Rules {
    /// From when on a version is young, at the time `now`.
    pub(crate) fn young_since(&self, now: i64) -> i64 {
        days_before(now, self.days)
    }

    /// Before when a branch had its last new version if it is stale, at the time `now`.
    pub(crate) fn stale_before(&self, now: i64) -> Option<i64> {
        self.branch_days.map(|days| days_before(now, days))
    }
}

fn days_before(now: i64, days: u32) -> i64 {
    now.saturating_sub(i64::from(days).saturating_mul(DAY))
}

/// Why a version stays.
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
    /// As an answer names it.
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
