//! Tests of the representation of each pattern.

mod alternatives;
mod bodies;
mod interactions;
mod multipart;

use crate::json::{Value, json};

use super::*;
use crate::contract::{Combine, Generator, Matcher, Path};

/// Returns rules as `path: names`, generators as `path ← type`, in path order.
fn summary(pattern: impl IntoPattern) -> (Value, Vec<String>) {
    let expanded = pattern.into_pattern().expand();
    let mut lines: Vec<String> = expanded
        .rules
        .iter()
        .map(|(path, list)| {
            let glue = match list.combine {
                Combine::And => " and ",
                Combine::Or => " or ",
            };
            let names: Vec<String> = list
                .rules
                .iter()
                .map(|rule| match &rule.matcher {
                    Matcher::Type {
                        min: Some(min),
                        max: None,
                    } => format!("type min {min}"),
                    Matcher::Type {
                        min: Some(min),
                        max: Some(max),
                    } => format!("type min {min} max {max}"),
                    Matcher::Regex(expression) => format!("regex {expression}"),
                    other => other.name().to_owned(),
                })
                .collect();
            format!("{path}: {}", names.join(glue))
        })
        .collect();
    lines.extend(
        expanded
            .generators
            .iter()
            .map(|(path, generator)| match generator {
                Generator::ProviderState { expression, .. } => format!("{path} ← state {expression}"),
                other => format!("{path} ← {other:?}"),
            }),
    );
    (expanded.example, lines)
}

fn member(name: &str, pattern: impl IntoPattern) -> (String, Pattern) {
    (name.to_owned(), pattern.into_pattern())
}

#[test]
fn a_literal_has_no_rules() {
    assert_eq!(summary(json!({ "id": 1 })), (json!({ "id": 1 }), vec![]));
}

#[test]
fn plain_values_alone_share_one_rule() {
    let user = object(vec![
        member("name", "Ada"),
        member("tags", ["a", "b"]),
        member("none", json!([])),
    ]);
    assert_eq!(
        summary(user),
        (
            json!({ "name": "Ada", "tags": ["a", "b"], "none": [] }),
            vec!["$: type".into(), "$.tags: type min 1".into()]
        )
    );
}

#[test]
fn beside_patterns_each_plain_value_has_its_own_rule() {
    let user = object(vec![
        member("id", integer(42)),
        member("name", "Ada"),
        member("status", exactly("active")),
        member(
            "address",
            object(vec![member("street", "Main"), member("number", 1)]),
        ),
        member(
            "roles",
            each_like(object(vec![member("id", integer(1))])).at_least(2),
        ),
    ]);
    assert_eq!(
        summary(user),
        (
            json!({
                "id": 42, "name": "Ada", "status": "active",
                "address": { "street": "Main", "number": 1 },
                "roles": [{ "id": 1 }, { "id": 1 }],
            }),
            vec![
                "$.address: type".into(),
                "$.id: integer".into(),
                "$.name: type".into(),
                "$.roles: type min 2".into(),
                "$.roles[*].id: integer".into(),
                "$.status: equality".into(),
            ]
        )
    );
}

#[test]
fn free_keys() {
    let (example, rules) = summary(each_key(
        regex("^[A-Z]{3}$", "EUR"),
        object(vec![member("rate", decimal(1.5)), member("name", "Euro")]),
    ));
    assert_eq!(example, json!({ "EUR": { "rate": 1.5, "name": "Euro" } }));
    assert_eq!(
        rules,
        ["$: eachKey and eachValue", "$.*.name: type", "$.*.rate: decimal"]
    );
    assert_eq!(summary(each_value("k", 1)).1, ["$: eachValue"]);
    // An exact name is written next to the rule.
    let named = each_key(exactly("id"), 1).expand();
    let Matcher::EachKey(each) = &named.rules[&Path::root()].rules[0].matcher else {
        panic!("{:?}", named.rules);
    };
    assert_eq!(each.value, Some(json!("id")));
}

#[test]
fn combinations() {
    let address = object(vec![member("street", "Main"), member("number", integer(1))]);
    for (pattern, rules) in [
        (nullable("x"), vec!["$: type or null"]),
        (
            nullable(address),
            vec!["$: type or null", "$.number: integer", "$.street: type"],
        ),
        (
            any_of(["open", "paid (now)"]),
            vec![r"$: regex ^(?:open|paid \(now\))$"],
        ),
        (any_of([string("a"), integer(1)]), vec!["$: type or integer"]),
        (
            all_of([string("abc"), includes("b", "abc")]),
            vec!["$: type and include"],
        ),
        (not_empty(["a"]), vec!["$: type min 1 and notEmpty"]),
    ] {
        assert_eq!(summary(pattern).1, rules);
    }
}

