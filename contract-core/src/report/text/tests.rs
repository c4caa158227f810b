//! Failures as text.

use super::*;
use crate::contract::{HttpInteraction, Interaction, InteractionKind, Message, ProviderState, Response};
use crate::json::{Value, json};
use crate::matching::{AppliedRule, MismatchKind, OverriddenRule};
use crate::report;

fn interaction() -> Interaction {
    let mut interaction = Interaction::new(
        "a request for user 42",
        InteractionKind::Http(Box::<HttpInteraction>::default()),
    );
    interaction
        .provider_states
        .push(ProviderState::new("user exists"));
    interaction
        .comments
        .insert("testname".into(), "tests/users.rs:12 shows_a_user".into());
    interaction
}

fn mismatch(part: Part, path: &str, expectation: &str) -> Mismatch {
    Mismatch {
        kind: MismatchKind::Differs,
        part,
        path: path.into(),
        expected: None,
        actual: None,
        expectation: expectation.into(),
        description: format!("Expected {expectation}"),
        rule: None,
        nearest: Vec::new(),
    }
}

fn rule(path: &str, name: &str) -> AppliedRule {
    AppliedRule {
        path: path.into(),
        name: name.into(),
        overridden: Vec::new(),
    }
}

fn response(body: Value) -> Response {
    Response {
        status: Some(200),
        body: Body::json(body),
        ..Response::default()
    }
}

fn render(mismatches: &[Mismatch], expected: &Response, actual: &Response, style: Style) -> String {
    let interaction = interaction();
    text(
        &Failure {
            consumer: "web-app",
            provider: "user-api",
            description: &interaction.description,
            provider_states: &interaction.provider_states,
            test: interaction.test_name(),
            source: Some("contracts/web-app-user-api.json"),
            mismatches,
            exchange: Exchange::Response { expected, actual },
            request: None,
            reproduce: Some("curl -i 'http://127.0.0.1:38211/users/42'".into()),
            secrets: Vec::new(),
        },
        style,
    )
}

fn two_mismatches() -> (Vec<Mismatch>, Response, Response) {
    let expected = response(
        json!({ "id": 42, "email": "ada@example.com", "roles": [{ "id": 1 }, { "id": 2 }], "z": {} }),
    );
    let actual =
        response(json!({ "id": 42, "email": "ada", "roles": [{ "id": 1 }, { "id": "7" }], "z": { "a": 1 } }));
    let mut roles = rule("$.roles[*].id", "integer");
    roles.overridden.push(OverriddenRule {
        path: "$.roles[*]".into(),
        name: "type".into(),
    });
    let mismatches = vec![
        Mismatch {
            expected: Some("ada@example.com".into()),
            actual: Some("ada".into()),
            rule: Some(rule("$.email", "regex")),
            ..mismatch(Part::Body, "$.email", r"a string matching ^\S+@\S+$")
        },
        Mismatch {
            expected: Some(2.into()),
            actual: Some("7".into()),
            rule: Some(roles),
            ..mismatch(Part::Body, "$.roles[1].id", "an integer")
        },
    ];
    (mismatches, expected, actual)
}

#[test]
fn body_mismatches_in_columns() {
    let (mismatches, expected, actual) = two_mismatches();
    let wide = Style {
        width: 160,
        ..Style::PLAIN
    };
    insta::assert_snapshot!(render(&mismatches, &expected, &actual, wide));
}

#[test]
fn narrow_terminals_get_stacked_rows() {
    let (mismatches, expected, actual) = two_mismatches();
    let narrow = Style {
        width: 60,
        ..Style::PLAIN
    };
    insta::assert_snapshot!(render(&mismatches, &expected, &actual, narrow));
}

#[test]
fn colours_are_ansi_sequences_around_words() {
    let (mismatches, expected, actual) = two_mismatches();
    let coloured = Style {
        colour: true,
        width: 160,
    };
    let text = render(&mismatches, &expected, &actual, coloured);
    insta::assert_snapshot!(text.replace('\u{1b}', "␛"));
}

