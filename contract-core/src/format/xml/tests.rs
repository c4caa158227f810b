use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{XmlPlan, parse};
use crate::contract::{EachRules, Matcher, Path, RuleList, Variant};
use crate::matching::Unexpected;
use crate::matching::reporter::Reporter;
use crate::matching::rule::Rules;

fn rules(entries: &[(&str, Matcher)]) -> Rules {
    let lists: BTreeMap<Path, RuleList> = entries
        .iter()
        .map(|(path, matcher)| (path.parse().unwrap(), RuleList::one(matcher.clone())))
        .collect();
    Rules::compile(&lists).unwrap()
}

/// `path: description` of each mismatch.
fn compare(rules: &Rules, expected: &str, actual: &str, unexpected: Unexpected) -> Vec<String> {
    let mut out = Vec::new();
    let document = parse(actual).unwrap();
    XmlPlan::compile(expected)
        .unwrap()
        .compare(rules, &document, &mut Reporter::new(unexpected, &mut out));
    out.into_iter()
        .map(|mismatch| format!("{}: {}", mismatch.path, mismatch.description))
        .collect()
}

fn regex(pattern: &str) -> Matcher {
    Matcher::Regex(pattern.into())
}

fn at_least(min: usize) -> Matcher {
    Matcher::Type {
        min: Some(min),
        max: None,
    }
}

#[test]
fn documents_match_whatever_does_not_matter() {
    let none = rules(&[]);
    for (expected, actual) in [
        (
            "<a><b>1</b><c x='1' y='2'/></a>",
            "<?xml version='1.0'?>\n<a>\n  <c y='2' x='1'></c>\n  <b> 1 </b>\n</a>\n",
        ),
        ("<a>text</a>", "<a><!-- c -->te<?pi x?><![CDATA[xt]]></a>"),
        ("<a>&lt;&#65;</a>", "<a><![CDATA[<A]]></a>"),
        (
            "<a xmlns='urn:a' xmlns:b='urn:b' b:x='1'><b:c/></a>",
            "<p:a xmlns:p='urn:a' xmlns:q='urn:b' q:x='1'><c xmlns='urn:b'/></p:a>",
        ),
        ("\u{FEFF}<a/>", "  <a></a>"),
        (
            "<n:a xmlns:n='urn:a'><b/></n:a>",
            "<a xmlns='urn:a'><b xmlns=''/></a>",
        ),
    ] {
        for unexpected in [Unexpected::Refused, Unexpected::Allowed] {
            assert_eq!(
                compare(&none, expected, actual, unexpected),
                [""; 0],
                "{expected} {actual}"
            );
        }
    }
}

#[test]
fn every_difference_is_reported_at_its_place() {
    let none = rules(&[]);
    for (expected, actual, mismatches) in [
        ("<a/>", "<b/>", vec!["$: Expected element <a/> but received <b/>"]),
        (
            "<a/>",
            "<a xmlns='urn:x'/>",
            vec!["$: Expected element <a/> but received <urn:x:a/>"],
        ),
        (
            "<a x='1' y='2'/>",
            "<a x='3'/>",
            vec![
                "$.a.@x: Expected attribute 'x'='1' but received 'x'='3'",
                "$.a.@y: Expected attribute 'y'='2' but was missing",
            ],
        ),
        (
            "<a>1</a>",
            "<a>2</a>",
            vec!["$.a: Expected value '1' but received '2'"],
        ),
        (
            "<a></a>",
            "<a>2</a>",
            vec!["$.a: Expected value '' but received '2'"],
        ),
        (
            "<a><one/><two/></a>",
            "<a><one/></a>",
            vec!["$.a.two: Expected child <two/> but was missing"],
        ),
        (
            "<a><b>1</b><b>2</b></a>",
            "<a><b>2</b><b>1</b></a>",
            vec![
                "$.a.b[0]: Expected value '1' but received '2'",
                "$.a.b[1]: Expected value '2' but received '1'",
            ],
        ),
        (
            "<a><b>1</b><b>2</b></a>",
            "<a><b>1</b></a>",
            vec!["$.a.b: Expected 2 <b/> but received 1"],
        ),
    ] {
        assert_eq!(
            compare(&none, expected, actual, Unexpected::Allowed),
            mismatches,
            "{expected} {actual}"
        );
    }
    let more = "<a x='1'><b/><c>t</c></a>";
    assert_eq!(compare(&none, "<a><b/></a>", more, Unexpected::Allowed), [""; 0]);
    assert_eq!(
        compare(&none, "<a><b/></a>", more, Unexpected::Refused),
        [
            "$.a.@x: Did not expect attribute 'x' but received '1'",
            "$.a.c: Unexpected child <c/>"
        ]
    );
    assert_eq!(compare(&none, "<a/>", more, Unexpected::Refused).len(), 3);
    let twice = "<a><b/><b/></a>";
    assert_eq!(compare(&none, "<a><b/></a>", twice, Unexpected::Allowed), [""; 0]);
    assert_eq!(
        compare(&none, "<a><b/></a>", twice, Unexpected::Refused),
        ["$.a.b: Expected 1 <b/> but received 2"]
    );
}

