use std::collections::BTreeMap;

use proptest::prelude::*;

use super::MultipartPlan;
use super::parts::parts;
use crate::contract::{ContentType, Matcher, Path, RuleList};
use crate::matching::Unexpected;

fn form(boundary: &str) -> ContentType {
    format!("multipart/form-data; boundary={boundary}")
        .parse()
        .unwrap()
}

/// Returns a body of these parts: header lines, content.
fn body(boundary: &str, parts: &[(&str, &str)]) -> String {
    let parts = parts
        .iter()
        .map(|(headers, content)| format!("--{boundary}\r\n{headers}\r\n\r\n{content}\r\n"));
    parts.collect::<Vec<_>>().concat() + &format!("--{boundary}--\r\n")
}

fn rules(entries: &[(&str, Matcher)]) -> BTreeMap<Path, RuleList> {
    entries
        .iter()
        .map(|(path, matcher)| (path.parse().unwrap(), RuleList::one(matcher.clone())))
        .collect()
}

/// `path: description` of each mismatch.
fn compare(rules: &BTreeMap<Path, RuleList>, expected: &str, actual: &str) -> Vec<String> {
    let plan = MultipartPlan::compile(expected.as_bytes(), &form("A"), rules, Unexpected::Refused);
    let mut out = Vec::new();
    plan.unwrap()
        .unwrap()
        .compare(actual.as_bytes(), &form("B"), Unexpected::Refused, &mut out);
    out.into_iter()
        .map(|mismatch| format!("{}: {}", mismatch.path, mismatch.description))
        .collect()
}

const TEXT: &str = "Content-Disposition: form-data; name=\"text\"";
const JSON: &str = "Content-Disposition: form-data; name=\"data\"; filename=\"d.json\"\r\nContent-Type: application/json\r\nX-Part: 1";
const FILE: &str = "Content-Disposition: form-data; name=\"file\"\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64";
const PLAIN: &str = "Content-Type: text/plain";

#[test]
fn boundaries_order_and_further_parts_do_not_matter() {
    let expected = body(
        "A",
        &[(TEXT, "hello"), (JSON, "{\"a\": 1}"), (FILE, "iVBORw0KGgo=")],
    );
    let actual = body(
        "B",
        &[
            (FILE, "iVBO\r\nRw0KGgo="),
            ("Content-Disposition: form-data; name=more", "x"),
            (JSON, "{ \"a\":1 }"),
            (TEXT, "hello"),
        ],
    );
    assert_eq!(compare(&rules(&[]), &expected, &actual), [""; 0]);
    assert_eq!(
        compare(&rules(&[]), &expected, &actual.replace("\r\n", "\n")),
        [""; 0]
    );
    let undeclared = body(
        "C",
        &[(TEXT, "hello"), (JSON, "{\"a\": 1}"), (FILE, "iVBORw0KGgo=")],
    );
    assert_eq!(
        compare(&rules(&[]), &expected, &format!("\r\n{undeclared}")),
        [""; 0]
    );
}

#[test]
fn every_difference_is_reported_at_its_part() {
    let expected = body(
        "A",
        &[
            (TEXT, "hello"),
            (JSON, "{\"a\": 1}"),
            (PLAIN, "one"),
            (PLAIN, "two"),
        ],
    );
    let json = JSON.replace("X-Part: 1", "X-Part: 2");
    let actual = body("B", &[(&json, "{\"a\": \"x\"}"), (PLAIN, "one"), (PLAIN, "2")]);
    let found = compare(&rules(&[]), &expected, &actual);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert_eq!(
        found[0],
        "$.text: Expected a multipart part 'text' but was missing"
    );
    assert!(found[1].starts_with("$.data['X-Part']: "), "{found:#?}");
    assert!(found[2].starts_with("$.data.a: "), "{found:#?}");
    assert!(found[3].starts_with("$[1]: "), "{found:#?}");

    let other = body(
        "B",
        &[
            (TEXT, "hello"),
            (&JSON.replace("application/json", "text/xml"), "<a/>"),
            (PLAIN, "one"),
            (PLAIN, "two"),
        ],
    );
    let found = compare(&rules(&[]), &expected, &other);
    assert!(
        found[0].starts_with("$.data: Expected a body of 'application/json'"),
        "{found:#?}"
    );
    let found = compare(&rules(&[]), &expected, "no parts");
    assert_eq!(
        found,
        ["$: Failed to parse the actual body as multipart: it begins with no boundary"]
    );
}

