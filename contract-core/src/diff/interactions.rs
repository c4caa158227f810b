//! Pairs the interactions of two contracts.

use std::collections::{HashMap, HashSet, VecDeque};

use serde::Serialize;

use crate::contract::{Contract, Interaction, InteractionKind};

use super::cancel::{Cancel, Cancelled};
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
        match compare_contracts(before, after, Cancel::unless(&|| true)) {
            Ok(diff) => diff,
            Err(Cancelled) => unreachable!("never cancelled"),
        }
    }

    /// Like [`between`](Self::between), but returns `None` once `is_wanted` returns false. It is called often.
    pub fn between_while(before: &Contract, after: &Contract, is_wanted: impl Fn() -> bool) -> Option<Self> {
        compare_contracts(before, after, Cancel::unless(&is_wanted)).ok()
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

fn compare_contracts(before: &Contract, after: &Contract, cancel: Cancel<'_>) -> Result<Diff, Cancelled> {
    let paired = pair(&before.interactions, &after.interactions, cancel)?;
    let mut diff = Diff::default();
    let mut room = Room::new();
    for (before, after) in paired.both {
        cancel.check()?;
        let mut changes = Changes::new(&mut room);
        compare(before, after, &mut changes, cancel)?;
        let Changes {
            shown,
            not_shown,
            worst,
            ..
        } = changes;
        match worst {
            Some(effect) => {
                let mut one = describe(after, Presence::Changed, effect);
                one.changes = shown;
                one.changes_not_shown = not_shown;
                diff.add(one, &mut room);
            }
            None => diff.unchanged += 1,
        }
    }
    for one in paired.added {
        diff.add(describe(one, Presence::Added, Effect::Breaking), &mut room);
    }
    for one in paired.removed {
        diff.add(describe(one, Presence::Removed, Effect::Relaxing), &mut room);
    }
    Ok(diff)
}

/// The interactions of two contracts, in order.
struct Paired<'c> {
    both: Vec<(&'c Interaction, &'c Interaction)>,
    removed: Vec<&'c Interaction>,
    added: Vec<&'c Interaction>,
}

fn pair<'c>(
    before: &'c [Interaction],
    after: &'c [Interaction],
    cancel: Cancel<'_>,
) -> Result<Paired<'c>, Cancelled> {
    let mut paired = Paired {
        both: Vec::new(),
        removed: before.iter().collect(),
        added: after.iter().collect(),
    };
    let kind = |one: &'c Interaction| (one.kind.type_name(), one.description.as_str());
    match_up(&mut paired, |one| (kind(one), states(one)), false);
    cancel.check()?;
    match_up(&mut paired, kind, true);
    Ok(paired)
}

/// Pairs interactions with the same key; with `alone` only if the key is unique on each side.
fn match_up<'c, K: Eq + std::hash::Hash>(
    paired: &mut Paired<'c>,
    key: impl Fn(&'c Interaction) -> K,
    alone: bool,
) {
    let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
    for (place, one) in paired.removed.iter().enumerate() {
        waiting.entry(key(one)).or_default().push_back(place);
    }
    let mut counts: HashMap<K, usize> = HashMap::new();
    for one in &paired.added {
        *counts.entry(key(one)).or_default() += 1;
    }
    let mut taken = vec![false; paired.removed.len()];
    let Paired { both, removed, added } = paired;
    added.retain(|one| {
        let key = key(one);
        let candidates = waiting
            .get_mut(&key)
            .filter(|found| !alone || (found.len() == 1 && counts[&key] == 1));
        let Some(place) = candidates.and_then(VecDeque::pop_front) else {
            return true;
        };
        taken[place] = true;
        both.push((removed[place], *one));
        false
    });
    let mut taken = taken.into_iter();
    removed.retain(|_| taken.next() == Some(false));
}

fn states(one: &Interaction) -> Vec<String> {
    one.provider_states.iter().map(ToString::to_string).collect()
}

fn describe(one: &Interaction, presence: Presence, effect: Effect) -> InteractionDiff {
    InteractionDiff {
        presence,
        description: one.description.clone(),
        provider_states: states(one),
        kind: one.kind.type_name().to_owned(),
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
