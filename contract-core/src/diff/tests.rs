//! Tables of changes and their effects.
#![expect(clippy::needless_pass_by_value, reason = "the tables read better")]

use serde_json::{Map, Value, json};

use super::{ChangeKind, Diff, Effect, Presence};
use crate::contract::{Contract, UnreadContract};
use crate::report::Style;

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

/// Formats each change as `effect kind part path`.
fn lines(before: Value, after: Value) -> Vec<String> {
    let diff = Diff::between(&contract(json!([before])), &contract(json!([after])));
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
    let diff = Diff::between(&before, &after);
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
    assert_eq!(Diff::between(&before, &contract(json!([one]))).effect(), None);
    let messages = Contract::from_json(json!({
        "consumer": {"name": "web"}, "provider": {"name": "api"}, "messages": [two],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }))
    .expect("a contract");
    assert_eq!(Diff::between(&messages, &messages).effect(), None);
    assert_eq!(Diff::between(&before, &messages).interactions.len(), 2);
}

/// Returns a body with many elements under many rules, some of which change.
fn large(kind: &str, elements: usize) -> Value {
    let rules: Map<String, Value> = (0..300)
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
    let diff = Diff::between(&before, &after);
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
    let diff = Diff::between(&many("old"), &many("new"));
    assert_eq!(diff.interactions.len() + diff.not_shown, 24_000);
    assert!(diff.not_shown > 10_000, "{}", diff.not_shown);
    assert_eq!(diff.effect(), Some(Effect::Breaking));
}

#[test]
fn a_comparison_that_nobody_waits_for_ends() {
    let text = contract_text(json!([interaction(json!({"id": 1}), json!({}))]));
    let one = UnreadContract::new(&text, "a.json").unwrap();
    let compared = |is_wanted: bool| Diff::between_unread(&one, &one, || is_wanted).unwrap();
    assert!(compared(true).is_some());
    assert!(compared(false).is_none());
}

fn contract_text(interactions: Value) -> String {
    json!({"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": interactions})
        .to_string()
}

/// Whatever identifies the interactions, and in whichever order they stand.
#[test]
fn contracts_read_interaction_by_interaction_differ_as_whole_ones() {
    let http = |description: Value, state: Value, status: u16| {
        json!({
            "description": description, "providerState": state,
            "request": {"method": "GET", "path": "/users"}, "response": {"status": status},
        })
    };
    let message = |number: u8| json!({"description": "an event", "contents": {"number": number}});
    let unnamed = json!({"request": {"path": "/unnamed"}, "response": {"status": 200}});
    let before = contract_text(json!([
        http(json!("one"), json!("a"), 200),
        http(json!("one"), json!("b"), 200),
        http(json!("two"), json!(null), 200),
        http(json!(null), json!(null), 200),
        message(1),
        unnamed,
        {"type": "Synchronous/Messages", "description": "asked", "request": {"contents": 1}, "response": []},
    ]));
    let after = contract_text(json!([
        message(2),
        unnamed,
        http(json!(7), json!(null), 200),
        http(json!("two"), json!("c"), 200),
        http(json!("one"), json!("b"), 201),
        http(json!("one"), json!("a"), 200),
        http(json!(null), json!(null), 404),
    ]));
    let whole = Diff::between(
        &Contract::read_str(&before, "before.json").unwrap(),
        &Contract::read_str(&after, "after.json").unwrap(),
    );
    let one_by_one = Diff::between_unread(
        &UnreadContract::new(&before, "before.json").unwrap(),
        &UnreadContract::new(&after, "after.json").unwrap(),
        || true,
    );
    assert_eq!(one_by_one.unwrap().unwrap(), whole);
    let shown: Vec<(Presence, &str)> = whole
        .interactions
        .iter()
        .map(|one| (one.presence, one.description.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            (Presence::Changed, "an event"),
            (Presence::Changed, "one"),
            (Presence::Changed, "GET /users"),
            (Presence::Changed, "two"),
            (Presence::Added, "7"),
            (Presence::Removed, "asked"),
        ]
    );
    assert_eq!(whole.unchanged, 2);
}

