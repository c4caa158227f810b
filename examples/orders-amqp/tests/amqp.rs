//! Both sides of `contracts/orders-mail-orders-api.json` over a real AMQP server, such as RabbitMQ: what the
//! contract says arrives at the worker's handler, and what arrives from the API is what the contract says.
//!
//! The server is at `CONTRACT_TEST_AMQP` (`HOST:PORT`), or on the loopback, and lets the user `guest` in. If there is none the
//! tests are skipped and say so; they fail if `CONTRACT_REQUIRE_AMQP` is set.

use std::error::Error;
use std::io::Write as _;
use std::sync::{Arc, Once};
use std::time::Duration;

use contract_core::contract::{Contract, InteractionKind};
use contract_core::provider::{Contracts, Message, MessageRequest, Verifier};
use orders_amqp::{Events, MailWorker, Server};
use orders_api::{NewOrder, Order, Store};

/// Says once that there is no server.
static SKIPPED: Once = Once::new();

const CONTRACT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../contracts/orders-mail-orders-api.json"
);

// ANCHOR: consumer
/// Sends the contract's message over AMQP: the worker finds it by its topic, and handles it.
#[tokio::test]
async fn the_worker_handles_what_the_contract_says() {
    let Some(events) = connect("worker").await else {
        return;
    };
    let contract = Contract::read_file(CONTRACT).unwrap();
    let placed = contract
        .interactions
        .iter()
        .find(|interaction| interaction.description == "an order was placed");
    let Some(InteractionKind::Message(message)) = placed.map(|placed| &placed.kind) else {
        panic!("no such message in {CONTRACT}")
    };
    let metadata = |name| message.metadata[name].as_str().unwrap();
    let content_type = message.content_type().unwrap();

    let mut worker = MailWorker::subscribe(&events).await.unwrap();
    events
        .send(
            metadata("topic"),
            metadata("key"),
            content_type.as_str(),
            message.payload().to_vec(),
        )
        .await
        .unwrap();

    let mail = within(worker.next_mail()).await.unwrap().unwrap().unwrap();
    assert_eq!(mail.to, "ada@example.com");
}
// ANCHOR_END: consumer

// ANCHOR: provider
/// Verifies the contract with the message as it arrives from AMQP, and not as the API hands it over.
#[tokio::test]
async fn what_the_api_publishes_is_what_the_contract_says() {
    let Some(events) = connect("api").await.map(Arc::new) else {
        return;
    };
    let report = Verifier::with_fixture("orders-api", || async { Store::default() })
        .contracts(Contracts::file(CONTRACT))
        .message("an order was placed", move |message: MessageRequest<Store>| {
            let events = Arc::clone(&events);
            async move { published(&events, message.fixture()).await }
        })
        .run()
        .await
        .unwrap();
    assert!(report.is_success(), "{}", report.to_json());
}

/// Places an order, publishes its event, and returns the message that arrives.
async fn published(events: &Events, store: &Store) -> Result<Message, Box<dyn Error + Send + Sync>> {
    let mut arriving = events.subscribe("orders.placed").await?;
    let Order { customer, lines, .. } = Order::default();
    store.place(NewOrder { customer, lines });
    for event in store.take_events() {
        events.publish(&event).await?;
    }

    let message = within(arriving.next()).await.ok_or("no message arrived")?;
    arriving.acknowledge(&message).await?;
    let content_type = message.content_type.ok_or("no content type")?;
    Ok(Message::bytes(message.payload, &content_type)
        .metadata("topic", message.topic)
        .metadata("key", message.key))
}
// ANCHOR_END: provider

/// The worker goes on after an event that it refuses.
#[tokio::test]
async fn a_refused_event_does_not_end_the_worker() {
    let Some(events) = connect("refused").await else {
        return;
    };
    let mut worker = MailWorker::subscribe(&events).await.unwrap();
    let unreadable = events.send("orders.placed", "1", "application/json", b"no order".to_vec());
    unreadable.await.unwrap();
    let store = Store::default();
    let Order { customer, lines, .. } = Order::default();
    store.place(NewOrder { customer, lines });
    events.publish(&store.take_events().remove(0)).await.unwrap();

    within(worker.next_mail()).await.unwrap().unwrap().unwrap_err();
    let mail = within(worker.next_mail()).await.unwrap().unwrap().unwrap();
    assert_eq!(mail.subject, "Your order 1");
}

/// The events on an exchange of this test's own, on the server of the tests.
async fn connect(exchange: &str) -> Option<Events> {
    let address = std::env::var("CONTRACT_TEST_AMQP").unwrap_or_else(|_| "127.0.0.1:5672".to_owned());
    let (host, port) = address.rsplit_once(':').expect("CONTRACT_TEST_AMQP is HOST:PORT");
    let server = Server {
        host,
        port: port.parse().expect("CONTRACT_TEST_AMQP is HOST:PORT"),
        user: "guest",
        password: "guest",
    };
    let exchange = format!("orders-{exchange}-{}", std::process::id());
    match Events::connect(server, &exchange).await {
        Ok(events) => Some(events),
        Err(error) => {
            let is_required = std::env::var_os("CONTRACT_REQUIRE_AMQP").is_some();
            assert!(!is_required, "CONTRACT_REQUIRE_AMQP is set: {error}");
            SKIPPED.call_once(|| {
                // The test's harness keeps back what `println!` writes in a test that passes.
                let line = format!("skipped: no server at {address}: {error}\n");
                drop(std::io::stderr().write_all(line.as_bytes()));
            });
            None
        }
    }
}

/// The result, if it comes in time.
async fn within<T>(result: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), result)
        .await
        .expect("nothing arrived within 10 s")
}
