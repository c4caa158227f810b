//! What XML patterns turn into, and what their authors are told.

use super::*;
use crate::contract::{Matcher, Response, RuleList};
use crate::pattern::{array_containing, date, decimal, exactly, from_state, integer, nullable, regex};

/// The document and the rules as `path: name`.
fn summary(element: &XmlElement) -> (String, Vec<String>) {
    let expanded = element.expand();
    let named = |list: &RuleList| {
        let rules = list.rules.iter().map(|rule| match &rule.matcher {
            Matcher::Type { min, max } if min.is_some() || max.is_some() => {
                let bound = |bound: &Option<usize>| bound.map_or_else(String::new, |bound| bound.to_string());
                format!("type {}..{}", bound(min), bound(max))
            }
            other => other.name().to_owned(),
        });
        rules.collect::<Vec<_>>().join(" and ")
    };
    let rules = expanded.rules.iter();
    let lines = rules.map(|(path, list)| format!("{path}: {}", named(list)));
    (expanded.document, lines.collect())
}

fn misuse(closure: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(closure).expect_err("this is misuse and must panic");
    match panic.downcast::<String>() {
        Ok(said) => *said,
        Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
    }
}

#[test]
fn an_order() {
    let order = element("s:order")
        .attribute("xmlns:s", "urn:shop")
        .attribute("id", integer(42))
        .attribute("s:state", exactly("open"))
        .child(element("customer").text("Ada & <Co>"))
        .child(element("s:placed").text(date("yyyy-MM-dd", "2026-01-01")))
        .child(
            element("items").child(
                each_element(
                    element("item")
                        .attribute("count", 1)
                        .child(element("name").text(regex("[a-z]+", "book"))),
                )
                .at_least(2),
            ),
        );
    let (document, rules) = summary(&order);
    assert_eq!(
        document,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:order xmlns:s=\"urn:shop\" id=\"42\" s:state=\"open\">\
         <customer>Ada &amp; &lt;Co&gt;</customer><s:placed>2026-01-01</s:placed><items>\
         <item count=\"1\"><name>book</name></item><item count=\"1\"><name>book</name></item></items></s:order>"
    );
    assert_eq!(
        rules,
        [
            "$['urn:shop:order'].customer['#text']: type",
            "$['urn:shop:order'].items: type 2..",
            "$['urn:shop:order'].items.item: type",
            "$['urn:shop:order'].items.item.name: equality",
            "$['urn:shop:order'].items.item.name['#text']: regex",
            "$['urn:shop:order'].items.item['@count']: number",
            "$['urn:shop:order']['@id']: integer",
            "$['urn:shop:order']['@urn:shop:state']: equality",
            "$['urn:shop:order']['urn:shop:placed']['#text']: date",
        ]
    );
}

#[test]
fn elements_of_one_name_have_their_own_rules() {
    let tags = element("tags")
        .child(element("tag").text("a"))
        .child(element("tag").text(exactly("b")));
    assert_eq!(
        summary(&tags).1,
        ["$.tags.tag[0]['#text']: type", "$.tags.tag[1]['#text']: equality"]
    );
}

#[cfg(feature = "xml")]
#[test]
fn documents_of_other_writers_match() {
    let order = element("order")
        .attribute("xmlns", "urn:shop")
        .attribute("paid", true)
        .child(element("total").text(9.5))
        .child(each_element(element("item").text("book")).at_least(0));
    let document = |inside: &str| {
        format!("<x:order xmlns:x='urn:shop' paid='false'>\n  {inside}\n  <x:total>12</x:total>\n</x:order>")
    };
    assert!(order.matches(&document("")));
    assert!(order.matches(&document("<x:item>a</x:item><x:item/>")));
    assert!(!order.matches(&document("").replace("12", "much")));
    assert!(!order.matches(&document("").replace("urn:shop", "urn:other")));
    assert!(!order.matches(&document("").replace("false", "no")));
    assert!(!order.matches("not XML"));
}

#[cfg(feature = "xml")]
#[test]
fn values_of_provider_states_are_put_in() {
    use crate::contract::Request;
    use crate::generate::{self, Context, Mode};
    use crate::json::json;

    let order = element("order")
        .attribute("id", from_state("id", "1"))
        .child(element("customer").text(from_state("${name}", "Ada")));
    let request: Request = Request::post("/").xml(order).into();
    let mut context = Context::consumer();
    context.mode = Mode::Provider;
    for (name, value) in [("id", json!("77")), ("name", json!("Grace & Co"))] {
        context.state_values.insert(name.to_owned(), value);
    }
    let made = generate::request(&request, &context).unwrap();
    let body = String::from_utf8(made.body.to_bytes().to_vec()).unwrap();
    assert!(
        body.ends_with("<order id=\"77\"><customer>Grace &amp; Co</customer></order>"),
        "{body}"
    );
}