#[test]
fn every_part_missing_keys_and_secrets() {
    let (_, expected, _) = two_mismatches();
    let actual = response(json!({ "id": 42, "extra": true, "list": [1, 2, 3] }));
    let mismatches = vec![
        Mismatch {
            expected: Some("Bearer expected".into()),
            actual: Some("Bearer actual".into()),
            ..mismatch(Part::Header, "authorization", "\"Bearer expected\"")
        },
        Mismatch {
            expected: Some("ada@example.com".into()),
            ..mismatch(Part::Body, "$.email", "\"ada@example.com\"")
        },
        Mismatch {
            actual: Some(true.into()),
            ..mismatch(Part::Body, "$.extra", "no such key")
        },
        Mismatch {
            expected: Some(json!([{ "rel": "self" }])),
            actual: Some(json!([1, 2, 3])),
            rule: Some(rule("$.list", "arrayContains")),
            nearest: vec![Mismatch {
                expected: Some("self".into()),
                actual: Some(1.into()),
                ..mismatch(Part::Body, "$.list[0].rel", "\"self\"")
            }],
            ..mismatch(Part::Body, "$.list", "an element like { \"rel\": \"self\" }")
        },
    ];
    insta::assert_snapshot!(render(&mismatches, &expected, &actual, Style::PLAIN));
}

#[test]
fn another_status_is_shown_with_its_body_and_what_follows_is_counted() {
    let (mut mismatches, expected, actual) = two_mismatches();
    mismatches.push(Mismatch {
        expected: Some(200.into()),
        actual: Some(404.into()),
        ..mismatch(Part::Status, "", "200")
    });
    insta::assert_snapshot!(render(&mismatches, &expected, &actual, Style::PLAIN));
}

#[test]
fn what_is_not_a_difference_has_words_of_its_own() {
    let (_, expected, actual) = two_mismatches();
    let notice = |kind: MismatchKind, says: &str| Mismatch {
        kind,
        description: says.into(),
        ..mismatch(Part::Body, "$", "fewer steps")
    };
    let given_up = notice(
        MismatchKind::Undecided,
        "The comparison was given up after 3 steps.",
    );
    let text = render(std::slice::from_ref(&given_up), &expected, &actual, Style::PLAIN);
    assert!(
        text.contains("  response could not be compared completely\n"),
        "{text}"
    );
    assert!(
        text.contains("  $\n      The comparison was given up after 3 steps.\n"),
        "{text}"
    );
    assert!(!text.contains("got") && !text.contains("fewer steps"), "{text}");

    let more = notice(MismatchKind::MayBeMore, "The comparison ended.");
    let of_member = |n: usize| Mismatch {
        expected: Some(n.into()),
        ..mismatch(Part::Body, &format!("$.m{n}"), "a number")
    };
    let found: Vec<Mismatch> = (0..1_000).map(of_member).chain([more]).collect();
    let text = render(&found, &expected, &actual, Style::PLAIN);
    assert!(
        text.contains("response body does not match (at least 1,000 mismatches)\n"),
        "{text}"
    );
    assert!(text.contains("  … and at least 980 more mismatches\n"), "{text}");
}

#[test]
fn an_element_that_was_not_found_and_bytes_are_not_shown_as_values() {
    let (_, expected, actual) = two_mismatches();
    let found = [
        Mismatch {
            expected: Some(3.into()),
            rule: Some(rule("$.list", "arrayContains")),
            ..mismatch(Part::Body, "$.list", "an element like 3")
        },
        Mismatch {
            kind: MismatchKind::Bytes,
            actual: Some("2 bytes, with 9f at offset 1".into()),
            ..mismatch(
                Part::Body,
                "$",
                "the example's 1 byte of image/png, with nothing at offset 1",
            )
        },
    ];
    let wide = Style {
        width: 200,
        ..Style::PLAIN
    };
    let text = render(&found, &expected, &actual, wide);
    assert!(text.contains("got no such element "), "{text}");
    assert!(text.contains("got 2 bytes, with 9f at offset 1\n"), "{text}");
}