#[test]
fn rules_apply_by_names_with_an_index_or_without() {
    let expected = "<animals><alligator name='Mary'>1</alligator></animals>";
    let actual =
        "<animals>\n <alligator name='x'>2</alligator>\n <alligator name='yz'>33</alligator>\n</animals>";
    for path in [
        "$.animals.alligator['@name']",
        "$.animals.alligator[*].@name",
        "$.animals[*].alligator[*].@name",
        "$.animals[0].alligator.@name",
        "$.animals.*.@name",
    ] {
        let rules_ = rules(&[
            ("$.animals", Matcher::TYPE),
            ("$.animals.alligator.#text", regex(r"\d+")),
            (path, regex("[a-z]+")),
        ]);
        assert_eq!(
            compare(&rules_, expected, actual, Unexpected::Refused),
            [""; 0],
            "{path}"
        );
        let rules_ = rules(&[
            ("$.animals", Matcher::TYPE),
            ("$.animals.alligator.#text", regex(r"\d")),
            (path, regex("[a-z]")),
        ]);
        assert_eq!(
            compare(&rules_, expected, actual, Unexpected::Refused),
            [
                "$.animals.alligator[1].@name: Expected 'yz' to match '[a-z]'",
                "$.animals.alligator[1].#text: Expected '33' to match '\\d'"
            ],
            "{path}"
        );
    }
    let second = rules(&[
        ("$.animals", Matcher::TYPE),
        ("$.animals.alligator[1].@name", regex("[a-z]")),
    ]);
    assert_eq!(compare(&second, expected, actual, Unexpected::Refused).len(), 1);
}

#[test]
fn a_rule_about_a_value_judges_the_text_and_does_not_go_down() {
    let expected = "<a id='1'><b>red</b></a>";
    let element = rules(&[("$.a.b", regex("red|blue")), ("$.a", Matcher::NotEmpty)]);
    assert_eq!(
        compare(
            &element,
            expected,
            "<a id='1'><b>blue</b></a>",
            Unexpected::Refused
        ),
        [""; 0]
    );
    assert_eq!(
        compare(
            &element,
            expected,
            "<a id='1'><b>green</b></a>",
            Unexpected::Refused
        ),
        ["$.a.b: Expected 'green' to match 'red|blue'"]
    );
    let above = rules(&[("$.a", regex("x?"))]);
    assert_eq!(
        compare(&above, expected, "<a id='1'><b>red</b></a>", Unexpected::Refused),
        [""; 0]
    );
    let number = rules(&[("$.a", Matcher::Integer)]);
    assert_eq!(
        compare(&number, "<a id='x'>1</a>", "<a id='x'>7</a>", Unexpected::Refused),
        [""; 0]
    );
}

#[test]
fn equality_ends_a_type_that_comes_down() {
    let both = rules(&[("$", Matcher::TYPE), ("$.a.c", Matcher::Equality)]);
    assert_eq!(
        compare(
            &both,
            "<a><b>1</b><c>1</c></a>",
            "<a><b>2</b><c>1</c></a>",
            Unexpected::Refused
        ),
        [""; 0]
    );
    assert_eq!(
        compare(
            &both,
            "<a><b>1</b><c>1</c></a>",
            "<a><b>2</b><c>2</c></a>",
            Unexpected::Refused
        )
        .len(),
        1
    );
}

#[test]
fn numbers_of_elements_are_not_disturbed_by_indentation() {
    let expected = "<a><b>1</b></a>";
    for (path, min, actual, count) in [
        ("$.a", 2, "<a>\n<b>1</b>\n</a>", 1),
        ("$.a", 2, "<a>\n<b>1</b>\n<b>2</b>\n</a>", 0),
        ("$.a.b", 2, "<a>\n<b>1</b>\n</a>", 1),
        ("$.a.b", 2, "<a>\n<b>1</b>\n<b>2</b>\n</a>", 0),
    ] {
        let found = compare(
            &rules(&[(path, at_least(min))]),
            expected,
            actual,
            Unexpected::Refused,
        );
        assert_eq!(found.len(), count, "{path} {actual} {found:?}");
    }
    let list = rules(&[("$.a", Matcher::TYPE)]);
    assert_eq!(
        compare(
            &list,
            expected,
            "<a><b>1</b><b>2</b><c/></a>",
            Unexpected::Allowed
        ),
        ["$.a.c: Unexpected child <c/>"]
    );
    assert_eq!(
        compare(&list, expected, "<a><b>1</b><c/></a>", Unexpected::Allowed),
        [""; 0]
    );
    assert_eq!(
        compare(&list, expected, "<a/>", Unexpected::Allowed),
        ["$.a.b: Expected child <b/> but was missing"]
    );
}

