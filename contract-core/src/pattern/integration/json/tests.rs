//! Tests of integration JSON.

use super::*;
use crate::json::json;

fn rules_of(document: Value) -> Vec<(String, Vec<Matcher>)> {
    from_json(document)
        .unwrap()
        .rules
        .into_iter()
        .map(|(path, list)| {
            let matchers = list.rules.into_iter().map(|rule| rule.matcher).collect();
            (path.to_string(), matchers)
        })
        .collect()
}

#[test]
fn rules_examples_and_generators_are_taken_apart() {
    let read = from_json(json!({
        "id": {"pact:matcher:type": "integer", "value": 7, "pact:generator:type": "RandomInt", "min": 1, "max": 9},
        "email": {"pact:matcher:type": "regex", "regex": ".+@.+", "value": "a@b"},
        "roles": {"pact:matcher:type": "type", "min": 1, "value": [{"name": {"pact:matcher:type": "type", "value": "admin"}}]},
        "plain": {"pact:ignored": 1, "list": [{"pact:matcher:type": "null"}, "x"]},
        "created": {"pact:matcher:type": "datetime", "format": "yyyy", "value": "2020", "pact:generator:type": "DateTime"},
    }))
    .unwrap();
    assert_eq!(
        read.example,
        json!({"id": 7, "email": "a@b", "roles": [{"name": "admin"}], "plain": {"list": [null, "x"]}, "created": "2020"})
    );
    let paths: Vec<_> = read.rules.keys().map(Path::as_str).collect();
    assert_eq!(
        paths,
        [
            "$.created",
            "$.email",
            "$.id",
            "$.plain.list[0]",
            "$.roles",
            "$.roles[*].name"
        ]
    );
    assert_eq!(
        read.generators
            .into_iter()
            .map(|(path, generator)| (path.to_string(), generator))
            .collect::<Vec<_>>(),
        [
            (
                "$.created".to_owned(),
                Generator::DateTime {
                    format: Some("yyyy".into()),
                    expression: None
                }
            ),
            ("$.id".to_owned(), Generator::RandomInt { min: 1, max: 9 }),
        ]
    );
}

#[test]
fn several_rules_and_definitions() {
    assert_eq!(
        rules_of(json!({"pact:matcher:type": [
            {"pact:matcher:type": "include", "value": "x"},
            {"pact:matcher:type": "matching(regex, '.x', 'ax')"}
        ], "value": "ax"})),
        [(
            "$".to_owned(),
            vec![Matcher::Include("x".into()), Matcher::Regex(".x".into())]
        )]
    );
    let read =
        from_json(json!({"pact:matcher:type": "matching(integer, fromProviderState('${id}', 1))"})).unwrap();
    assert_eq!(read.example, json!(1));
    assert_eq!(read.generators.len(), 1);
}

#[test]
fn a_rule_in_the_value_of_a_rule_holds_too() {
    let regex = || Matcher::Regex("[a-z]+".into());
    let inner = json!({"pact:matcher:type": "regex", "regex": "[a-z]+", "value": "a"});
    let integer = json!({"pact:matcher:type": "integer", "value": 1});
    for (document, expected) in [
        (
            json!({"pact:matcher:type": "type", "value": integer}),
            vec![Matcher::TYPE, Matcher::Integer],
        ),
        (
            json!({"pact:matcher:type": "notEmpty", "value": inner}),
            vec![Matcher::NotEmpty, regex()],
        ),
        (
            json!({"pact:matcher:type": "notEmpty", "value": {"pact:matcher:type": "type", "value": inner}}),
            vec![Matcher::NotEmpty, Matcher::TYPE, regex()],
        ),
        (
            json!({"pact:matcher:type": "type", "value": {"pact:matcher:type": "type", "value": "a"}}),
            vec![Matcher::TYPE],
        ),
        (
            json!({"pact:matcher:type": [{"pact:matcher:type": "notEmpty", "value": inner}], "value": "a"}),
            vec![Matcher::NotEmpty, regex()],
        ),
    ] {
        assert_eq!(
            rules_of(document.clone()),
            [("$".to_owned(), expected)],
            "{document}"
        );
    }
    let each = EachRules {
        rules: vec![Matcher::TYPE.into(), Matcher::Integer.into()],
        ..EachRules::default()
    };
    assert_eq!(
        rules_of(
            json!({"pact:matcher:type": "eachValue", "value": {"a": 1}, "rules": [
                {"pact:matcher:type": "type", "value": integer}
            ]})
        ),
        [("$".to_owned(), vec![Matcher::EachValue(each)])]
    );
    let nested = json!({"pact:matcher:type": [{"pact:matcher:type": "type", "value": {"b": integer}}]});
    let error = from_json(nested).unwrap_err().to_string();
    assert!(
        error.contains("$.b") && error.contains("give the value to the whole"),
        "{error}"
    );
}

