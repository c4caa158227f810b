//! Pairs the interactions of two contracts.

use std::collections::{HashMap, HashSet, VecDeque};

use serde::Serialize;

use crate::Error;
use crate::contract::{Contract, Identity, Interaction, InteractionKind, UnreadContract};

use super::cancel::{Cancel, Cancelled};
use super::contracts::{Contracts, Pair, Read, Stop, Unread, Version};
use super::{
    change::{Change, ChangeKind, Changes, Effect, Room},
    parts,
};

/// The changes between two contracts by interaction; unchanged ones are omitted. The changes shown are limited (10,000,
/// or 4 MiB of values); further ones are counted.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Diff {
    /// The worst effect of all changes, shown or not.
    effect: Option<Effect>,
    /// Number of interactions that are the same in both.
    #[serde(rename = "unchangedInteractions")]
    pub unchanged: usize,
    /// Changed interactions first, then added, then removed ones.
    pub interactions: Vec<InteractionDiff>,
    /// Number of changed, added and removed interactions that are not shown.
    #[serde(rename = "interactionsNotShown", skip_serializing_if = "is_zero")]
    pub not_shown: usize,
}

/// The changes of one interaction.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InteractionDiff {
    /// Its description.
    pub description: String,
    /// Its provider states, with their parameters.
    pub provider_states: Vec<String>,
    /// Its type as in version 4 contracts, such as `Synchronous/HTTP`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which of the contracts contain it.
    #[serde(rename = "status")]
    pub presence: Presence,
    /// The worst effect of all its changes, shown or not.
    pub effect: Effect,
    /// Its changes; empty if it was added or removed.
    pub changes: Vec<Change>,
    /// Number of further changes.
    #[serde(skip_serializing_if = "is_zero")]
    pub changes_not_shown: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "required by serde")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Which of the contracts contain an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// Both, with differences.
    Changed,
    /// Only the new one.
    Added,
    /// Only the old one.
    Removed,
}

impl Presence {
    /// Returns `changed`, `added` or `removed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

impl Diff {
    /// Compares an old contract with a new one.
    ///
    /// Interactions are paired by description, provider states and kind. If one is left on each side with the same
    /// description and kind, they are paired as the same interaction with other states. Comments, keys and other
    /// members that do not affect verification are not compared. The time grows linearly with the size of the
    /// contracts.
    ///
    /// ```
    /// use contract_core::contract::Contract;
    /// use contract_core::diff::{Diff, Effect};
    /// use contract_core::prelude::{Interaction, Request, Response};
    ///
    /// let before = Contract::new("web-app", "user-api");
    /// let mut after = before.clone();
    /// after.interactions.push(
    ///     Interaction::http("a request for a user").request(Request::get("/users/42")).response(Response::ok()).into(),
    /// );
    /// assert_eq!(Diff::between(&before, &after).effect(), Some(Effect::Breaking));
    /// assert_eq!(Diff::between(&after, &after).effect(), None);
    /// ```
    pub fn between(before: &Contract, after: &Contract) -> Self {
        match compare_contracts(&Read { before, after }, Cancel::unless(&|| true)) {
            Ok(diff) => diff,
            Err(Stop::Cancelled | Stop::Unreadable(_)) => unreachable!("all is read, and wanted"),
        }
    }

    /// Like [`between`](Self::between), of contracts whose interactions are read two at a time. Returns `None` once
    /// `is_wanted` returns false; it is called often.
    ///
    /// # Errors
    /// As [`UnreadContract::interaction`], for any interaction of either contract that the other does not have with the
    /// same text.
    pub fn between_unread(
        before: &UnreadContract<'_>,
        after: &UnreadContract<'_>,
        is_wanted: impl Fn() -> bool,
    ) -> Result<Option<Self>, Error> {
        match compare_contracts(&Unread { before, after }, Cancel::unless(&is_wanted)) {
            Ok(diff) => Ok(Some(diff)),
            Err(Stop::Cancelled) => Ok(None),
            Err(Stop::Unreadable(error)) => Err(error),
        }
    }

    /// Returns the worst effect of all changes, shown or not; `None` when there is none.
    pub fn effect(&self) -> Option<Effect> {
        self.effect
    }

