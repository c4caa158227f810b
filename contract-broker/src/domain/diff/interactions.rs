//! Pairing the interactions of two contracts.

use std::collections::HashMap;

use contract_core::contract::{Contract, Interaction, InteractionKind};
use contract_core::json::Value;

use super::{
    change::{Change, ChangeKind, Effect},
    parts,
};

/// What changed between two contracts, interaction by interaction; unchanged ones are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Diff {
    pub(crate) interactions: Vec<InteractionDiff>,
    /// How many interactions are the same in both.
    pub(crate) unchanged: usize,
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
    /// The worst effect of all changes; `None` when there is none.
    pub(crate) fn effect(&self) -> Option<Effect> {
        self.interactions
            .iter()
            .map(|interaction| interaction.effect)
            .max()
    }
}

/// Compares two contracts. Interactions are paired by description, provider states and kind; one that is left alone on
/// each side with the same description and kind is taken as the same with other states. Example values, comments and
/// keys that have no bearing on verification are not compared.
pub(crate) fn diff(before: &Contract, after: &Contract) -> Diff {
    let (pairs, removed, added) = pair(&before.interactions, &after.interactions);
    let mut diff = Diff::default();
    for (before, after) in pairs {
        let changes = changes(before, after);
        match changes.iter().map(|change| change.effect).max() {
            Some(effect) => diff
                .interactions
                .push(describe(after, Presence::Changed, effect, changes)),
            None => diff.unchanged += 1,
        }
    }
    let lone = |presence, effect| move |one: &Interaction| describe(one, presence, effect, Vec::new());
    diff.interactions
        .extend(added.into_iter().map(lone(Presence::Added, Effect::Breaking)));
    diff.interactions
        .extend(removed.into_iter().map(lone(Presence::Removed, Effect::Relaxing)));
    diff
}

type Paired<'c> = (
    Vec<(&'c Interaction, &'c Interaction)>,
    Vec<&'c Interaction>,
    Vec<&'c Interaction>,
);

/// Pairs, those left of the old contract, those left of the new one; in the order of the contracts.
fn pair<'c>(before: &'c [Interaction], after: &'c [Interaction]) -> Paired<'c> {
    let exact = |one: &Interaction| (kind(one), one.description.clone(), states(one));
    let loose = |one: &Interaction| (kind(one), one.description.clone());
    let mut pairs = Vec::new();
    let (mut old, mut new): (Vec<&Interaction>, Vec<&Interaction>) =
        (before.iter().collect(), after.iter().collect());
    match_up(&mut old, &mut new, &mut pairs, exact, false);
    match_up(&mut old, &mut new, &mut pairs, loose, true);
    (pairs, old, new)
}

/// Takes out of both lists what has the same key; with `alone` only where the key is alone on each side.
fn match_up<'c, K: Eq + std::hash::Hash>(
    old: &mut Vec<&'c Interaction>,
    new: &mut Vec<&'c Interaction>,
    pairs: &mut Vec<(&'c Interaction, &'c Interaction)>,
    key: impl Fn(&Interaction) -> K,
    alone: bool,
) {
    let mut waiting: HashMap<K, Vec<usize>> = HashMap::new();
    for (index, one) in old.iter().enumerate().rev() {
        waiting.entry(key(one)).or_default().push(index);
    }
    let mut counts: HashMap<K, usize> = HashMap::new();
    for one in new.iter() {
        *counts.entry(key(one)).or_default() += 1;
    }
    let mut taken = Vec::new();
    new.retain(|one| {
        let key = key(one);
        let candidates = waiting
            .get_mut(&key)
            .filter(|found| !alone || (found.len() == 1 && counts[&key] == 1));
        match candidates.and_then(Vec::pop) {
            Some(index) => {
                taken.push(index);
                pairs.push((old[index], one));
                false
            }
            None => true,
        }
    });
    taken.sort_unstable();
    for index in taken.into_iter().rev() {
        old.remove(index);
    }
}

fn kind(one: &Interaction) -> String {
    one.kind.type_name().to_owned()
}

fn states(one: &Interaction) -> Vec<String> {
    one.provider_states.iter().map(ToString::to_string).collect()
}

fn describe(one: &Interaction, presence: Presence, effect: Effect, changes: Vec<Change>) -> InteractionDiff {
    InteractionDiff {
        presence,
        description: one.description.clone(),
        provider_states: states(one),
        kind: kind(one),
        effect,
        changes,
    }
}

fn changes(before: &Interaction, after: &Interaction) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut whole = |part: &str, effect, before, after| {
        changes.push(Change {
            kind: ChangeKind::Changed,
            effect,
            part: part.to_owned(),
            path: String::new(),
            before: Some(before),
            after: Some(after),
        });
    };
    let (old, new) = (states(before), states(after));
    if old != new {
        // A state that the provider never had to set up may fail; fewer states are less to set up.
        let fewer = new.iter().all(|state| old.contains(state));
        whole(
            "provider states",
            if fewer { Effect::Relaxing } else { Effect::Breaking },
            old.into_iter().map(Value::from).collect(),
            new.into_iter().map(Value::from).collect(),
        );
    }
    if before.pending != after.pending {
        let effect = if after.pending {
            Effect::Relaxing
        } else {
            Effect::Breaking
        };
        whole("pending", effect, before.pending.into(), after.pending.into());
    }
    changes.extend(match (&before.kind, &after.kind) {
        (InteractionKind::Http(before), InteractionKind::Http(after)) => parts::http(before, after),
        (InteractionKind::Message(before), InteractionKind::Message(after)) => parts::message(before, after),
        (InteractionKind::SyncMessage(before), InteractionKind::SyncMessage(after)) => {
            parts::sync_message(before, after)
        }
        (before, after) if before == after => Vec::new(),
        _ => vec![Change {
            kind: ChangeKind::Changed,
            effect: Effect::Breaking,
            part: "interaction".to_owned(),
            path: String::new(),
            before: None,
            after: None,
        }],
    });
    changes
}

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "the tables read better")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

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
        let diff = diff(&contract(json!([before])), &contract(json!([after])));
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
        let diff = diff(&before, &after);
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
        assert_eq!(diff(&before, &contract(json!([one]))).effect(), None);
        let messages = Contract::from_json(json!({
            "consumer": {"name": "web"}, "provider": {"name": "api"}, "messages": [two],
            "metadata": {"pactSpecification": {"version": "3.0.0"}},
        }))
        .expect("a contract");
        assert_eq!(diff(&messages, &messages).effect(), None);
        assert_eq!(diff(&before, &messages).interactions.len(), 2);
    }
}
