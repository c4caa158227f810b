//! Finds what a contract compares more loosely than an earlier one: tests that were ported without their meaning.

use super::finding::Finding;
use super::lint::Lint;
use crate::contract::read::place::Step;
use crate::contract::{Contract, Interaction};
use crate::diff::{Change, ChangeKind, Diff, InteractionDiff};

/// What a value is compared by that has no rule.
const EXACT: &str = "equality";

impl Contract {
    /// Returns a finding for each place where an earlier contract between the same two compared a value exactly, by
    /// `equality` or without a rule, and this contract has another rule. Both what the consumer sends and what it expects is
    /// looked at. Interactions are paired as by [`Diff::between`]; those of one contract alone are not looked at.
    ///
    /// Tests that move from `json_pattern!` of `pact_consumer` to `json_like!` get looser without an error, because a plain
    /// value means "exactly this" there and "of the same type" here.
    ///
    /// ```
    /// use contract_core::contract::Contract;
    ///
    /// let before = r#"{"interactions": [{"description": "a user", "request": {}, "response": {
    ///   "status": 200, "body": {"role": "admin"}}}], "metadata": {"pactSpecification": {"version": "2.0.0"}}}"#;
    /// let after = before.replace(r#""admin"}"#, r#""admin"}, "matchingRules": {"$.body.role": {"match": "type"}}"#);
    /// let (before, after) = (Contract::read_str(before, "old.json")?, Contract::read_str(&after, "new.json")?);
    /// assert_eq!(
    ///     after.loosened_since(&before)[0].message,
    ///     "response body $.role was compared exactly and now by `type`: write exactly(…) if the value matters"
    /// );
    /// # Ok::<(), contract_core::Error>(())
    /// ```
    pub fn loosened_since(&self, before: &Self) -> Vec<Finding> {
        let diff = Diff::between(before, self);
        let mut found: Vec<Finding> = diff
            .interactions
            .iter()
            .flat_map(|changed| self.loosened_in(changed))
            .collect();
        if diff.not_shown > 0 {
            found.push(Finding {
                lint: Lint::LOOSENED,
                interaction: None,
                message: format!(
                    "{} more interactions changed and were not looked at: the contracts differ too much",
                    diff.not_shown
                ),
                steps: Vec::new(),
            });
        }
        found
    }

    fn loosened_in(&self, changed: &InteractionDiff) -> Vec<Finding> {
        let interaction = self
            .interactions
            .iter()
            .position(|interaction| is_of(interaction, changed));
        let of_change = |change: &Change| {
            let rule = loosened(change)?;
            let place = format!("{} {}", change.part, change.path);
            Some(Finding {
                lint: Lint::LOOSENED,
                interaction,
                message: format!(
                    "{} was compared exactly and now by `{rule}`: write exactly(…) if the value matters",
                    place.trim_end()
                ),
                steps: steps(&change.part),
            })
        };
        let mut found: Vec<Finding> = changed.changes.iter().filter_map(of_change).collect();
        if changed.changes_not_shown > 0 {
            found.push(Finding {
                lint: Lint::LOOSENED,
                interaction,
                message: format!(
                    "{} more changes were not looked at: the contracts differ too much",
                    changed.changes_not_shown
                ),
                steps: Vec::new(),
            });
        }
        found
    }
}

/// The rule by which a value is compared now that was compared exactly.
fn loosened(change: &Change) -> Option<&str> {
    if change.kind != ChangeKind::Rule {
        return None;
    }
    let was_exact = change
        .before
        .as_ref()
        .is_none_or(|rule| rule.as_str() == Some(EXACT));
    let now = change.after.as_ref()?.as_str()?;
    (was_exact && now != EXACT).then_some(now)
}

fn is_of(interaction: &Interaction, changed: &InteractionDiff) -> bool {
    let mut states = interaction.provider_states.iter().map(ToString::to_string);
    interaction.description == changed.description
        && interaction.provider_states.len() == changed.provider_states.len()
        && changed
            .provider_states
            .iter()
            .all(|state| states.next().as_ref() == Some(state))
}

/// Where a part of an HTTP interaction begins in a file; of messages the interaction is near enough.
fn steps(part: &str) -> Vec<Step> {
    let first = part.split(' ').next().unwrap_or_default();
    let is_http = matches!(first, "request" | "response") && !part.contains("message");
    is_http
        .then(|| Step::Member(first.to_owned()))
        .into_iter()
        .collect()
}