    fn add(&mut self, one: InteractionDiff, room: &mut Room) {
        self.effect = self.effect.max(Some(one.effect));
        let states: usize = one.provider_states.iter().map(String::len).sum();
        // An interaction whose changes are shown is shown.
        if !one.changes.is_empty() || room.take(one.description.len() + states) {
            self.interactions.push(one);
        } else {
            self.not_shown += 1;
        }
    }
}

fn compare_contracts(contracts: &impl Contracts, cancel: Cancel<'_>) -> Result<Diff, Stop> {
    let before = contracts.identities(Version::Before, cancel)?;
    let after = contracts.identities(Version::After, cancel)?;
    let paired = pair(&before, &after, cancel)?;
    let mut diff = Diff::default();
    let mut room = Room::new();
    for both in paired.both {
        cancel.check()?;
        if contracts.are_equal(both) {
            diff.unchanged += 1;
            continue;
        }
        let mut changes = Changes::new(&mut room);
        compare(
            contracts.interaction(Version::Before, both.before)?.as_ref(),
            contracts.interaction(Version::After, both.after)?.as_ref(),
            &mut changes,
            cancel,
        )?;
        let Changes {
            shown,
            not_shown,
            worst,
            ..
        } = changes;
        match worst {
            Some(effect) => {
                let mut one = describe(&after[both.after], Presence::Changed, effect);
                one.changes = shown;
                one.changes_not_shown = not_shown;
                diff.add(one, &mut room);
            }
            None => diff.unchanged += 1,
        }
    }
    for index in paired.added {
        cancel.check()?;
        contracts.interaction(Version::After, index)?;
        diff.add(
            describe(&after[index], Presence::Added, Effect::Breaking),
            &mut room,
        );
    }
    for index in paired.removed {
        cancel.check()?;
        contracts.interaction(Version::Before, index)?;
        diff.add(
            describe(&before[index], Presence::Removed, Effect::Relaxing),
            &mut room,
        );
    }
    Ok(diff)
}

/// The interactions of two contracts by index, in order.
struct Paired {
    both: Vec<Pair>,
    removed: Vec<usize>,
    added: Vec<usize>,
}

fn pair(before: &[Identity], after: &[Identity], cancel: Cancel<'_>) -> Result<Paired, Cancelled> {
    let mut paired = Paired {
        both: Vec::new(),
        removed: (0..before.len()).collect(),
        added: (0..after.len()).collect(),
    };
    let both = (before, after);
    match_up(&mut paired, both, |one| one, false);
    cancel.check()?;
    match_up(&mut paired, both, |one| (&one.kind, &one.description), true);
    Ok(paired)
}

/// Pairs interactions with the same key; with `alone` only if the key is unique on each side.
fn match_up<'c, K: Eq + std::hash::Hash>(
    paired: &mut Paired,
    (before, after): (&'c [Identity], &'c [Identity]),
    key: impl Fn(&'c Identity) -> K,
    alone: bool,
) {
    let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
    for &index in &paired.removed {
        waiting.entry(key(&before[index])).or_default().push_back(index);
    }
    let mut counts: HashMap<K, usize> = HashMap::new();
    for &index in &paired.added {
        *counts.entry(key(&after[index])).or_default() += 1;
    }
    let mut taken = HashSet::new();
    let Paired { both, removed, added } = paired;
    added.retain(|&index| {
        let key = key(&after[index]);
        let candidates = waiting
            .get_mut(&key)
            .filter(|found| !alone || (found.len() == 1 && counts[&key] == 1));
        let Some(other) = candidates.and_then(VecDeque::pop_front) else {
            return true;
        };
        taken.insert(other);
        both.push(Pair {
            before: other,
            after: index,
        });
        false
    });
    removed.retain(|index| !taken.contains(index));
}

fn states(one: &Interaction) -> Vec<String> {
    one.provider_states.iter().map(ToString::to_string).collect()
}

fn describe(one: &Identity, presence: Presence, effect: Effect) -> InteractionDiff {
    InteractionDiff {
        presence,
        description: one.description.clone(),
        provider_states: one.provider_states.clone(),
        kind: one.kind.clone().into_owned(),
        effect,
        changes: Vec::new(),
        changes_not_shown: 0,
    }
}

/// Adds the changes of one interaction.
pub(super) fn compare(
    before: &Interaction,
    after: &Interaction,
    changes: &mut Changes<'_>,
    cancel: Cancel<'_>,
) -> Result<(), Cancelled> {
    let whole = |part: &str, effect, before, after| Change {
        kind: ChangeKind::Changed,
        effect,
        part: part.to_owned(),
        path: String::new(),
        before: Some(before),
        after: Some(after),
    };
    let (old, new) = (states(before), states(after));
    if old != new {
        // A state that the provider never had to set up may fail; fewer states need less setup.
        let fewer = {
            let known: HashSet<&String> = old.iter().collect();
            new.iter().all(|state| known.contains(state))
        };
        let effect = if fewer { Effect::Relaxing } else { Effect::Breaking };
        changes.push(whole(
            "provider states",
            effect,
            old.into_iter().collect(),
            new.into_iter().collect(),
        ));
    }
    if before.pending != after.pending {
        let effect = if after.pending {
            Effect::Relaxing
        } else {
            Effect::Breaking
        };
        let change = whole("pending", effect, before.pending.into(), after.pending.into());
        changes.push(change);
    }
    match (&before.kind, &after.kind) {
        (InteractionKind::Http(before), InteractionKind::Http(after)) => {
            parts::http(before, after, changes, cancel)?;
        }
        (InteractionKind::Message(before), InteractionKind::Message(after)) => {
            parts::message(before, after, changes, cancel)?;
        }
        (InteractionKind::SyncMessage(before), InteractionKind::SyncMessage(after)) => {
            parts::sync_message(before, after, changes, cancel)?;
        }
        (before, after) if before == after => {}
        _ => changes.push(Change {
            kind: ChangeKind::Changed,
            effect: Effect::Breaking,
            part: "interaction".to_owned(),
            path: String::new(),
            before: None,
            after: None,
        }),
    }
    Ok(())
}
