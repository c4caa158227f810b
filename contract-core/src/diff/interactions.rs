//! Pairing the interactions of two contracts.

use std::collections::{HashMap, HashSet, VecDeque};

use serde::Serialize;

use crate::contract::{Contract, Interaction, InteractionKind};

use super::cancel::{Cancel, Cancelled};
use super::{
    change::{Change, ChangeKind, Changes, Effect, Room},
    parts,
};

/// What changed between two contracts, interaction by interaction; unchanged ones are left out. The changes that are
/// shown are bounded (10,000, or 4 MiB of values); what is beyond that is counted.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Diff {
    /// The worst effect of all changes, shown or not.
    effect: Option<Effect>,
    /// How many interactions are the same in both.
    #[serde(rename = "unchangedInteractions")]
    pub unchanged: usize,
    /// First what changed, then what was added, then what was removed.
    pub interactions: Vec<InteractionDiff>,
    /// How many interactions changed, came or went beyond those that are shown.
    #[serde(rename = "interactionsNotShown", skip_serializing_if = "is_zero")]
    pub not_shown: usize,
}

/// What changed about one interaction.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InteractionDiff {
    /// Its description.
    pub description: String,
    /// Its provider states, with their parameters.
    pub provider_states: Vec<String>,
    /// Its type as contracts of version 4 name it, such as `Synchronous/HTTP`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In which of the contracts it is.
    #[serde(rename = "status")]
    pub presence: Presence,
    /// The worst effect of all its changes, shown or not.
    pub effect: Effect,
    /// What changed in it; empty for one that was added or removed.
    pub changes: Vec<Change>,
    /// How many changes there are beyond these.
    #[serde(skip_serializing_if = "is_zero")]
    pub changes_not_shown: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// In which of the contracts an interaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// In both, differently.
    Changed,
    /// In the new one only.
    Added,
    /// In the old one only.
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
    /// Interactions are paired by description, provider states and kind; one that is left alone on each side with the
    /// same description and kind is taken as the same with other states. Comments, keys and other members that have no
    /// bearing on verification are not compared. The time that it takes grows with the size of the contracts.
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
            Err(Cancelled) => unreachable!("it is always wanted"),
        }
    }

    /// As [`between`](Self::between) while `is_wanted` says so: `None` once it does not. It is asked often.
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
        // One whose changes are shown is shown.
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

/// The interactions of two contracts, in their order.
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

/// Pairs what has the same key; with `alone` only if the key is alone on each side.
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
fn compare(
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
        // A state that the provider never had to set up may fail; fewer states are less to set up.
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