#[test]
fn rules_apply_to_a_part_and_inside_it() {
    let expected = body(
        "A",
        &[(TEXT, "hello"), (JSON, "{\"a\": 1, \"b\": [1]}"), (PLAIN, "one")],
    );
    let actual = body(
        "B",
        &[
            (TEXT, "bye"),
            (
                &JSON.replace("X-Part: 1", "X-Part: 77"),
                "{\"a\": 2, \"b\": [2, 3]}",
            ),
            (PLAIN, "two"),
        ],
    );
    let some = rules(&[
        ("$.text", Matcher::Regex("[a-z]+".into())),
        ("$.data.a", Matcher::Integer),
        (
            "$.data.b",
            Matcher::Type {
                min: Some(1),
                max: None,
            },
        ),
        ("$.data['x-part']", Matcher::Regex(r"\d+".into())),
        ("$[0]", Matcher::Include("w".into())),
    ]);
    assert_eq!(compare(&some, &expected, &actual), [""; 0]);
    assert_eq!(
        compare(
            &rules(&[("$", Matcher::TYPE)]),
            &expected,
            &actual.replace("77", "1")
        ),
        [""; 0]
    );
    let none = rules(&[("$.text", Matcher::Regex(r"\d".into())), ("$.*", Matcher::TYPE)]);
    assert_eq!(
        compare(&none, &expected, &actual.replace("77", "1")),
        ["$.text: Expected 'bye' to match '\\d'"]
    );
}

#[test]
fn multipart_bodies_nest() {
    let inner = |boundary: &str, text: &str| body(boundary, &[(TEXT, text)]);
    let outer = |boundary: &str, inner_boundary: &str, text: &str| {
        let headers = format!(
            "Content-Disposition: form-data; name=in\r\nContent-Type: multipart/mixed; boundary={inner_boundary}"
        );
        body(boundary, &[(&headers, &inner(inner_boundary, text))])
    };
    assert_eq!(
        compare(&rules(&[]), &outer("A", "x", "t"), &outer("B", "y", "t")),
        [""; 0]
    );
    let found = compare(&rules(&[]), &outer("A", "x", "t"), &outer("B", "y", "u"));
    assert!(
        found.len() == 1 && found[0].starts_with("$.in.text: "),
        "{found:?}"
    );
    let mut deep = "end".to_owned();
    for depth in 0..20 {
        let headers = format!("Content-Type: multipart/mixed; boundary=d{}", depth - 1);
        deep = body(
            &if depth == 19 {
                "A".to_owned()
            } else {
                format!("d{depth}")
            },
            &[(&headers, &deep)],
        );
    }
    let error =
        MultipartPlan::compile(deep.as_bytes(), &form("A"), &rules(&[]), Unexpected::Refused).unwrap_err();
    assert!(error.to_string().contains("deep"), "{error}");
}

#[test]
fn what_is_no_multipart_body_says_why() {
    for (text, word) in [
        ("", "no boundary"),
        ("--A\r\nno colon\r\n\r\n", "two hyphens"),
        ("--A\r\nno colon\r\n\r\n--A--", "no colon"),
        (
            "--A\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--A--",
            "base64",
        ),
        ("--AB\r\n\r\n--AB--", ""),
    ] {
        match parts(text.as_bytes(), &form("A")) {
            Ok(parts) => assert!(word.is_empty() && parts.len() == 1, "{text:?}"),
            Err(problem) => assert!(!word.is_empty() && problem.contains(word), "{text:?}: {problem}"),
        }
    }
    let many = body("A", &[("X: y\r\n".repeat(200).trim_end(), "")]);
    assert!(
        parts(many.as_bytes(), &form("A"))
            .unwrap_err()
            .contains("header fields")
    );
    let many = body("A", &vec![("X: y", ""); 10_001]);
    assert!(
        parts(many.as_bytes(), &form("A"))
            .unwrap_err()
            .contains("10000 parts")
    );
}

#[test]
fn names_of_parts_may_be_quoted_and_escaped() {
    for (header, name) in [
        ("form-data; name=\"a b\"", Some("a b")),
        ("form-data; filename=\"x;name=y\"; NAME=z", Some("z")),
        ("form-data; name=\"a\\\"b\"", Some("a\"b")),
        ("form-data; name = plain ; filename=f", Some("plain")),
        ("attachment", None),
        ("form-data; name", None),
    ] {
        let text = body("A", &[(&format!("Content-Disposition: {header}"), "x")]);
        let parts = parts(text.as_bytes(), &form("A")).unwrap();
        assert_eq!(parts[0].name.as_deref(), name, "{header}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in r#"(--A|--|\r\n|\n|Content-Disposition: form-data; name="?[ab]?"?|Content-Type: [a-z/]{0,9}|:|;|x|é|"){0,20}"#) {
        let _ = parts(text.as_bytes(), &form("A"));
        let plan = MultipartPlan::compile(text.as_bytes(), &form("A"), &rules(&[("$.a", Matcher::TYPE)]), Unexpected::Refused);
        if let Ok(Some(plan)) = plan {
            let mut out = Vec::new();
            plan.compare(text.as_bytes(), &form("A"), Unexpected::Refused, &mut out);
            prop_assert!(out.is_empty(), "{out:?}");
        }
    }
}