#[test]
fn names_with_namespaces_are_written_in_several_ways() {
    let expected = "<n:a xmlns:n='urn:ns'><n:b n:x='1'>1</n:b></n:a>";
    let actual = "<a xmlns='urn:ns' xmlns:m='urn:ns'><b m:x='2'>2</b></a>";
    for (text, attribute) in [
        (
            "$['urn:ns:a']['urn:ns:b']",
            "$['urn:ns:a']['urn:ns:b']['@urn:ns:x']",
        ),
        ("$.n:a.n:b", "$.n:a.n:b.@n:x"),
        ("$.a.b.#text", "$.a.b.@x"),
        ("$.*.*", "$.a[0].b[*].*"),
    ] {
        let rules = rules(&[(text, regex("[12]")), (attribute, regex(r"\d"))]);
        assert_eq!(
            compare(&rules, expected, actual, Unexpected::Refused),
            [""; 0],
            "{text} {attribute}"
        );
    }
}

#[test]
fn bombs_are_refused() {
    let bomb = "<!DOCTYPE l [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><l>&b;</l>";
    assert!(parse(bomb).unwrap_err().contains("DTD"));
    let many = (0..3_000).map(|index| format!(" a{index}=''"));
    let many = many.collect::<Vec<_>>().concat();
    assert!(parse(&format!("<a{many}/>")).unwrap_err().contains("attributes"));
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert!(XmlPlan::compile(&deep).unwrap_err().contains("deep"));
    let none = rules(&[]);
    assert_eq!(compare(&none, "<a/>", &deep, Unexpected::Refused).len(), 1);
    let values = (0..3_000).map(|index| format!("<p q='a=b'>{index} = \"x\"</p>"));
    let values = values.collect::<Vec<_>>().concat();
    assert!(parse(&format!("<a>{values}</a>")).is_ok());
}

fn each(matcher: Matcher) -> EachRules {
    EachRules {
        rules: vec![matcher.into()],
        ..EachRules::default()
    }
}

#[test]
fn each_value_judges_the_children_and_each_key_their_names() {
    let expected = "<r><EUR>1</EUR></r>";
    let values = rules(&[("$.r", Matcher::EachValue(each(Matcher::Integer)))]);
    let keys = rules(&[("$.r", Matcher::EachKey(each(regex("[A-Z]+"))))]);
    for (rules, actual, mismatches) in [
        (&values, "<r><EUR>2</EUR><usd>3</usd><usd>4</usd></r>", vec![]),
        (&values, "<r/>", vec![]),
        (
            &values,
            "<r><EUR>2</EUR><usd>3</usd><usd>x</usd></r>",
            vec!["$.r.usd[1]: Expected 'x' (String) to be an integer"],
        ),
        (
            &values,
            "<r>2<EUR>2</EUR></r>",
            vec!["$.r: Expected value '' but received '2'"],
        ),
        (&keys, "<r><EUR>2</EUR><USD/></r>", vec![]),
        (
            &keys,
            "<r><EUR>1</EUR><usd/></r>",
            vec!["$.r.usd: Expected 'usd' to match '[A-Z]+'"],
        ),
        (&keys, "<r xmlns:n='urn:n'><n:EUR/></r>", vec![]),
    ] {
        for unexpected in [Unexpected::Refused, Unexpected::Allowed] {
            assert_eq!(
                compare(rules, expected, actual, unexpected),
                mismatches,
                "{actual}"
            );
        }
    }
    let both = rules(&[
        ("$.r", Matcher::EachKey(each(regex("[A-Z]+")))),
        ("$.r.*", Matcher::Integer),
        ("$.r.*['@unit']", regex("[0-9]")),
    ]);
    assert_eq!(
        compare(
            &both,
            expected,
            "<r><USD unit='x'>y</USD></r>",
            Unexpected::Allowed
        )
        .len(),
        2
    );
}

