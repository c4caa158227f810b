//! The code of the book's page about contracts from types.

use contract_core::pattern::{Learned, assert_example_deserializes};
use contract_core::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

// ANCHOR: derive
#[derive(Deserialize, Pattern)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "the client reads more than this test does")]
struct User {
    #[pattern(example = 42)]
    id: u64,
    first_name: String,
    #[pattern(regex = r"^\S+@\S+$", example = "ada@example.com")]
    email: String,
    roles: Vec<Role>,         // each_like(Role::pattern())
    nickname: Option<String>, // left out: the client reads a user without it
    #[pattern(present)]
    zip: Option<String>, // this test needs it
}

#[derive(Deserialize, Pattern)]
#[serde(rename_all = "lowercase")]
enum Role {
    Reader, // "reader" or "editor", and nothing else
    Editor,
}
// ANCHOR_END: derive

#[test]
fn a_derived_pattern() {
    // ANCHOR: derived
    let pattern = User::pattern();
    assert_eq!(
        pattern.expand().example,
        json!({ "id": 42, "firstName": "text", "email": "ada@example.com", "roles": ["reader"], "zip": "text" })
    );
    let response = Response::ok().json(pattern);
    // ANCHOR_END: derived
    let _ = response;
    // ANCHOR: law
    assert_example_deserializes::<User>();
    // ANCHOR_END: law
}

// ANCHOR: with
#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "the client reads more than this test does")]
struct Order {
    #[serde(deserialize_with = "cents")]
    #[pattern(with = regex(r"^\d+\.\d{2}$", "9.50"))]
    total: u64,
    payment: Payment,
}

/// The contract shows the variant that is marked.
#[derive(Deserialize, Pattern)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(dead_code, reason = "the client reads more than this test does")]
enum Payment {
    #[pattern(example)]
    Card {
        number: String,
    },
    Cash,
}
// ANCHOR_END: with

// ANCHOR: all_variants
/// The contract allows each variant, and shows the one that is marked.
#[derive(Deserialize, Pattern)]
#[serde(tag = "type", rename_all = "snake_case")]
#[pattern(all_variants)]
#[expect(dead_code, reason = "the client reads more than this test does")]
enum Event {
    #[pattern(example)]
    Placed {
        id: u64,
    },
    Cancelled {
        reason: String,
    },
}
// ANCHOR_END: all_variants

#[test]
fn an_enum_whose_variants_are_all_allowed() {
    let pattern = Event::pattern();
    assert!(pattern.matches(&json!({ "type": "placed", "id": 7 })));
    assert!(pattern.matches(&json!({ "type": "cancelled", "reason": "sold out" })));
    assert!(!pattern.matches(&json!({ "type": "cancelled", "id": 7 })));
    assert_example_deserializes::<Event>();
}

fn cents<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.replace('.', "").parse().map_err(serde::de::Error::custom)
}

#[test]
fn a_field_with_a_pattern_of_its_own() {
    assert_example_deserializes::<Order>();
    assert_eq!(
        Order::pattern().expand().example,
        json!({ "total": "9.50", "payment": { "type": "card", "number": "text" } })
    );
}

// ANCHOR: serialize
#[derive(Serialize, Pattern)]
#[pattern(serialize)]
#[serde(rename_all(serialize = "camelCase"))]
struct NewUser {
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nickname: Option<String>,
}
// ANCHOR_END: serialize

#[test]
fn examples_from_a_value() {
    // ANCHOR: value
    let ada = NewUser {
        first_name: "Ada".to_owned(),
        nickname: None,
    };
    let request = Request::post("/users").json(NewUser::pattern_from(&ada));
    // ANCHOR_END: value
    let _ = request;
    assert_eq!(
        NewUser::pattern_from(&ada).expand().example,
        json!({ "firstName": "Ada" })
    );
}

// ANCHOR: plain
#[derive(Deserialize)]
#[expect(dead_code, reason = "the client reads more than this test does")]
struct Invoice {
    number: u64,
    #[serde(rename = "issuedOn")]
    issued_on: jiff::civil::Date,
    lines: Vec<Line>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "the client reads more than this test does")]
struct Line {
    sku: String,
    #[serde(default)]
    count: u32,
}
// ANCHOR_END: plain

#[test]
fn a_learnt_pattern() {
    // ANCHOR: pattern_of
    let response = Response::ok().json(pattern_of::<Invoice>());
    // ANCHOR_END: pattern_of
    let _ = response;
    assert_eq!(
        pattern_of::<Invoice>().expand().example,
        json!({ "number": 1, "issuedOn": "2026-01-01", "lines": [{ "sku": "text" }] })
    );
    // ANCHOR: learned
    let learned = Learned::of::<Invoice>().unwrap();
    assert_eq!(
        learned.to_string().lines().skip(1).collect::<Vec<_>>(),
        [
            "  $: object, required, ignores unknown fields",
            "  $.issuedOn: text (date | date and time without offset), required",
            "  $.lines: list, required",
            "  $.lines[*]: object, required, ignores unknown fields",
            "  $.lines[*].count: integer, may be missing",
            "  $.lines[*].sku: text, required",
            "  $.note: text, may be missing, may be null",
            "  $.number: integer, required",
        ]
    );
    // ANCHOR_END: learned
}

// ANCHOR: untagged
#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "the client reads more than this test does")]
enum Price {
    Money { cents: u64, currency: String },
    Percent { percent: u8 },
}
// ANCHOR_END: untagged

#[test]
fn a_pattern_learnt_from_an_example() {
    // ANCHOR: example
    let pattern = pattern_of_example::<Price>(json!({ "cents": 150, "currency": "EUR", "id": 7 }));
    assert_eq!(
        pattern.expand().example,
        json!({ "cents": 150, "currency": "EUR" })
    );
    // ANCHOR_END: example
    assert!(Learned::of::<Price>().is_err());
}
