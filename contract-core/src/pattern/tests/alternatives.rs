//! Alternatives are kept wherever they are used.

use super::*;

/// Returns a tagged union.
fn payment() -> Pattern {
    any_of([
        object(vec![
            member("kind", exactly("card")),
            member("number", regex("[0-9]{4}", "4111")),
        ]),
        object(vec![
            member("kind", exactly("transfer")),
            member("sent", date("yyyy-MM-dd", "2026-01-01")),
        ]),
    ])
}

fn card() -> Value {
    json!({"kind": "card", "number": "5500"})
}

fn transfer() -> Value {
    json!({"kind": "transfer", "sent": "2026-02-28"})
}

fn neither() -> Value {
    json!({"kind": "card", "sent": "2026-02-28"})
}

#[test]
fn an_alternative_that_a_list_of_rules_cannot_hold_is_written_whole() {
    let expanded = any_of([
        object(vec![member("x", 1)]),
        object(vec![member("y", integer(2))]),
    ])
    .expand();
    assert_eq!(expanded.example, json!({"x": 1}));
    let [(path, list)] = expanded.rules.iter().collect::<Vec<_>>()[..] else {
        panic!("{:?}", expanded.rules);
    };
    assert_eq!(path, &Path::root());
    let Matcher::Schema(schema) = &list.rules[0].matcher else {
        panic!("{list:?}");
    };
    assert_eq!(
        *schema,
        json!({"anyOf": [
            {
                "examples": [{"x": 1}],
                "x-matching-rules": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}},
            },
            {
                "examples": [{"y": 2}],
                "x-matching-rules": {"$.y": {"combine": "AND", "matchers": [{"match": "integer"}]}},
            },
        ]})
    );
}

#[test]
fn a_tagged_union_accepts_each_alternative_and_nothing_else_wherever_it_stands() {
    type Put = fn(Value) -> Value;
    let in_place: Vec<(Pattern, Put)> = vec![
        (payment(), |value| value),
        (
            object(vec![member("p", payment())]),
            |value| json!({"p": value, "more": 1}),
        ),
        (each_like(payment()).into_pattern(), |value| {
            json!([card(), value, transfer()])
        }),
        (
            each_value("a", payment()),
            |value| json!({"x": value, "y": transfer()}),
        ),
        (array_containing([payment()]), |value| json!([1, value])),
        (nullable(payment()), |value| value),
        (any_of([payment(), integer(1)]), |value| value),
        (
            all_of([payment(), object(vec![member("kind", string("card"))])]),
            |value| value,
        ),
        (not_empty(payment()), |value| value),
        (
            object(vec![member("deep", each_like(nullable(payment())))]),
            |value| json!({"deep": [null, value]}),
        ),
    ];
    for (pattern, put) in in_place {
        for value in [card(), transfer()] {
            pattern.accepts(&put(value)).unwrap();
        }
        for value in [neither(), json!({}), json!([]), json!("card")] {
            assert!(
                pattern.accepts(&put(value.clone())).is_err(),
                "{pattern:?} {value}"
            );
        }
        pattern.accepts(&pattern.expand().example).unwrap();
    }
}

#[test]
fn alternatives_and_what_must_hold_beside_them() {
    let ab = || all_of([regex("[a-z]+", "ab"), includes("b", "ab")]);
    let cases: Vec<(Pattern, Vec<Value>, Vec<Value>)> = vec![
        (
            nullable(ab()),
            vec![json!("cb"), json!(null)],
            vec![json!("ac"), json!("B"), json!(1)],
        ),
        (
            nullable(not_empty("x")),
            vec![json!("y"), json!(null)],
            vec![json!(""), json!(1)],
        ),
        (
            not_empty(nullable("x")),
            vec![json!("y")],
            vec![json!(""), json!(null), json!(1)],
        ),
        (
            any_of([1, 2]),
            vec![json!(1), json!(2)],
            vec![json!(3), json!("1")],
        ),
        (
            any_of([like([1]), like("a")]),
            vec![json!([2, 3]), json!("b")],
            vec![json!([]), json!(["a"]), json!(1)],
        ),
        (
            any_of([integer(1), string("a")]),
            vec![json!(7), json!("b")],
            vec![json!(1.5), json!(true)],
        ),
        (
            all_of([
                object(vec![member("a", 1), member("b", "x")]),
                object(vec![member("a", integer(1))]),
            ]),
            vec![json!({"a": 2, "b": "y"})],
            vec![
                json!({"a": 2}),
                json!({"a": 2.5, "b": "y"}),
                json!({"a": 2, "b": 1}),
            ],
        ),
        (
            each_key(any_of([regex("[a-z]+", "a"), regex("[0-9]+", "1")]), 1),
            vec![json!({"b": 1, "22": 2})],
            vec![json!({"B": 1}), json!({"b": "1"})],
        ),
        (
            any_of([string("a"), from_state("id", 1)]),
            vec![json!("b"), json!(7)],
            vec![json!(true)],
        ),
    ];
    for (pattern, accepted, refused) in cases {
        for value in &accepted {
            assert_eq!(pattern.accepts(value), Ok(()), "{pattern:?} {value}");
        }
        for value in &refused {
            assert!(
                pattern.accepts(value).is_err(),
                "{pattern:?} should refuse {value}"
            );
        }
    }
}