#[test]
fn array_contains_searches_the_children_of_a_name() {
    let expected = "<f><l rel='self'/><l rel='next'><to>2</to></l><t>a</t></f>";
    let variant = |index: usize, entries: &[(&str, Matcher)]| Variant {
        index,
        rules: entries
            .iter()
            .map(|(path, matcher)| (path.parse().unwrap(), RuleList::one(matcher.clone())))
            .collect(),
        ..Variant::default()
    };
    let both = rules(&[(
        "$.f",
        Matcher::ArrayContains(vec![variant(0, &[]), variant(1, &[("$.to", Matcher::Integer)])]),
    )]);
    let found = "<f><l rel='other'/><t>a</t><l rel='next'><to>7</to></l><l rel='self'/></f>";
    for unexpected in [Unexpected::Refused, Unexpected::Allowed] {
        assert_eq!(compare(&both, expected, found, unexpected), [""; 0]);
    }
    assert_eq!(
        compare(
            &both,
            expected,
            "<f><t>b</t><l rel='self'/></f>",
            Unexpected::Allowed
        ),
        [
            "$.f.t: Expected value 'a' but received 'b'",
            "$.f: Variant at index 1 (<l rel=\"next\">…</l>) was not found among the children",
        ]
    );
    let mut out = Vec::new();
    let wrong = "<f><t>a</t><l rel='self'/><l rel='next'><to>x</to></l></f>";
    let document = parse(wrong).unwrap();
    let plan = XmlPlan::compile(expected).unwrap();
    plan.compare(
        &both,
        &document,
        &mut Reporter::new(Unexpected::Allowed, &mut out),
    );
    assert_eq!(out.len(), 1);
    let nearest: Vec<_> = out[0]
        .nearest
        .iter()
        .map(|mismatch| format!("{}: {}", mismatch.path, mismatch.description))
        .collect();
    assert_eq!(nearest, ["$.f.l[1].to: Expected 'x' (String) to be an integer"]);

    // Beside a rule that frees names, and inside of one.
    let mut list = RuleList::all([Matcher::Values, Matcher::ArrayContains(vec![variant(1, &[])])]);
    let compiled = |list: &RuleList| Rules::compile([(&"$.f".parse().unwrap(), list)]).unwrap();
    assert_eq!(
        compare(&compiled(&list), expected, "<f/>", Unexpected::Allowed).len(),
        1
    );
    list.rules.truncate(1);
    assert_eq!(
        compare(&compiled(&list), expected, "<f/>", Unexpected::Allowed),
        [""; 0]
    );
    let inside = rules(&[(
        "$.f",
        Matcher::EachValue(each(Matcher::ArrayContains(vec![variant(9, &[])]))),
    )]);
    assert_eq!(
        compare(&inside, "<f><l/></f>", "<f><l/></f>", Unexpected::Allowed),
        ["$.f.l: Variant at index 9 has no child in the example <l>"]
    );

    // Without variants every child of the example is searched for.
    let every = rules(&[("$.f", Matcher::ArrayContains(Vec::new()))]);
    let reordered = "<f><t>b</t><l rel='next'><to>2</to></l><t>a</t><l rel='self'/></f>";
    assert_eq!(compare(&every, expected, reordered, Unexpected::Refused), [""; 0]);
    assert_eq!(compare(&every, expected, wrong, Unexpected::Refused).len(), 1);
}

proptest! {
    #[test]
    fn nothing_panics(text in r"(<[ab!?/]?|[ab]|/?>|='|'|&[a;]|<!\[CDATA\[|\]\]>| |<a>|</a>|é){0,30}", other in r"(<a( b='[ab]')?>|</a>|<b/>|t){0,10}") {
        let _ = parse(&text).is_ok();
        let expected = format!("<r>{other}</r>");
        if let (Ok(plan), Ok(document)) = (XmlPlan::compile(&expected), parse(&text)) {
            plan.compare(&rules(&[("$", Matcher::TYPE)]), &document, &mut Reporter::new(Unexpected::Refused, &mut Vec::new()));
        }
        let about_children = [
            Matcher::Values,
            Matcher::EachKey(each(regex("[ab]"))),
            Matcher::EachValue(each(Matcher::TYPE)),
            Matcher::ArrayContains(Vec::new()),
        ];
        for matcher in about_children {
            if let (Ok(plan), Ok(document)) = (XmlPlan::compile(&expected), parse(&expected)) {
                let mut out = Vec::new();
                plan.compare(&rules(&[("$.*", matcher)]), &document, &mut Reporter::new(Unexpected::Refused, &mut out));
                prop_assert!(out.is_empty(), "{expected} {out:?}");
            }
        }
        if parse(&expected).is_ok() {
            prop_assert_eq!(compare(&rules(&[]), &expected, &expected, Unexpected::Refused), [""; 0]);
            prop_assert_eq!(compare(&rules(&[("$", Matcher::TYPE)]), &expected, &expected, Unexpected::Refused), [""; 0]);
        }
    }
}