#[test]
fn misuse_says_what_to_write_instead() {
    let leaf = || element("b").text("x");
    for (said, expected) in [
        (misuse(|| drop(element("1st"))), "XML allows no such name"),
        (
            misuse(|| drop(element("a").attribute("id", 1).attribute("id", 2))),
            "is written twice",
        ),
        (
            misuse(|| drop(element("a").text("x").child("y"))),
            "has two texts",
        ),
        (
            misuse(|| drop(element("a").attribute("xmlns", integer(1)))),
            "is a plain text",
        ),
        (
            misuse(|| drop(Response::ok().xml(element("n:a")))),
            "the prefix n is declared nowhere: add the attribute xmlns:n",
        ),
        (
            misuse(move || drop(Response::ok().xml(element("a").child(leaf()).child(each_element(leaf()))))),
            "is described by each_element and once more",
        ),
        (
            misuse(move || {
                let bounded = each_element(leaf()).at_least(2);
                drop(Response::ok().xml(element("a").child(element("c")).child(bounded)));
            }),
            "put them into an element of their own",
        ),
        (
            misuse(move || drop(each_element(leaf()).at_least(3).at_most(2))),
            "at least 3 and at most 2",
        ),
        (
            misuse(move || drop(each_element(leaf()).at_most(0))),
            "leave the element out",
        ),
        (
            misuse(|| drop(Response::ok().xml(element("a").text(nullable("x"))))),
            "the text of <a>: the rule `null` says nothing about XML",
        ),
        (
            misuse(|| drop(Response::ok().xml(element("a").attribute("b", array_containing(["x"]))))),
            "the attribute b of <a> takes a text, a number or a boolean",
        ),
        (
            misuse(|| drop(Response::ok().xml(element("a").text(" x")))),
            "white space at the ends",
        ),
        (
            misuse(|| drop(Response::ok().xml(element("a").text("\u{1}")))),
            "XML cannot hold the sign",
        ),
    ] {
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn children_of_any_name_and_those_that_are_searched_for_are_written() {
    let rates = element("rates").child(
        any_element(element("EUR").attribute("unit", 1).text(decimal(1.08))).named(regex("[A-Z]{3}", "EUR")),
    );
    let (document, rules) = summary(&rates);
    assert!(
        document.ends_with(r#"<rates><EUR unit="1">1.08</EUR></rates>"#),
        "{document}"
    );
    assert_eq!(
        rules,
        [
            "$.rates: eachKey and values",
            "$.rates.*['#text']: decimal",
            "$.rates.*['@unit']: number"
        ]
    );

    let feed = element("feed")
        .child(each_element(element("entry").text("a")).at_least(0))
        .child(containing_elements([
            element("link").attribute("rel", exactly("self")),
            element("link")
                .attribute("rel", exactly("next"))
                .attribute("href", "/2"),
        ]));
    let expanded = feed.expand();
    let [rule] = expanded.rules[&"$.feed".parse().unwrap()].rules.as_slice() else {
        panic!("{:?}", expanded.rules)
    };
    let Matcher::ArrayContains(variants) = &rule.matcher else {
        panic!("{rule:?}")
    };
    let written: Vec<_> = variants
        .iter()
        .map(|variant| {
            let paths = variant.rules.keys().map(ToString::to_string);
            (variant.index, paths.collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(
        written,
        [
            (1, "$['@rel']".to_owned()),
            (2, "$['@href'] $['@rel']".to_owned()),
        ]
    );
}

#[test]
fn children_of_any_name_stand_alone_and_searched_ones_have_names_of_their_own() {
    let leaf = || element("b").text("x");
    for (said, expected) in [
        (
            misuse(move || {
                drop(Response::ok().xml(element("a").child(leaf()).child(any_element(element("c")))));
            }),
            "stands for all children",
        ),
        (
            misuse(move || {
                drop(Response::ok().xml(element("a").child(leaf()).child(containing_elements([leaf()]))));
            }),
            "<b> in <a> is in containing_elements and once more",
        ),
        (
            misuse(|| {
                let found = element("c").text(from_state("${id}", "1"));
                drop(Response::ok().xml(element("a").child(containing_elements([found]))));
            }),
            "<c> in containing_elements: a contract cannot put in a value there",
        ),
        (misuse(|| drop(containing_elements([]))), "write at least one"),
        (
            misuse(|| drop(any_element(element("a")).named(regex("[A-Z]+", "A")))),
            "its own name does not fit",
        ),
    ] {
        assert!(said.contains(expected), "{said}");
    }
}

#[cfg(feature = "xml")]
#[test]
fn children_of_any_name_and_those_that_are_searched_for_are_judged() {
    let rates = element("rates").child(
        any_element(element("EUR").attribute("unit", 1).text(decimal(1.08))).named(regex("[A-Z]{3}", "EUR")),
    );
    let feed = element("feed")
        .child(element("title").text("news"))
        .child(containing_elements([
            element("link").attribute("rel", exactly("self")),
            element("link")
                .attribute("rel", exactly("next"))
                .child(element("to").text(integer(2))),
        ]));
    let shops = element("shops")
        .child(each_element(element("shop").child(any_element(element("tea").text(integer(3))))).at_least(0));
    for (pattern, document, fits) in [
        (
            &rates,
            "<rates><USD unit='2'>1.5</USD><CHF unit='3'>0.9</CHF></rates>",
            true,
        ),
        (&rates, "<rates/>", true),
        (
            &rates,
            "<rates><EUR unit='2'>1.5</EUR><EUR unit='2'>x</EUR></rates>",
            false,
        ),
        (&rates, "<rates><USD unit='2'>x</USD></rates>", false),
        (&rates, "<rates><USD unit='x'>1.5</USD></rates>", false),
        (&rates, "<rates><USD>1.5</USD></rates>", false),
        (&rates, "<rates><usd unit='2'>1.5</usd></rates>", false),
        (&rates, "<rates>USD<USD unit='2'>1.5</USD></rates>", false),
        (
            &feed,
            "<feed><link rel='next'><to>7</to></link><link/><title>x</title><link rel='self'/></feed>",
            true,
        ),
        (
            &feed,
            "<feed><title>x</title><link rel='self'/><link rel='next'><to>x</to></link></feed>",
            false,
        ),
        (
            &feed,
            "<feed><title>x</title><link rel='next'><to>7</to></link></feed>",
            false,
        ),
        (
            &feed,
            "<feed><link rel='self'/><link rel='next'><to>7</to></link></feed>",
            false,
        ),
        (
            &shops,
            "<shops><shop><tea>1</tea></shop><shop><ink>2</ink><pen>3</pen></shop></shops>",
            true,
        ),
        (
            &shops,
            "<shops><shop><tea>1</tea></shop><shop><ink>x</ink></shop></shops>",
            false,
        ),
        (&shops, "<shops/>", true),
    ] {
        assert_eq!(pattern.matches(document), fits, "{document}");
        let own = pattern.expand().document;
        assert!(pattern.matches(&own), "{own}");
    }
}

#[cfg(feature = "xml")]
#[test]
fn rules_that_would_check_nothing_are_refused_by_name() {
    use crate::contract::{Body, EachRules, Variant};
    use crate::matching::ResponsePlan;

    let each = |matcher: Matcher| EachRules {
        rules: vec![matcher.into()],
        ..EachRules::default()
    };
    let either = |matcher| RuleList {
        combine: crate::contract::Combine::Or,
        ..RuleList::all([Matcher::TYPE, matcher])
    };
    for (path, list, said) in [
        (
            "$",
            RuleList::one(Matcher::EachKey(each(Matcher::Integer))),
            "eachKey at $: it is about the children of an element: put it at the path of the element",
        ),
        (
            "$.a['@id']",
            RuleList::one(Matcher::EachValue(each(Matcher::Integer))),
            "eachValue at $.a['@id']: it is about the children of an element, and a text has none",
        ),
        (
            "$.a",
            either(Matcher::Values),
            "values at $.a: in XML it cannot be one of several rules of which one is enough",
        ),
        (
            "$.a",
            RuleList::one(Matcher::ArrayContains(vec![Variant {
                index: 1,
                ..Variant::default()
            }])),
            "arrayContains at $.a: variant 1: the example <a> has no child at index 1, it has 1 in all",
        ),
        (
            "$.a",
            RuleList::one(Matcher::ArrayContains(vec![Variant {
                rules: [(
                    "$".parse().unwrap(),
                    RuleList::one(Matcher::ArrayContains(vec![Variant {
                        index: 7,
                        ..Variant::default()
                    }])),
                )]
                .into(),
                ..Variant::default()
            }])),
            "variant 7: the example <b> has no child at index 7",
        ),
    ] {
        let mut response = Response {
            body: Body::text("<a id='1'><b/></a>", Some("application/xml".parse().unwrap())),
            ..Response::default()
        };
        response.rules.body.insert(path.parse().unwrap(), list);
        let error = ResponsePlan::compile(&response).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}
