//! `#[derive(Pattern)]`: the pattern says what serde reads.

use std::collections::BTreeMap;

use contract_core::json::{self, Value};
use contract_core::pattern::assert_example_deserializes;
use contract_core::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// The example and the paths with rules; the example must be readable as the type.
fn shown<T: HasPattern + DeserializeOwned>() -> (Value, Vec<String>) {
    let expanded = T::pattern().expand();
    if let Err(error) = json::from_value::<T>(&expanded.example) {
        panic!("{}: {error}", expanded.example);
    }
    let rules = expanded
        .rules
        .iter()
        .map(|(path, list)| format!("{path} {}", list.rules[0].matcher.name()))
        .collect();
    (expanded.example, rules)
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct User {
    #[pattern(example = 42)]
    id: u64,
    #[pattern(example = "Ada Lovelace")]
    name: String,
    #[pattern(regex = r"^\S+@\S+$", example = "ada@example.com")]
    email: String,
    roles: Vec<Role>,
    nickname: Option<String>,
    #[pattern(present, example = "N1")]
    zip: Option<String>,
    #[serde(default)]
    visits: u32,
    #[serde(skip)]
    cached: String,
}

#[derive(Deserialize, Pattern)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read by serde")]
struct Role {
    id_number: u32,
    #[serde(rename = "label")]
    title: String,
    #[pattern(date = "yyyy-MM-dd", example = "2026-01-01")]
    valid_from: String,
    #[pattern(exactly = true)]
    granted: bool,
    kind: Kind,
}

#[derive(Deserialize, Pattern)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    ReadOnly,
    #[pattern(example)]
    ReadWrite,
    #[serde(rename = "root")]
    Admin,
    #[serde(other)]
    Unknown,
}

type Maybe<T> = Option<T>;

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Envelope<T> {
    content: T,
    boxed: Box<Option<u8>>,
    alias: Maybe<u8>,
    #[pattern(present)]
    needed: Maybe<u8>,
}

#[test]
fn an_option_is_known_by_its_type_and_not_by_its_name() {
    assert_eq!(shown::<Envelope<Option<u8>>>().0, json!({ "needed": 1 }));
    assert_eq!(shown::<Envelope<u8>>().0, json!({ "content": 1, "needed": 1 }));
    assert_eq!(shown::<Envelope<Box<Maybe<String>>>>().0, json!({ "needed": 1 }));
}

