//! What the worker needs of the orders API's events. The test that passes writes `contracts/orders-mail-orders-api.json`; the
//! API's own tests verify it.

use contract_core::{matching::MessagePlan, mock::Variants, prelude::*};
use orders_mail::confirmation;

// ANCHOR: consumer
#[consumer_test(consumer = "orders-mail", provider = "orders-api")]
async fn confirms_an_order(provider: MockProvider) -> Result<(), contract_core::Error> {
    provider.expect(
        Interaction::message("an order was placed")
            .metadata("topic", "orders.placed") // exactly this topic
            .metadata("key", regex(r"\d+", "1")) // any number as the key
            .json(json_like!({
                "id": integer(1),
                "customer": { "name": "Ada Lovelace", "email": regex(r"^\S+@\S+$", "ada@example.com") },
                "total": number(17.9),
            })),
    );

    provider
        .verify_message("an order was placed", |message: Message| async move {
            let mail = confirmation(&message.payload())?;
            assert_eq!(mail.to, "ada@example.com");
            assert_eq!(mail.subject, "Your order 1");
            Ok::<_, orders_mail::Refused>(())
        })
        .await
}
// ANCHOR_END: consumer

// ANCHOR: variants
#[consumer_test(consumer = "orders-mail", provider = "orders-api")]
async fn confirms_every_order_that_the_contract_allows(
    provider: MockProvider,
) -> Result<(), contract_core::Error> {
    provider.expect(order_placed());

    provider
        .verify_message_variants("an order was placed", 20, |message: Message| async move {
            let mail = confirmation(&message.payload())?;
            assert!(mail.to.contains('@'));
            Ok::<_, orders_mail::Refused>(())
        })
        .await
}
// ANCHOR_END: variants

/// A handler for names of English letters alone fails, and the failure says how to repeat it.
#[test]
fn a_variant_that_is_refused_is_shown_with_its_seed() {
    let handler = |message: Message| {
        let order: orders_mail::OrderPlaced = message.parse_json().unwrap();
        assert!(
            order.customer.name.is_ascii(),
            "cannot print {:?}",
            order.customer.name
        );
    };
    let verify = |variants: Variants| {
        let directory = tempfile::tempdir().unwrap();
        let provider = Contract::between("orders-mail", "orders-api")
            .directory(directory.path())
            .interaction(order_placed())
            .serve_blocking()
            .unwrap();
        let refused = provider.verify_message_variants("an order was placed", variants, handler);
        let message = refused.unwrap_err().to_string();
        drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            drop(provider);
        })));
        message
    };

    let first = verify(Variants::new(20));
    assert!(first.contains("it panicked: cannot print"), "{first}");
    assert!(first.contains("\"customer\": {"), "{first}");
    let (_, seed) = first.rsplit_once("Variants::new(1).seed(").unwrap();
    let seed: u64 = seed.trim_end_matches(')').parse().unwrap();

    let again = verify(Variants::new(1).seed(seed));
    assert!(again.contains("variant 1 of 1"), "{again}");
    let shown = |text: &str| text.split_once('{').map(|(_, json)| json.to_owned());
    assert_eq!(shown(&first), shown(&again));
}

/// Every variant is a message that the contract allows, and they differ.
#[test]
fn variants_match_the_contract() {
    let interaction: Interaction = order_placed().into();
    let contract_core::contract::InteractionKind::Message(expected) = &interaction.kind else {
        panic!("{interaction:?}");
    };
    let plan = MessagePlan::compile(expected).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let provider = Contract::between("orders-mail", "orders-api")
        .directory(directory.path())
        .interaction(order_placed())
        .serve_blocking()
        .unwrap();
    let mut payloads = std::collections::BTreeSet::new();
    provider
        .verify_message_variants("an order was placed", 500, |message: Message| {
            let comparison = plan.compare(&message);
            assert!(comparison.is_match(), "{:?}", comparison.mismatches());
            payloads.insert(message.payload());
        })
        .unwrap();
    provider.finish().unwrap();
    assert!(payloads.len() > 400, "{}", payloads.len());
}

#[test]
fn refuses_an_event_without_an_address() {
    let event = br#"{ "id": 1, "customer": { "name": "Ada", "email": "none" }, "total": 1 }"#;
    let refused = confirmation(event).unwrap_err();
    assert_eq!(refused.to_string(), "\"none\" is not a mail address");
}

fn order_placed() -> impl Into<Interaction> {
    Interaction::message("an order was placed")
        .metadata("topic", "orders.placed")
        .metadata("key", regex(r"\d+", "1"))
        .json(json_like!({
            "id": integer(1),
            "customer": { "name": "Ada Lovelace", "email": regex(r"^\S+@\S+$", "ada@example.com") },
            "total": number(17.9),
        }))
}