#[test]
fn the_reason_why_content_cannot_be_read_is_shown_whole() {
    let (_, expected, actual) = two_mismatches();
    let reason = format!(
        "an XML document, and this cannot be read: {}",
        "reason ".repeat(40)
    );
    let found = [Mismatch {
        kind: MismatchKind::Unreadable,
        actual: Some("<".into()),
        ..mismatch(Part::Body, "$", reason.trim_end())
    }];
    let text = render(&found, &expected, &actual, Style::PLAIN);
    assert!(text.contains(reason.trim_end()), "{text}");
}

#[test]
fn long_documents_are_elided_and_long_lists_cut() {
    let items: Vec<Value> = (0..10_000).map(|n| json!({ "id": n, "name": "x" })).collect();
    let actual = response(json!({ "items": items }));
    let mismatches: Vec<Mismatch> = (0..10_000)
        .map(|n| Mismatch {
            expected: Some("1".into()),
            actual: Some(n.into()),
            rule: Some(rule("$.items[*].id", "type")),
            ..mismatch(Part::Body, &format!("$.items[{n}].id"), "a string")
        })
        .collect();
    let text = render(&mismatches, &actual, &actual, Style::PLAIN);
    assert!(
        text.contains("response body does not match (10,000 mismatches)"),
        "{text}"
    );
    assert!(text.contains("… and 9,980 more mismatches"), "{text}");
    assert!(text.lines().count() < 150, "{} lines", text.lines().count());

    let one = render(&mismatches[5_000..5_001], &actual, &actual, Style::PLAIN);
    insta::assert_snapshot!(one);
}

#[test]
fn text_bodies_show_their_differing_lines() {
    let lines = |changed: &str| {
        let mut lines: Vec<String> = (1..=30).map(|n| format!("line {n}")).collect();
        lines[14] = changed.to_owned();
        Body::text(lines.join("\n"), None)
    };
    let expected = Message {
        contents: lines("as agreed"),
        ..Message::default()
    };
    let actual = Message {
        contents: lines("something else"),
        ..Message::default()
    };
    let interaction = interaction();
    let mismatches = [Mismatch {
        expected: Some("line 1\n…".into()),
        actual: Some("line 1\n…".into()),
        ..mismatch(Part::Body, "", "the same text")
    }];
    let failure = Failure {
        consumer: "web-app",
        provider: "user-api",
        description: &interaction.description,
        provider_states: &interaction.provider_states,
        test: interaction.test_name(),
        source: None,
        mismatches: &mismatches,
        exchange: Exchange::Message {
            expected: &expected,
            actual: &actual,
        },
        request: None,
        reproduce: None,
        secrets: Vec::new(),
    };
    insta::assert_snapshot!(text(&failure, Style::PLAIN));
}

#[test]
fn as_json_with_secrets_masked() {
    let (mut mismatches, expected, actual) = two_mismatches();
    mismatches.push(Mismatch {
        expected: Some("Bearer expected".into()),
        actual: Some("Bearer actual".into()),
        ..mismatch(Part::Header, "authorization", "\"Bearer expected\"")
    });
    let interaction = interaction();
    let document = report::json(&Failure {
        consumer: "web-app",
        provider: "user-api",
        description: &interaction.description,
        provider_states: &interaction.provider_states,
        test: interaction.test_name(),
        source: None,
        mismatches: &mismatches,
        exchange: Exchange::Response {
            expected: &expected,
            actual: &actual,
        },
        request: None,
        reproduce: None,
        secrets: Vec::new(),
    });
    assert!(!document.to_string().contains("Bearer actual"), "{document}");
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}
