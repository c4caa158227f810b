//! Bodies of each kind, content types, and bodies that are missing, empty or null.

use crate::json::json;

use super::{category, paths, rules};
use crate::contract::{Body, ContentType, Headers, MatchingRules, Message, Response, Specification};
use crate::matching::{MessagePlan, Mismatch, MismatchKind, Part, RequestPlan, ResponsePlan};

fn response(body: Body) -> Response {
    Response {
        body,
        ..Response::default()
    }
}

fn text(text: &str, content_type: &str) -> Body {
    Body::from_wire(text.to_owned().into(), Some(content_type.parse().unwrap()))
}

fn differing(expected: Body, rules: MatchingRules, actual: Body) -> Vec<Mismatch> {
    let expected = Response {
        rules,
        ..response(expected)
    };
    let plan = ResponsePlan::compile(&expected).unwrap();
    plan.compare(&response(actual)).into_mismatches()
}

#[test]
fn presence_is_compared() {
    let json = || Body::json(json!({"a": 1}));
    let plain = || text("hello", "text/plain");
    let null_document = || Body::json(json!(null));
    for (expected, actual, fits) in [
        (Body::Missing, json(), true),
        (Body::Missing, Body::Missing, true),
        (Body::Empty, Body::Missing, true),
        (Body::Empty, Body::Empty, true),
        (Body::Empty, Body::Null, true),
        (Body::Empty, json(), false),
        (Body::Null, Body::Empty, true),
        (Body::Null, null_document(), true),
        (Body::Null, json(), false),
        (null_document(), Body::Null, true),
        (json(), Body::Missing, false),
        (json(), Body::Empty, false),
        (plain(), Body::Missing, false),
        (plain(), plain(), true),
    ] {
        let mismatches = differing(expected.clone(), MatchingRules::default(), actual.clone());
        assert_eq!(
            mismatches.is_empty(),
            fits,
            "{expected:?} {actual:?} {mismatches:#?}"
        );
        assert!(mismatches.iter().all(|mismatch| mismatch.path == "$"));
    }
}

#[test]
fn null_under_rules_is_the_same_however_it_was_read() {
    let on_the_wire = || Body::from_wire(bytes::Bytes::from_static(b"null"), Some(ContentType::json()));
    for (list, document, fits) in [
        (
            json!(["OR", {"match": "null"}, {"match": "type"}]),
            json!(null),
            true,
        ),
        (
            json!(["OR", {"match": "null"}, {"match": "type"}]),
            json!({"a": 1}),
            false,
        ),
        (
            json!(["OR", {"match": "null"}, {"match": "integer"}]),
            json!(7),
            true,
        ),
        (
            json!(["OR", {"match": "null"}, {"match": "integer"}]),
            json!("7"),
            false,
        ),
        (json!([{"match": "notEmpty"}]), json!(null), false),
        (json!([{"match": "type"}]), json!(null), true),
        (json!([{"match": "type"}]), json!(0), false),
    ] {
        let lists = json!({ "$": list });
        for example in [Body::Null, Body::json(json!(null)), on_the_wire()] {
            let found = differing(example.clone(), rules(&lists), Body::json(document.clone()));
            assert_eq!(found.is_empty(), fits, "{lists} {example:?} {document} {found:?}");
        }
    }
    // The actual body may also come from a file, or be missing.
    let or_null = json!({"$": ["OR", {"match": "null"}, {"match": "type"}]});
    for example in [json!(null), json!({"a": 1})] {
        for actual in [Body::Null, on_the_wire()] {
            assert!(differing(Body::json(example.clone()), rules(&or_null), actual).is_empty());
        }
    }
    assert!(differing(Body::Null, rules(&or_null), Body::Empty).is_empty());
    assert!(
        !differing(
            Body::Null,
            rules(&json!({"$": [{"match": "notEmpty"}]})),
            Body::Empty
        )
        .is_empty()
    );
}

