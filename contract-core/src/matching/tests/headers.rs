//! Header fields.

use serde_json::{Value, json};

use super::{in_headers, paths};

/// Rules, example, actual, paths of mismatches.
type Row<'a> = (Value, &'a [&'a str], &'a [&'a str], &'a [&'a str]);

#[test]
fn names_have_no_case_values_have_and_unexpected_ones_are_fine() {
    let rows: &[(&[&str], &[&str], &[&str])] = &[
        (&["X-A: b"], &["x-a: b", "X-B: c"], &[]),
        (&["X-A: b"], &["X-A: B"], &["X-A"]),
        (&["X-A: b"], &[], &["X-A"]),
        (&["X-A: b, c"], &["X-A: b,c"], &[]),
        // In one line or in several.
        (&["X-A: b, c"], &["X-A: b", "X-A: c"], &[]),
        (&["X-A: b", "X-A: c"], &["X-A: b,  c"], &[]),
        (&["X-A: b, c"], &["X-A: c, b"], &["X-A"]),
        (&["X-A: b"], &["X-A: b, c"], &["X-A"]),
        (
            &["Expires: Wed, 21 Oct 2015 07:28:00 GMT"],
            &["Expires: Wed, 21 Oct 2015 07:28:00 GMT"],
            &[],
        ),
    ];
    for (example, actual, expected) in rows {
        let mismatches = in_headers(&json!({}), example, actual);
        assert_eq!(
            paths(&mismatches),
            *expected,
            "{example:?} {actual:?} {mismatches:#?}"
        );
    }
}

#[test]
fn accept_and_content_type_are_media_types() {
    let rows: &[(&str, &str, bool)] = &[
        ("application/json", "application/json; charset=UTF-8", true),
        (
            "application/json;charset=utf-8",
            "application/json; charset=UTF-8",
            true,
        ),
        ("application/json;charset=utf-8", "application/json", false),
        (
            "application/json;charset=utf-16",
            "application/json;charset=utf-8",
            false,
        ),
        ("application/json", "APPLICATION/JSON", true),
        ("text/x; a=1; b=\"2\"", "text/x; b=2;\n a=1", true),
        ("application/json", "application/hal+json", false),
        ("alligators", "Alligators", false),
    ];
    for (example, actual, fits) in rows {
        let (example, actual) = (
            format!("Content-Type: {example}"),
            format!("content-type: {actual}"),
        );
        let mismatches = in_headers(&json!({}), &[&example], &[&actual]);
        assert_eq!(mismatches.is_empty(), *fits, "{example} {actual} {mismatches:#?}");
    }
    let accept = "Accept: text/html, application/xml, */*";
    assert!(
        in_headers(
            &json!({}),
            &[accept],
            &["Accept: text/html, application/xml;q=0.9", "Accept: */*;q=0.8"]
        )
        .is_empty()
    );
    assert_eq!(
        paths(&in_headers(&json!({}), &[accept], &["Accept: text/html, */*"])),
        ["Accept"]
    );
}

#[test]
fn rules_are_about_each_line_and_of_lists_about_each_part_or_the_whole() {
    let word = |name: &str| json!({ name: [{"match": "regex", "regex": "[a-z]+"}] });
    let line = |name: &str| json!({ name: [{"match": "regex", "regex": "[a-z, ]+"}] });
    let rows: &[Row] = &[
        (word("x-a"), &["X-A: b"], &["X-A: c"], &[]),
        (word("X-A"), &["x-a: b"], &["X-A: c", "X-A: d"], &[]),
        (word("X-A"), &["X-A: b"], &["X-A: c", "X-A: 1"], &["X-A[1]"]),
        (word("X-A"), &["X-A: b"], &["X-A: c, d"], &["X-A"]),
        (line("X-A"), &["X-A: b"], &["X-A: c, d"], &[]),
        (word("Vary"), &["Vary: b"], &["Vary: c, d"], &[]),
        (word("Vary"), &["Vary: b"], &["Vary: c, 1"], &["Vary[1]"]),
        (line("Vary"), &["Vary: b"], &["Vary: c, d"], &[]),
        (word("X-A"), &["X-A: b"], &[], &["X-A"]),
        (
            json!({"X-A": [{"match": "integer"}]}),
            &["X-A: 1"],
            &["X-A: -5"],
            &[],
        ),
        (
            json!({"X-A[1]": [{"match": "integer"}]}),
            &["X-A: a", "X-A: 1"],
            &["X-A: a", "X-A: 2"],
            &[],
        ),
    ];
    for (rules, example, actual, expected) in rows {
        let mismatches = in_headers(rules, example, actual);
        assert_eq!(
            paths(&mismatches),
            *expected,
            "{rules} {example:?} {actual:?} {mismatches:#?}"
        );
    }
}
