//! Header fields.

use crate::json::{Value, json};

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
        // In one line or several.
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

#[test]
fn what_senders_compute_is_compared_only_by_rules() {
    let any = json!({ "Content-Length": [{"match": "regex", "regex": "\\d{2}"}] });
    let rows: &[Row] = &[
        (
            json!({}),
            &["Content-Length: 5", "Host: a", "Connection: close"],
            &["Host: b"],
            &[],
        ),
        (
            json!({}),
            &["Transfer-Encoding: chunked", "TE: trailers", "X-A: 1"],
            &[],
            &["X-A"],
        ),
        (any.clone(), &["Content-Length: 10"], &["content-length: 22"], &[]),
        (
            any,
            &["Content-Length: 10"],
            &["content-length: 2"],
            &["Content-Length"],
        ),
    ];
    for (rules, example, actual, expected) in rows {
        let mismatches = in_headers(rules, example, actual);
        assert_eq!(
            paths(&mismatches),
            *expected,
            "{example:?} {actual:?} {mismatches:#?}"
        );
    }
}

#[test]
fn content_encodings_have_no_case_and_identity_is_none() {
    for (example, actual, fits) in [
        ("gzip", &["Content-Encoding: GZIP"][..], true),
        (
            "x-gzip, br",
            &["Content-Encoding: gzip", "Content-Encoding: br"],
            true,
        ),
        ("identity", &[], true),
        ("gzip", &[], false),
        ("gzip", &["Content-Encoding: br"], false),
    ] {
        let example = format!("Content-Encoding: {example}");
        let mismatches = in_headers(&json!({}), &[&example], actual);
        assert_eq!(
            mismatches.is_empty(),
            fits,
            "{example} {actual:?} {mismatches:#?}"
        );
    }
}

#[test]
fn a_multipart_boundary_never_matters() {
    for (example, actual, fits) in [
        (
            "multipart/form-data; boundary=AAA",
            "multipart/form-data; boundary=bbb",
            true,
        ),
        ("Multipart/mixed;BOUNDARY=\"a b\"", "multipart/mixed", true),
        ("multipart/form-data", "multipart/form-data; boundary=bbb", true),
        (
            "multipart/related; type=\"a/b\"; boundary=1",
            "multipart/related; boundary=2",
            false,
        ),
        (
            "multipart/form-data; boundary=1",
            "multipart/mixed; boundary=1",
            false,
        ),
        ("application/x; boundary=1", "application/x; boundary=2", false),
    ] {
        let (example, actual) = (
            format!("Content-Type: {example}"),
            format!("content-type: {actual}"),
        );
        let mismatches = in_headers(&json!({}), &[&example], &[&actual]);
        assert_eq!(mismatches.is_empty(), fits, "{example} {actual} {mismatches:#?}");
    }
}

#[test]
fn cookies_are_set_in_any_order_with_at_least_the_expected_attributes() {
    let set = |cookie: &str| format!("Set-Cookie: {cookie}");
    for (example, actual, fits) in [
        (
            &["a=1; Path=/", "b=2"][..],
            &["b=2", "c=3", "a=1; path=/; HttpOnly"][..],
            true,
        ),
        (&["a=1; Path=/; Secure"], &["a=1; Secure; Path=/"], true),
        (
            &["a=1; Domain=.Example.com; SameSite=Lax"],
            &["a=1; samesite=lax; domain=example.com"],
            true,
        ),
        // A comma is part of a date, and of values.
        (
            &["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
            &["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
            true,
        ),
        (
            &["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
            &["a=1; Expires=Thu, 22 Oct 2026 07:28:00 GMT"],
            false,
        ),
        (&["a=1,b=2"], &["a=1", "b=2"], false),
        // Version 3 files join several lines.
        (&["a=1; Path=/, b=2"], &["b=2", "a=1; Path=/"], true),
        (&["a=1; Path=/, b=2"], &["a=1; Path=/"], false),
        // For two paths.
        (&["a=2; Path=/x"], &["a=1; Path=/", "a=2; Path=/x"], true),
        (&["a=2; Path=/x"], &["a=2; Path=/", "a=1; Path=/x"], false),
        (&["a=1"], &["a=2"], false),
        (&["a=1"], &["A=1"], false),
        (&["a=1; Path=/"], &["a=1; Path=/app"], false),
        (&["a=1; HttpOnly"], &["a=1"], false),
        (&["a=1", "b=2"], &["a=1"], false),
    ] {
        let (example, actual): (Vec<_>, Vec<_>) = (
            example.iter().map(|cookie| set(cookie)).collect(),
            actual.iter().map(|cookie| set(cookie)).collect(),
        );
        let (example, actual): (Vec<_>, Vec<_>) = (
            example.iter().map(String::as_str).collect(),
            actual.iter().map(String::as_str).collect(),
        );
        let mismatches = in_headers(&json!({}), &example, &actual);
        assert_eq!(
            mismatches.is_empty(),
            fits,
            "{example:?} {actual:?} {mismatches:#?}"
        );
    }
}

#[test]
fn rules_on_set_cookie_are_about_the_cookie_of_the_same_name() {
    let session = json!({ "Set-Cookie": [{"match": "regex", "regex": "session=[a-z]+; Path=/"}] });
    let second = json!({ "Set-Cookie[1]": [{"match": "regex", "regex": "id=\\d+"}] });
    let rows: &[Row] = &[
        (
            session.clone(),
            &["Set-Cookie: session=abc; Path=/"],
            &["Set-Cookie: id=7", "Set-Cookie: session=xyz; Path=/"],
            &[],
        ),
        (
            session,
            &["Set-Cookie: session=abc; Path=/"],
            &["Set-Cookie: id=7", "Set-Cookie: session=1; Path=/"],
            &["Set-Cookie"],
        ),
        (
            second.clone(),
            &["Set-Cookie: a=1", "Set-Cookie: id=7"],
            &["Set-Cookie: id=8", "Set-Cookie: a=1", "Set-Cookie: z=0"],
            &[],
        ),
        (
            second,
            &["Set-Cookie: a=1", "Set-Cookie: id=7"],
            &["Set-Cookie: id=x", "Set-Cookie: a=1"],
            &["Set-Cookie[1]"],
        ),
    ];
    for (rules, example, actual, expected) in rows {
        let mismatches = in_headers(rules, example, actual);
        assert_eq!(
            paths(&mismatches),
            *expected,
            "{example:?} {actual:?} {mismatches:#?}"
        );
    }
}

#[test]
fn sent_cookies_are_pairs_in_any_order() {
    for (example, actual, fits) in [
        (&["Cookie: a=1; b=2"][..], &["cookie: b=2;a=1"][..], true),
        (&["Cookie: a=1", "Cookie: b=2"], &["cookie: a=1; b=2"], true),
        (&["Cookie: a=1"], &["cookie: z=0; a=1"], true),
        (&["Cookie: a=1; b=2"], &["cookie: a=1"], false),
        (&["Cookie: a=1"], &["cookie: a=2"], false),
        (&["Cookie: a=\"x, y\""], &["cookie: a=\"x, y\""], true),
    ] {
        let mismatches = in_headers(&json!({}), example, actual);
        assert_eq!(
            mismatches.is_empty(),
            fits,
            "{example:?} {actual:?} {mismatches:#?}"
        );
    }
}