#[test]
fn structs_follow_their_fields() {
    let (example, rules) = shown::<User>();
    assert_eq!(
        example,
        json!({
            "id": 42, "name": "Ada Lovelace", "email": "ada@example.com", "zip": "N1",
            "roles": [{
                "idNumber": 1, "label": "text", "validFrom": "2026-01-01", "granted": true, "kind": "read-write",
            }],
        })
    );
    assert_eq!(
        rules,
        [
            "$.email regex",
            "$.id integer",
            "$.name type",
            "$.roles type",
            "$.roles[*].granted equality",
            "$.roles[*].idNumber integer",
            "$.roles[*].kind regex",
            "$.roles[*].label type",
            "$.roles[*].validFrom date",
            "$.zip type",
        ]
    );
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Order {
    id: OrderId,
    #[serde(flatten)]
    audit: Audit,
    #[serde(flatten)]
    rest: BTreeMap<String, Value2>,
    payment: Payment,
    shape: Shape,
    event: Event,
    place: (f64, f64),
    prices: BTreeMap<String, f64>,
    #[pattern(min = 0, max = 3)]
    tags: Vec<String>,
    #[pattern(with = nullable("text"))]
    note: Option<String>,
    wrapped: Wrapped,
    generic: Page<Audit>,
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct OrderId(u64);

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Value2(String);

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Audit {
    created_by: String,
}

#[derive(Deserialize, Pattern)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
#[expect(dead_code, reason = "read by serde")]
enum Payment {
    Cash,
    #[pattern(example)]
    Card {
        card_number: String,
    },
}

#[derive(Deserialize, Pattern)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by serde")]
enum Shape {
    #[pattern(example)]
    Round {
        radius: f64,
    },
    Square {
        side: f64,
    },
}

#[derive(Deserialize, Pattern)]
#[serde(tag = "kind", content = "data")]
#[expect(dead_code, reason = "read by serde")]
enum Event {
    #[pattern(example)]
    Placed(OrderId),
    Cancelled,
}

#[derive(Deserialize, Pattern)]
#[serde(transparent)]
#[expect(dead_code, reason = "read by serde")]
struct Wrapped {
    inner: bool,
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Page<T> {
    items: Vec<T>,
}

#[derive(Deserialize, Pattern)]
#[serde(tag = "type", rename_all = "lowercase")]
#[pattern(all_variants)]
#[expect(dead_code, reason = "read by serde")]
enum AnyPayment {
    Cash,
    #[pattern(example)]
    Card {
        #[pattern(regex = r"\d{4}", example = "1234")]
        number: String,
    },
    Split(Halves),
}

#[derive(Deserialize, Pattern)]
#[expect(dead_code, reason = "read by serde")]
struct Halves {
    amounts: Vec<u32>,
    shape: AnyShape,
}

#[derive(Deserialize, Pattern)]
#[serde(untagged)]
#[pattern(all_variants)]
#[expect(dead_code, reason = "read by serde")]
enum AnyShape {
    Name(String),
    Round { radius: f64 },
    Nested(Vec<AnyShape>),
}

#[test]
fn all_variants_are_allowed_on_request() {
    let pattern = AnyPayment::pattern();
    assert_eq!(
        pattern.expand().example,
        json!({ "type": "card", "number": "1234" })
    );
    for (value, fits) in [
        (json!({ "type": "cash" }), true),
        (json!({ "type": "card", "number": "9876" }), true),
        (json!({ "type": "card", "number": "x" }), false),
        (json!({ "type": "card" }), false),
        (
            json!({ "type": "split", "amounts": [1, 2], "shape": "round" }),
            true,
        ),
        (
            json!({ "type": "split", "amounts": [1, 2], "shape": [{ "radius": 2.5 }] }),
            true,
        ),
        (
            json!({ "type": "split", "amounts": [1, 2], "shape": { "side": 1 } }),
            false,
        ),
        (
            json!({ "type": "split", "amounts": ["1"], "shape": "round" }),
            false,
        ),
        (json!({ "type": "cheque" }), false),
    ] {
        assert_eq!(pattern.matches(&value), fits, "{value}");
    }
    assert_example_deserializes::<AnyPayment>();
}

/// The handler of a message gets each variant, and reads it.
#[test]
fn variants_of_messages_have_every_form() {
    let directory = tempfile::tempdir().unwrap();
    let provider = Contract::between("till", "payments")
        .directory(directory.path())
        .interaction(Interaction::message("paid").json(json_like!({ "payment": AnyPayment::pattern() })))
        .serve_blocking()
        .unwrap();
    let mut kinds = std::collections::BTreeSet::new();
    provider
        .verify_message_variants("paid", 100, |message: Message| {
            #[derive(Deserialize)]
            struct Paid {
                payment: AnyPayment,
            }
            let paid: Paid = message.parse_json().unwrap();
            kinds.insert(match paid.payment {
                AnyPayment::Cash => "cash",
                AnyPayment::Card { .. } => "card",
                AnyPayment::Split(_) => "split",
            });
        })
        .unwrap();
    provider.finish().unwrap();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["card", "cash", "split"]);
}

/// The law looks at each variant, and not at the example alone.
#[test]
#[should_panic(expected = "the example of it::derive::Unreadable cannot be deserialized")]
fn a_variant_that_cannot_be_read_is_found() {
    assert_example_deserializes::<Unreadable>();
}

#[derive(Deserialize, Pattern)]
#[serde(tag = "type")]
#[pattern(all_variants)]
#[expect(dead_code, reason = "read by serde")]
enum Unreadable {
    Right {
        id: u64,
    },
    Wrong {
        #[pattern(with = string("text"))]
        id: u64,
    },
}

#[test]
fn every_form_that_serde_knows() {
    let (example, _) = shown::<Order>();
    assert_eq!(
        example,
        json!({
            "id": 1,
            "created_by": "text",
            "payment": { "type": "card", "cardNumber": "text" },
            "shape": { "radius": 1.5 },
            "event": { "kind": "Placed", "data": 1 },
            "place": [1.5, 1.5],
            "prices": { "key": 1.5 },
            "tags": ["text"],
            "note": "text",
            "wrapped": true,
            "generic": { "items": [{ "created_by": "text" }] },
        })
    );
}

#[test]
fn an_example_that_does_not_fit_is_refused() {
    #[derive(Pattern)]
    #[expect(dead_code, reason = "only its pattern counts")]
    struct Wrong {
        #[pattern(example = "forty-two")]
        id: u64,
    }
    let panic = std::panic::catch_unwind(Wrong::pattern).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("forty-two"), "{message}");
}
