//! Pairing the interactions of two contracts.

use std::collections::{HashMap, HashSet, VecDeque};

use contract_core::contract::{Contract, Interaction, InteractionKind};

use super::{
    change::{Change, ChangeKind, Changes, Effect, Room},
    parts,
};
use crate::domain::cancel::{Cancel, Cancelled};

/// What changed between two contracts, interaction by interaction; unchanged ones are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Diff {
    pub(crate) interactions: Vec<InteractionDiff>,
    /// How many interactions are the same in both.
    pub(crate) unchanged: usize,
    /// How many interactions changed, came or went beyond those that are shown.
    pub(crate) not_shown: usize,
    worst: Option<Effect>,
}

/// What changed about one interaction.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InteractionDiff {
    pub(crate) presence: Presence,
    pub(crate) description: String,
    pub(crate) provider_states: Vec<String>,
    pub(crate) kind: String,
    pub(crate) effect: Effect,
    /// What changed in it; empty for one that was added or removed.
    pub(crate) changes: Vec<Change>,
    /// How many changes there are beyond these.
    pub(crate) changes_not_shown: usize,
}

/// In which of the contracts an interaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Presence {
    /// In both, differently.
    Changed,
    /// In the new one only.
    Added,
    /// In the old one only.
    Removed,
}

impl Presence {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

impl Diff {
    /// The worst effect of all changes, shown or not; `None` when there is none.
    pub(crate) fn effect(&self) -> Option<Effect> {
        self.worst
    }

    fn add(&mut self, one: InteractionDiff, room: &mut Room) {
        self.worst = self.worst.max(Some(one.effect));
        let states: usize = one.provider_states.iter().map(String::len).sum();
        // One whose changes are shown is shown.
        if !one.changes.is_empty() || room.take(one.description.len() + states) {
            self.interactions.push(one);
        } else {
            self.not_shown += 1;
        }
    }
}

/// Compares two contracts. Interactions are paired by description, provider states and kind; one that is left alone on
/// each side with the same description and kind is taken as the same with other states. Example values, comments and
/// keys that have no bearing on verification are not compared. Takes time that grows with the size of the contracts.
///
/// # Errors
/// Nobody waits for it any more.
pub(crate) fn diff(before: &Contract, after: &Contract, cancel: &Cancel) -> Result<Diff, Cancelled> {
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
    cancel: &Cancel,
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

/// Pairs what has the same key; with `alone` only where the key is alone on each side.
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
    cancel: &Cancel,
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

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "the tables read better")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn compared(before: &Contract, after: &Contract) -> Diff {
        diff(before, after, &Cancel::default()).expect("it is waited for")
    }

    fn contract(interactions: Value) -> Contract {
        Contract::from_json(json!({
            "consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": interactions,
            "metadata": {"pactSpecification": {"version": "3.0.0"}},
        }))
        .expect("a contract")
    }

    fn interaction(body: Value, rules: Value) -> Value {
        json!({
            "description": "a user", "providerStates": [{"name": "user exists"}],
            "request": {"method": "GET", "path": "/users/1", "headers": {"Accept": "application/json"}},
            "response": {
                "status": 200, "headers": {"Content-Type": "application/json"}, "body": body,
                "matchingRules": {"body": rules},
            },
        })
    }

    fn rule(name: &str) -> Value {
        json!({"matchers": [{"match": name}]})
    }

