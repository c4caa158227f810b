//! What the worker needs of the orders API's events. The test that passes writes `contracts/orders-mail-orders-api.json`; the
//! API's own tests verify it.

use contract_core::prelude::*;
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

#[test]
fn refuses_an_event_without_an_address() {
    let event = br#"{ "id": 1, "customer": { "name": "Ada", "email": "none" }, "total": 1 }"#;
    let refused = confirmation(event).unwrap_err();
    assert_eq!(refused.to_string(), "\"none\" is not a mail address");
}
