//! A verification's outcome in numbers and in one sentence.

use std::fmt::Write as _;

use super::Counts;

/// A verification's outcome in numbers.
pub(super) struct Findings {
    pub(super) counts: Counts,
    /// Interactions that fail the run.
    pub(super) failing: usize,
    /// Those that fail only because the contract contradicts itself.
    pub(super) faults_of_contracts: usize,
    /// Contracts that could not be read.
    pub(super) unreadable: usize,
    /// Whether the run ended early.
    pub(super) has_ended_early: bool,
    /// Whether it did because it was interrupted.
    pub(super) is_interrupted: bool,
    /// Whether results that should have been published were not.
    pub(super) is_unpublished: bool,
}

impl Findings {
    /// Returns whether the run succeeded.
    pub(super) fn is_success(&self) -> bool {
        self.failing == 0 && self.unreadable == 0 && !self.has_ended_early && !self.is_unpublished
    }

    /// Returns whether interactions may be missing because the run ended early. A run that was interrupted later, while its
    /// results were published, has verified all.
    fn may_lack_interactions(&self) -> bool {
        self.has_ended_early && !(self.is_interrupted && self.counts.left_out == 0)
    }

    /// Returns the outcome in one sentence.
    pub(super) fn decision(&self, provider: &str) -> String {
        let Counts {
            passed,
            failed,
            pending,
            not_verifiable,
            ..
        } = self.counts;
        let total = passed + failed + pending;
        let interactions = if total == 1 { "interaction" } else { "interactions" };
        let faults = self.faults_of_contracts;
        let mut text = if failed > 0 && faults == failed {
            format!(
                "{provider}: {failed} of {total} {interactions} failed because the contract contradicts itself"
            )
        } else if failed > 0 {
            let mut text =
                format!("{provider} breaks its contracts: {failed} of {total} {interactions} failed");
            if faults > 0 {
                let _ = write!(text, ", {faults} because the contract contradicts itself");
            }
            text
        } else if total == 0 {
            format!("{provider}: no interaction was verified")
        } else if total == pending {
            format!("{provider} fulfils no interaction yet: {total} {interactions} verified")
        } else if self.failing > 0 || self.unreadable > 0 || self.may_lack_interactions() {
            format!("{provider} was not verified in full: {passed} of {total} {interactions} passed")
        } else {
            format!("{provider} fulfils its contracts: {passed} of {total} {interactions} passed")
        };
        if pending > 0 {
            let _ = write!(text, ", {pending} pending failed");
        }
        let further = [
            (
                not_verifiable,
                "interaction is not verifiable",
                "interactions are not verifiable",
            ),
            (
                self.unreadable,
                "contract could not be read",
                "contracts could not be read",
            ),
        ];
        for (count, one, several) in further {
            match count {
                0 => {}
                1 => {
                    let _ = write!(text, "; 1 {one}");
                }
                count => {
                    let _ = write!(text, "; {count} {several}");
                }
            }
        }
        if self.is_interrupted {
            text.push_str("; the run was interrupted");
        } else if self.has_ended_early {
            text.push_str("; the run ended early");
        }
        if self.is_unpublished {
            text.push_str("; the result was not published");
        }
        text
    }
}