#[test]
fn elements_anywhere_in_an_array() {
    let expanded =
        array_containing([object(vec![member("rel", exactly("self")), member("href", "/")])]).expand();
    assert_eq!(expanded.example, json!([{ "rel": "self", "href": "/" }]));
    let list = &expanded.rules[&Path::root()];
    let Matcher::ArrayContains(variants) = &list.rules[0].matcher else {
        panic!("{list:?}");
    };
    let paths: Vec<&str> = variants[0].rules.keys().map(Path::as_str).collect();
    assert_eq!(paths, ["$.href", "$.rel"]);
}

#[test]
fn values_put_in_later() {
    assert_eq!(
        summary(from_state("id", 42)),
        (json!(42), vec!["$: type".into(), "$ ← state id".into()])
    );
    let (example, rules) = summary(mock_url("/users/42"));
    assert_eq!(example, json!("http://localhost:8080/users/42"));
    assert_eq!(rules[0], "$: regex .*(/users/42)$");
}

/// Runs the closure, which must panic, and returns the message and the reported line.
fn misuse(closure: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(closure).expect_err("this is misuse and must panic");
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

#[test]
fn misuse_says_what_to_write_instead() {
    for (message, part) in [
        (
            misuse(|| drop(each_like("a").at_least(3).at_most(2))),
            "no array has at least 3 and at most 2",
        ),
        (
            misuse(|| drop(each_like("a").at_most(0))),
            "write exactly([(); 0])",
        ),
        (misuse(|| drop(exactly(integer(1)))), "leave `exactly` out"),
        (misuse(|| drop(integer("1"))), "takes an integer"),
        (misuse(|| drop(mock_url("users"))), "starts with a slash"),
        (
            misuse(|| drop(from_state("id", json!({})))),
            "a text, number or boolean",
        ),
        (
            misuse(|| drop(object(vec![member("a", 1), member("a", 2)]))),
            "written twice",
        ),
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn an_example_that_does_not_fit_its_own_pattern_is_refused() {
    for (message, parts) in [
        (
            misuse(|| drop(regex(r"^\d+$", "abc"))),
            [r#"regex("^\\d+$", "abc")"#, "does not match its own pattern"],
        ),
        (
            misuse(|| drop(regex("(a", "a"))),
            [r#"regex("(a", "a")"#, "does not close"],
        ),
        (
            misuse(|| drop(date("yyyy-MM-dd", "01.01.2026"))),
            [
                r#"date("yyyy-MM-dd", "01.01.2026")"#,
                "does not match its own pattern",
            ],
        ),
        (misuse(|| drop(time("HH:mm:bb", "12:30:00"))), ["time(", "bb"]),
        (misuse(|| drop(includes("b", "xyz"))), ["includes(", "xyz"]),
        (misuse(|| drop(uuid("123"))), ["uuid(", "does not match"]),
        (misuse(|| drop(semver("1.0"))), ["semver(", "does not match"]),
        (misuse(|| drop(not_empty(""))), ["not_empty(", "does not match"]),
        (
            misuse(|| drop(all_of([string("abc"), includes("x", "x")]))),
            ["all_of(", "abc"],
        ),
    ] {
        for part in parts {
            assert!(message.contains(part), "{message}");
        }
    }
}

/// In the contract, each would lose one of its rules or alternatives.
#[test]
fn what_a_contract_cannot_hold_is_refused_where_it_is_written() {
    let id = || object(vec![member("id", integer(1))]);
    let plain = |name: &str| object(vec![member(name, 1)]);
    let played = "put in when the interaction is played";
    for (message, part) in [
        (
            misuse(move || drop(all_of([plain("x"), plain("y")]))),
            "of the first pattern does not match pattern 2",
        ),
        (
            misuse(|| drop(all_of([string("a"), from_state("id", "a")]))),
            played,
        ),
        (
            misuse(|| drop(each_key(from_state("id", "a"), 1))),
            "cannot put in a key",
        ),
        (
            misuse(move || drop(matching_schema(json!({ "type": "object" })).example(id()))),
            "takes a plain value",
        ),
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn date_patterns_of_other_tools_are_refused_with_the_right_letters() {
    let said = [
        misuse(|| drop(date("YYYY-MM-DD", "2026-01-01"))),
        misuse(|| drop(date("%d.%m.%Y", "01.01.2026"))),
        misuse(|| drop(time("HH:MM", "10:10"))),
        misuse(|| drop(datetime("%s", "1767225600"))),
    ];
    insta::assert_snapshot!(said.join("\n"), @r#"
    date("YYYY-MM-DD", …): in Java's letters Y is the year of a week and D is the day of the year: write date("yyyy-MM-dd", "2026-01-01")
    date("%d.%m.%Y", …): it is written for strftime, but Java's letters apply: write date("dd.MM.yyyy", "01.01.2026")
    time("HH:MM", …): in Java's letters M is the month: write time("HH:mm", "10:10")
    datetime("%s", …): it is written for strftime, but Java's letters apply: write it in Java's letters: yyyy-MM-dd'T'HH:mm:ssXXX
    "#);
}

#[test]
fn patterns_accept_and_refuse_what_they_say() {
    use crate::contract::{Body, Response};
    use crate::matching::ResponsePlan;

    let fits = |pattern: &Pattern, actual: &Value| {
        let expanded = pattern.expand();
        let mut expected = Response {
            body: Body::json(expanded.example),
            ..Response::default()
        };
        expected.rules.body = expanded.rules;
        let actual = Response {
            body: Body::json(actual.clone()),
            ..Response::default()
        };
        ResponsePlan::compile(&expected)
            .unwrap()
            .compare(&actual)
            .is_match()
    };
    let address = || object(vec![member("street", "Main"), member("number", integer(1))]);
    let cases: Vec<(Pattern, Vec<Value>, Vec<Value>)> = vec![
        (like("a"), vec![json!("b")], vec![json!(1), json!(null)]),
        (
            like([1, 2]),
            vec![json!([5]), json!([1, 2, 3])],
            vec![json!([]), json!(["a"])],
        ),
        (exactly("a"), vec![json!("a")], vec![json!("b")]),
        (
            each_like(object(vec![member("status", exactly("open"))])).into_pattern(),
            vec![json!([{ "status": "open" }, { "status": "open" }])],
            vec![json!([]), json!([{ "status": "open" }, { "status": "paid" }])],
        ),
        (
            each_like("a").at_least(0).at_most(2).into_pattern(),
            vec![json!([]), json!(["x", "y"])],
            vec![json!(["x", "y", "z"]), json!([1])],
        ),
        (
            nullable(address()),
            vec![json!(null), json!({ "street": "x", "number": 2 })],
            vec![
                json!({ "street": null, "number": 2 }),
                json!({ "street": "x", "number": "2" }),
                json!({}),
            ],
        ),
        (
            any_of(["open", "paid"]),
            vec![json!("paid")],
            vec![json!("opened"), json!(1)],
        ),
        (
            each_key(
                regex("[A-Z]{3}", "EUR"),
                object(vec![member("rate", decimal(1.5))]),
            ),
            vec![json!({ "USD": { "rate": 2.5 }, "GBP": { "rate": 0.5 } })],
            vec![
                json!({ "usd": { "rate": 2.5 } }),
                json!({ "USD": { "rate": "2" } }),
            ],
        ),
        (
            each_value("a", address()),
            vec![json!({ "x": { "street": "y", "number": 2 } })],
            vec![
                json!({ "x": { "street": "y", "number": "2" } }),
                json!({ "x": 1 }),
            ],
        ),
        (
            each_value("a", nullable(1)),
            vec![json!({ "x": null, "y": 2 })],
            vec![json!({ "x": "2" })],
        ),
        (
            array_containing([object(vec![member("rel", exactly("self")), member("href", "/")])]),
            vec![json!([1, { "rel": "self", "href": "/x" }])],
            vec![json!([{ "rel": "next", "href": "/x" }]), json!([])],
        ),
        (not_empty(["a"]), vec![json!(["b"])], vec![json!([]), json!([1])]),
        (from_state("id", 42), vec![json!(7)], vec![json!("7")]),
    ];
    for (pattern, accepted, refused) in cases {
        let example = pattern.expand().example;
        for value in accepted.iter().chain([&example]) {
            assert!(fits(&pattern, value), "{pattern:?} should accept {value}");
        }
        for value in &refused {
            assert!(!fits(&pattern, value), "{pattern:?} should refuse {value}");
        }
    }
}