#[test]
fn another_content_type_is_told_and_json_is_compared_all_the_same() {
    let expected = || Body::json(json!({"a": 1}));
    let parts = |actual| -> Vec<(Part, String)> {
        let mismatches = differing(expected(), MatchingRules::default(), actual);
        mismatches
            .into_iter()
            .map(|mismatch| (mismatch.part, mismatch.path))
            .collect()
    };
    assert_eq!(
        parts(text("<a/>", "application/xml")),
        [(Part::BodyType, String::new())]
    );
    assert_eq!(
        parts(text(r#"{"a": 1}"#, "text/plain")),
        [(Part::BodyType, String::new())]
    );
    assert_eq!(
        parts(text(r#"{"a": 2}"#, "text/plain")),
        [(Part::BodyType, String::new()), (Part::Body, "$.a".to_owned())]
    );
    assert_eq!(parts(text(r#"{"a": 1}"#, "application/hal+json; v=2")), []);
    assert_eq!(
        parts(text("{", "application/json")),
        [(Part::Body, "$".to_owned())]
    );
    // The actual body declares no type: it is detected from the bytes.
    assert_eq!(parts(Body::from_wire(r#"{"a": 1}"#.into(), None)), []);
}

#[test]
fn a_range_of_types_holds_every_type_within_it() {
    for (expected, actual, fits) in [
        ("*/*", "text/csv", true),
        ("text/*", "text/csv", true),
        ("image/*", "text/csv", false),
    ] {
        let mismatches = differing(
            text("a,b", expected),
            MatchingRules::default(),
            text("a,b", actual),
        );
        assert_eq!(mismatches.is_empty(), fits, "{expected} {actual}: {mismatches:?}");
    }
}

#[test]
fn a_contract_that_names_no_type_takes_json_under_any() {
    let mut content = Body::json(json!({"a": 1}));
    if let Body::Present(content) = &mut content {
        content.content_type = None;
    }
    let rules = MatchingRules::default;
    assert!(differing(content.clone(), rules(), text(r#"{"a": 1}"#, "text/plain")).is_empty());
    assert_eq!(
        differing(content, rules(), text("<a/>", "application/xml"))[0].part,
        Part::BodyType
    );
}

#[test]
fn a_rule_on_the_content_type_header_decides_about_the_type() {
    let mut headers = Headers::new();
    headers.append("Content-Type", "text/x-one");
    let expected = Response {
        headers,
        rules: category(
            "header",
            &json!({"content-type": [{"match": "regex", "regex": "text/x-.+"}]}),
        ),
        ..response(Body::text("a", None))
    };
    let plan = ResponsePlan::compile(&expected).unwrap();
    let mut headers = Headers::new();
    headers.append("content-type", "text/x-two");
    let actual = Response {
        headers,
        ..response(text("a", "text/x-two"))
    };
    assert!(plan.compare(&actual).is_match());
}

#[test]
fn text_is_compared_by_the_rules_at_the_root_or_for_equality() {
    let regex = || category("body", &json!({"$": [{"match": "regex", "regex": "hello .+"}]}));
    let expected = || text("hello world", "text/plain");
    assert!(differing(expected(), regex(), text("hello moon", "text/plain")).is_empty());
    assert_eq!(
        paths(&differing(expected(), regex(), text("goodbye", "text/plain"))),
        ["$"]
    );
    assert_eq!(
        paths(&differing(
            expected(),
            MatchingRules::default(),
            text("hello", "text/plain")
        )),
        ["$"]
    );
}

#[test]
fn bytes_are_compared_by_the_rules_at_the_root_or_for_equality() {
    let png = |tail: u8| {
        let bytes = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[tail]].concat();
        Body::binary(bytes, Some("image/png".parse().unwrap()))
    };
    let kind = || {
        category(
            "body",
            &json!({"$": [{"match": "contentType", "value": "image/png"}]}),
        )
    };
    assert!(differing(png(1), kind(), png(2)).is_empty());
    let other = Body::binary(b"%PDF-1.7".to_vec(), Some("image/png".parse().unwrap()));
    assert_eq!(paths(&differing(png(1), kind(), other)), ["$"]);
    assert!(differing(png(1), MatchingRules::default(), png(1)).is_empty());
    let mismatches = differing(png(1), MatchingRules::default(), png(2));
    assert_eq!(
        mismatches[0].description,
        "Actual body [image/png, 17 bytes, starting with 89504e470d0a1a0a0000000d4948445202] is not equal to the \
         expected body [image/png, 17 bytes, starting with 89504e470d0a1a0a0000000d4948445201]"
    );
}

#[test]
fn bytes_that_differ_are_shown_where_they_begin_to_differ() {
    let bytes = |bytes: &[u8]| Body::binary(bytes.to_vec(), Some("application/x-firmware".parse().unwrap()));
    let mut changed = vec![7; 2_000];
    changed[1_500] = 0xff;
    changed[1_503] = 0;
    let equality = || category("body", &json!({"$": [{"match": "equality"}]}));
    for rules in [MatchingRules::default(), equality()] {
        let found = differing(bytes(&[7; 2_000]), rules, bytes(&changed));
        assert_eq!(
            found[0].expectation,
            "the example's 2,000 bytes of application/x-firmware, with 07 07 07 07 07 07 07 07 at offset 1,500"
        );
        assert_eq!(
            found[0].actual,
            Some("2,000 bytes, with ff 07 07 00 07 07 07 07 at offset 1,500".into())
        );
        assert_eq!(found[0].kind, MismatchKind::Bytes);
    }
    let found = differing(bytes(b"\xf0"), MatchingRules::default(), bytes(b"\xf0\x9f"));
    assert_eq!(
        found[0].expectation,
        "the example's 1 byte of application/x-firmware, with nothing at offset 1"
    );
    assert_eq!(found[0].actual, Some("2 bytes, with 9f at offset 1".into()));
    assert!(
        found[0].description.contains("1 byte, starting with f0"),
        "{}",
        found[0]
    );
}

#[test]
fn forms_are_compared_by_field() {
    let form = |fields: &str| text(fields, "application/x-www-form-urlencoded");
    let none = MatchingRules::default;
    let integer = || category("body", &json!({"$.a": [{"match": "integer"}]}));
    assert!(differing(form("a=1&b=2"), none(), form("b=2&a=1")).is_empty());
    assert_eq!(
        paths(&differing(form("a=1&b=2"), none(), form("a=1&b=3"))),
        ["$.b"]
    );
    assert_eq!(paths(&differing(form("a=1&b=2"), none(), form("a=1"))), ["$.b"]);
    assert!(differing(form("a=1"), integer(), form("a=7")).is_empty());
    let mismatches = differing(form("a=1"), integer(), form("a=7&a=x"));
    assert_eq!(paths(&mismatches), ["$.a[1]"]);
    assert_eq!(mismatches[0].rule.as_ref().unwrap().path, "$.a");
    // As for other bodies, a response may contain more, a request may not.
    assert!(differing(form("a=1"), none(), form("a=1&z=9")).is_empty());
    let request = |body| crate::contract::Request {
        body,
        ..Default::default()
    };
    let plan = RequestPlan::compile(&request(form("a=1")), Specification::V4).unwrap();
    assert_eq!(
        paths(plan.compare(&request(form("a=1&z=9"))).mismatches()),
        ["$.z"]
    );
}

#[test]
fn messages_are_compared_by_metadata_and_contents() {
    let message = |metadata: crate::json::Value, contents| Message {
        contents,
        metadata: metadata.as_object().unwrap().clone(),
        ..Message::default()
    };
    let mut expected = message(
        json!({"contentType": "application/json", "topic": "orders", "n": 1}),
        Body::json(json!({"id": 1})),
    );
    expected.rules = category("metadata", &json!({"n": [{"match": "integer"}]}));
    let plan = MessagePlan::compile(&expected).unwrap();
    let good = message(
        json!({"Content-Type": "application/json;charset=utf-8", "topic": "orders", "n": 7, "more": true}),
        Body::json(json!({"id": 1, "more": true})),
    );
    assert!(plan.compare(&good).is_match());
    let bad = message(
        json!({"contentType": "application/json", "n": "x"}),
        Body::json(json!({"id": 2})),
    );
    let comparison = plan.compare(&bad);
    let parts: Vec<_> = comparison
        .mismatches()
        .iter()
        .map(|m| (m.part, m.path.as_str()))
        .collect();
    assert_eq!(
        parts,
        [
            (Part::Metadata, "n"),
            (Part::Metadata, "topic"),
            (Part::Body, "$.id")
        ]
    );
}

#[test]
fn documents_that_are_nested_too_deep_do_not_match_and_do_not_panic() {
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    assert!(
        differing(
            Body::json(nested(200)),
            MatchingRules::default(),
            Body::json(nested(200))
        )
        .is_empty()
    );
    let mismatches = differing(
        Body::json(nested(300)),
        MatchingRules::default(),
        Body::json(nested(300)),
    );
    assert_eq!(mismatches.len(), 1);
    assert_eq!(mismatches[0].expectation, "at most 256 levels");
    assert_eq!(mismatches[0].kind, MismatchKind::Undecided);
}