#[test]
fn rules_for_values_and_keys() {
    assert_eq!(
        rules_of(
            json!({"pact:matcher:type": "values", "value": {"a": {"pact:matcher:type": "type", "value": 1}}})
        ),
        [
            ("$".to_owned(), vec![Matcher::Values]),
            ("$.*".to_owned(), vec![Matcher::TYPE])
        ]
    );
    let each = EachRules {
        rules: vec![Matcher::Regex("[a-z]".into()).into()],
        ..EachRules::default()
    };
    assert_eq!(
        rules_of(
            json!({"pact:matcher:type": "eachKey", "rules": [{"pact:matcher:type": "regex", "regex": "[a-z]"}], "value": {"a": 1}})
        ),
        [("$".to_owned(), vec![Matcher::EachKey(each)])]
    );
}

#[test]
fn variants_have_rules_of_their_own() {
    let read = from_json(
        json!({"list": {"pact:matcher:type": "arrayContains", "variants": [
            {"name": {"pact:matcher:type": "regex", "regex": "a+", "value": "aa"}},
            "literal",
            {"pact:matcher:type": "arrayContains", "variants": [{"pact:matcher:type": "integer", "value": 5}]}
        ]}}),
    )
    .unwrap();
    assert_eq!(read.example, json!({"list": [{"name": "aa"}, "literal", [5]]}));
    assert_eq!(
        read.rules.keys().map(Path::as_str).collect::<Vec<_>>(),
        ["$.list"]
    );
    let Matcher::ArrayContains(variants) = &read.rules.values().next().unwrap().rules[0].matcher else {
        panic!("{:?}", read.rules);
    };
    assert_eq!(
        variants[0].rules.keys().map(Path::as_str).collect::<Vec<_>>(),
        ["$.name"]
    );
    assert!(variants[1].rules.is_empty());
    assert_eq!(
        variants[2].rules.keys().map(Path::as_str).collect::<Vec<_>>(),
        ["$"]
    );
}

#[test]
fn texts_may_hold_integration_json() {
    let read = from_text(r#"{"pact:matcher:type": "regex", "regex": "\\d+", "value": ["1", "2"]}"#).unwrap();
    assert_eq!(read.example, json!(["1", "2"]));
    assert_eq!(read.rules.len(), 1);
    assert_eq!(from_text("{\"a\": 1}").unwrap().example, json!("{\"a\": 1}"));
    assert!(from_text("plain").unwrap().rules.is_empty());
}

#[test]
fn errors_name_line_column_and_path() {
    let cases = [
        (
            "{\n \"a\": {\"pact:matcher:type\": \"regex\"}}",
            "user.json:2:7: $.a: expected a `regex` member: a `regex` rule needs one",
        ),
        (
            "{\n \"a\": {\"pact:matcher:type\": \"nope\"}}",
            "user.json:2:29: $.a['pact:matcher:type']: expected the name of a rule (type, regex, integer, …) or a matching definition, found \"nope\"",
        ),
        (
            "{\"a\": {\"pact:matcher:type\": 1}}",
            "user.json:1:29: $.a['pact:matcher:type']: expected the name of a rule, a matching definition, or an array of objects that have them, found the number 1",
        ),
        (
            "{\"a\": {\"pact:matcher:type\": \"matching(type)\"}}",
            "user.json:1:29: $.a['pact:matcher:type']: matching definition is not valid at byte 13: expected ',', found ')'\n  matching(type)\n               ^",
        ),
        (
            "{\"a\": {\"pact:generator:type\": \"Nope\", \"value\": 1}}",
            "user.json:1:31: $.a['pact:generator:type']: expected the name of a generator (Uuid, RandomInt, …), found \"Nope\"",
        ),
        (
            "{\"a\": {\"pact:matcher:type\": \"arrayContains\"}}",
            "user.json:1:7: $.a.variants: expected an array: `arrayContains` looks for each of its `variants`",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text, "user.json").unwrap_err().to_string(), expected);
    }
}