#[test]
fn an_interaction_that_cannot_be_read_is_named() {
    let fine = contract_text(json!([interaction(json!({"id": 1}), json!({}))]));
    let fine = UnreadContract::new(&fine, "fine.json").unwrap();
    let text = contract_text(json!([
        {"description": "fine"}, {"description": "broken", "request": {"path": 1}}
    ]));
    let broken = UnreadContract::new(&text, "broken.json").unwrap();
    for (before, after) in [(&fine, &broken), (&broken, &fine)] {
        let error = Diff::between_unread(before, after, || true)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("broken.json:1:"), "{error}");
        assert!(
            error.contains("interaction \"broken\", $.interactions[1].request.path"),
            "{error}"
        );
    }
}

#[test]
fn a_difference_is_shown_by_interaction() {
    let before = json!([
        interaction(json!({ "id": 1, "name": "x" }), json!({ "$.name": rule("type") })),
        { "description": "old", "request": { "method": "GET", "path": "/" }, "response": { "status": 200 } },
        { "description": "same", "request": { "method": "GET", "path": "/" }, "response": { "status": 200 } },
    ]);
    let after = json!([
        interaction(json!({ "id": 2, "name": "x", "price": 98.5 }), json!({})),
        { "description": "new", "request": { "method": "GET", "path": "/" }, "response": { "status": 200 } },
        { "description": "same", "request": { "method": "GET", "path": "/" }, "response": { "status": 200 } },
    ]);
    let diff = Diff::between(&contract(before), &contract(after));
    insta::assert_snapshot!(diff.text(Style::PLAIN));
    insta::assert_snapshot!(serde_json::to_string_pretty(&diff).expect("JSON"));
}

#[test]
fn contracts_that_demand_the_same_say_so() {
    let one = contract(json!([interaction(json!({ "id": 1 }), json!({}))]));
    let text = Diff::between(&one, &one).text(Style::PLAIN);
    assert_eq!(text, "no changes that affect verification in 1 interaction\n");
}

#[test]
fn numbers_are_shown_with_every_digit() {
    let with = |id: &str| {
        let text = serde_json::to_string(&interaction(json!({ "id": 1 }), json!({}))).expect("JSON");
        let text = text.replace(r#""id":1"#, &format!(r#""id":{id}"#));
        let contract = format!(
            r#"{{ "consumer": {{ "name": "web" }}, "provider": {{ "name": "api" }}, "interactions": [{text}] }}"#
        );
        Contract::read_str(&contract, "a contract").expect("a contract")
    };
    let diff = Diff::between(
        &with("9876543210987654321012345"),
        &with("9876543210987654321012346"),
    );
    let line = diff.interactions[0].changes[0].to_string();
    assert_eq!(
        line,
        "breaking: response body $.id changed: 9876543210987654321012345 → 9876543210987654321012346"
    );
    let json = serde_json::to_string(&diff).expect("JSON");
    assert!(json.contains(r#""after":9876543210987654321012346"#), "{json}");
}

#[test]
fn binary_bodies_are_told_by_where_they_differ() {
    let with = |contents: &str| {
        Contract::from_json(json!({
            "consumer": { "name": "web" }, "provider": { "name": "api" },
            "interactions": [{
                "type": "Asynchronous/Messages", "description": "an image",
                "contents": { "content": contents, "contentType": "image/png", "encoded": "base64" },
            }],
            "metadata": { "pactSpecification": { "version": "4.0" } },
        }))
        .expect("a contract")
    };
    let diff = Diff::between(&with("AAECAwQ="), &with("AAECBQY="));
    assert_eq!(
        diff.interactions[0].changes[0].to_string(),
        r#"breaking: message contents changed: "5 bytes, from byte 3: 03 04" → "5 bytes, from byte 3: 05 06""#
    );
    assert_eq!(Diff::between(&with("AAECAwQ="), &with("AAECAwQ=")).effect(), None);
}
