//! Messages compared with the expected one: what is special about them beside requests and responses.

use bytes::Bytes;
use contract_core::contract::{Body, ContentType, Message};
use contract_core::matching::{MessagePlan, Part};
use serde_json::json;

/// The parts in which a message differs from an expected one of this content type.
fn differing(expected: &Message, actual: &Message) -> Vec<Part> {
    MessagePlan::compile(expected)
        .unwrap()
        .compare(actual)
        .mismatches()
        .iter()
        .map(|mismatch| mismatch.part)
        .collect()
}

fn content_type(text: &str) -> ContentType {
    text.parse().unwrap()
}

#[test]
fn the_contents_own_type_stands_for_a_content_type_that_the_metadata_lacks() {
    let expected = Message::json(json!({ "id": 1 })).with_metadata("contentType", "application/json");
    assert_eq!(differing(&expected, &Message::json(json!({ "id": 1 }))), []);
    let untyped = Message {
        contents: Body::text("{\"id\":1}", None),
        ..Message::default()
    };
    assert_eq!(differing(&expected, &untyped), [Part::Metadata]);
    let other = Message::text("x");
    assert_eq!(differing(&expected, &other), [Part::Metadata, Part::BodyType]);
}

#[test]
fn json_of_a_schema_registry_follows_five_bytes() {
    let registered = content_type("application/vnd.schemaregistry.v1+json");
    let message = |bytes: &[u8]| Message {
        contents: Body::from_wire(Bytes::copy_from_slice(bytes), Some(registered.clone())),
        ..Message::default()
    };
    let expected = message(br#"{"id": 1}"#);
    assert_eq!(differing(&expected, &message(b"\0\0\0\0\x02{\"id\": 1}")), []);
    assert_eq!(differing(&expected, &message(br#"{"id": 1}"#)), []);
    assert_eq!(
        differing(&expected, &message(b"\0\0\0\0\x02{\"id\": 2}")),
        [Part::Body]
    );
    assert_eq!(differing(&expected, &message(b"\0\0\0{\"id\": 1}")), [Part::Body]);
    // The number of a schema is no JSON elsewhere.
    let plain = Message {
        contents: Body::from_wire(
            Bytes::from_static(b"\0\0\0\0\x02{\"id\": 1}"),
            Some(ContentType::json()),
        ),
        ..Message::default()
    };
    assert_eq!(
        differing(&Message::json(json!({ "id": 1 })), &plain),
        [Part::Body]
    );
}