#[test]
fn in_a_request_members_that_no_alternative_has_are_refused() {
    use crate::contract::{Body, Request, Specification};
    use crate::matching::RequestPlan;

    let sent = |pattern: Pattern, actual: &Value| {
        let expected: Request = Request::post("/").json(pattern).into();
        let actual = Request {
            body: Body::json(actual.clone()),
            ..expected.clone()
        };
        let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
        plan.compare(&actual).is_match()
    };
    assert!(sent(payment(), &transfer()));
    let more = json!({"kind": "transfer", "sent": "2026-02-28", "number": "5500"});
    assert!(!sent(payment(), &more));
    // The first pattern determines the members.
    let both = || {
        let members = vec![member("a", 1), member("b", "x")];
        all_of([object(members), object(vec![member("a", integer(1))])])
    };
    assert!(sent(both(), &json!({"a": 2, "b": "y"})));
    assert!(!sent(both(), &json!({"a": 2, "b": "y", "c": 1})));
}

#[test]
fn what_differs_from_the_nearest_alternative_is_told() {
    let pattern = object(vec![member("p", payment())]);
    let expanded = pattern.expand();
    let mut expected = crate::contract::Response {
        body: crate::contract::Body::json(expanded.example),
        ..crate::contract::Response::default()
    };
    expected.rules.body = expanded.rules;
    let actual = crate::contract::Response {
        body: crate::contract::Body::json(json!({"p": {"kind": "transfer", "sent": "yesterday"}})),
        ..crate::contract::Response::default()
    };
    let plan = crate::matching::ResponsePlan::compile(&expected).unwrap();
    let found = plan.compare(&actual).into_mismatches();
    let [mismatch] = &found[..] else {
        panic!("{found:#?}")
    };
    assert_eq!(mismatch.path, "$.p");
    assert_eq!(
        mismatch.rule.as_ref().map(|rule| rule.name.as_str()),
        Some("anyOf")
    );
    assert!(
        mismatch.description.contains("the nearest is alternative 2"),
        "{mismatch:?}"
    );
    assert_eq!(mismatch.nearest[0].path, "$.p.sent");
}

#[test]
fn texts_have_alternatives_too() {
    use crate::contract::{Request, Specification};
    use crate::matching::RequestPlan;

    // A number that is not "1.5", and a text, cannot share one list: each has its own example.
    let pattern = || any_of([all_of([regex("[a-z]+", "ab"), includes("b", "ab")]), integer(7)]);
    let expected: Request = Request::get("/")
        .query("q", pattern())
        .header("x-q", pattern())
        .into();
    let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
    let fits = |query: &str, header: &str| {
        let actual: Request = Request::get("/").query("q", query).header("x-q", header).into();
        plan.compare(&actual).is_match()
    };
    assert!(fits("cb", "12"));
    assert!(fits("12", "cb"));
    assert!(!fits("ac", "12"));
    assert!(!fits("12", "1.5"));
}

#[test]
fn version_2_refuses_alternatives_by_name() {
    use crate::contract::{Contract, Interaction, Specification};

    let interaction: Interaction = Interaction::http("a payment")
        .request(crate::contract::Request::get("/"))
        .response(crate::contract::Response::ok().json(payment()))
        .into();
    let mut contract = Contract::new("web", "api");
    contract.interactions.push(interaction);
    let refused = contract.to_text(Specification::V2).unwrap_err().to_string();
    assert!(
        refused.contains("the rule `schema` at $.body came after version 2"),
        "{refused}"
    );
}