    /// Each change as `effect kind part path`.
    fn lines(before: Value, after: Value) -> Vec<String> {
        let diff = compared(&contract(json!([before])), &contract(json!([after])));
        let changes = diff
            .interactions
            .iter()
            .flat_map(|interaction| &interaction.changes);
        changes
            .map(|c| {
                format!("{} {} {} {}", c.effect.as_str(), c.kind.as_str(), c.part, c.path)
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn each_change_of_an_expected_body_is_judged() {
        let none = json!({});
        let typed = json!({"$.name": rule("type")});
        for (before, old, after, new, expected) in [
            (
                json!({"a": 1}),
                none.clone(),
                json!({"a": 1}),
                none.clone(),
                vec![],
            ),
            (
                json!({"a": 1}),
                none.clone(),
                json!({"a": 2}),
                none.clone(),
                vec!["breaking changed response body $.a"],
            ),
            (
                json!({"a": 1}),
                none.clone(),
                json!({"a": 1, "b": 2}),
                none.clone(),
                vec!["breaking added response body $.b"],
            ),
            (
                json!({"a": 1, "b": 2}),
                none.clone(),
                json!({"a": 1}),
                none.clone(),
                vec!["relaxing removed response body $.b"],
            ),
            (
                json!({"name": "x"}),
                typed.clone(),
                json!({"name": "y"}),
                typed.clone(),
                vec!["neutral changed response body $.name"],
            ),
            (
                json!({"name": "x"}),
                typed.clone(),
                json!({"name": 1}),
                typed.clone(),
                vec!["breaking changed response body $.name"],
            ),
            (
                json!({"name": "x"}),
                none.clone(),
                json!({"name": "x"}),
                typed.clone(),
                vec!["relaxing rule changed response body $.name"],
            ),
            (
                json!({"name": "x"}),
                typed,
                json!({"name": "x"}),
                none,
                vec!["breaking rule changed response body $.name"],
            ),
            (
                json!([{"id": 1}]),
                json!({"$": {"matchers": [{"match": "type", "min": 1}]}}),
                json!([{"id": 2}, {"id": 3}]),
                json!({"$": {"matchers": [{"match": "type", "min": 2}]}}),
                vec![
                    "breaking rule changed response body $",
                    "neutral changed response body $[0].id",
                    "neutral added response body $[1]",
                ],
            ),
        ] {
            assert_eq!(
                lines(interaction(before.clone(), old), interaction(after.clone(), new)),
                expected,
                "{before} {after}"
            );
        }
    }

    #[test]
    fn what_is_sent_is_judged_otherwise() {
        let base = interaction(json!({}), json!({}));
        let change = |pointer: &str, value: Value| {
            let mut changed = base.clone();
            changed["request"][pointer] = value;
            lines(base.clone(), changed)
        };
        assert_eq!(change("method", json!("get")), Vec::<String>::new());
        assert_eq!(
            change("method", json!("POST")),
            ["breaking changed request method"]
        );
        assert_eq!(
            change("path", json!("/users/2")),
            ["breaking changed request path"]
        );
        assert_eq!(change("query", json!("a=1")), ["breaking added request query a"]);
        assert_eq!(
            change("headers", json!({"accept": "text/plain", "X": "1"})),
            [
                "breaking changed request header accept",
                "breaking added request header x"
            ]
        );
        assert_eq!(change("body", json!({"a": 1})), ["breaking added request body"]);
    }

    #[test]
    fn interactions_come_go_and_keep_their_name() {
        let one = |description: &str, state: &str| {
            let mut one = interaction(json!({}), json!({}));
            one["description"] = json!(description);
            one["providerStates"][0]["name"] = json!(state);
            one
        };
        let before = contract(json!([one("a", "s"), one("b", "s"), one("c", "s")]));
        let after = contract(json!([one("c", "other"), one("d", "s"), one("a", "s")]));
        let diff = compared(&before, &after);
        let lines: Vec<String> = diff
            .interactions
            .iter()
            .map(|one| {
                format!(
                    "{} {} {}",
                    one.effect.as_str(),
                    one.presence.as_str(),
                    one.description
                )
            })
            .collect();
        assert_eq!(
            lines,
            ["breaking changed c", "breaking added d", "relaxing removed b"]
        );
        assert_eq!((diff.unchanged, diff.effect()), (1, Some(Effect::Breaking)));
        assert_eq!(diff.interactions[0].changes[0].part, "provider states");
    }

    #[test]
    fn a_contract_is_the_same_as_itself_in_any_order() {
        let one = interaction(json!({"a": [1, {"b": null}]}), json!({}));
        let two = json!({"description": "an event", "contents": {"id": 1}, "metadata": {"topic": "t"}});
        let before = contract(json!([one.clone()]));
        assert_eq!(compared(&before, &contract(json!([one]))).effect(), None);
        let messages = Contract::from_json(json!({
            "consumer": {"name": "web"}, "provider": {"name": "api"}, "messages": [two],
            "metadata": {"pactSpecification": {"version": "3.0.0"}},
        }))
        .expect("a contract");
        assert_eq!(compared(&messages, &messages).effect(), None);
        assert_eq!(compared(&before, &messages).interactions.len(), 2);
    }

    /// A body of many elements under many rules, of which some change.
    fn large(kind: &str, elements: usize) -> Value {
        let rules: serde_json::Map<String, Value> = (0..300)
            .map(|number| (format!("$[*].m{number}"), rule(kind)))
            .chain((0..300).map(|number| (format!("$[{number}].other"), rule("type"))))
            .collect();
        let body: Vec<Value> = (0..elements)
            .map(|number| json!({"m1": number, "m2": {"deep": [number]}, "other": kind}))
            .collect();
        interaction(json!(body), Value::Object(rules))
    }

    #[test]
    fn a_rule_that_changed_is_told_once_and_what_is_too_much_is_counted() {
        let before = contract(json!([large("type", 20_000)]));
        let after = contract(json!([large("integer", 20_000)]));
        let diff = compared(&before, &after);
        let one = &diff.interactions[0];
        let rules: Vec<&str> = one
            .changes
            .iter()
            .filter(|change| change.kind == ChangeKind::Rule)
            .map(|change| change.path.as_str())
            .collect();
        assert_eq!(rules, ["$[0].m1", "$[0].m2"]);
        assert_eq!(one.changes.len() + one.changes_not_shown, 20_000 + 2);
        assert!(one.changes.len() <= 10_000, "{}", one.changes.len());
        assert_eq!(diff.effect(), Some(Effect::Breaking));
    }

    #[test]
    fn interactions_that_are_too_many_to_be_shown_are_counted() {
        let many = |prefix: &str| {
            let one = |number: usize| {
                let mut one = interaction(json!({}), json!({}));
                one["description"] = json!(format!("{prefix} {number}"));
                one
            };
            contract((0..12_000).map(one).collect())
        };
        let diff = compared(&many("old"), &many("new"));
        assert_eq!(diff.interactions.len() + diff.not_shown, 24_000);
        assert!(diff.not_shown > 10_000, "{}", diff.not_shown);
        assert_eq!(diff.effect(), Some(Effect::Breaking));
    }

    #[test]
    fn a_comparison_that_nobody_waits_for_ends() {
        let nobody = Cancel::default();
        nobody.cancel();
        let one = contract(json!([large("type", 1)]));
        assert!(super::diff(&one, &one, &nobody).is_err());
    }
}
