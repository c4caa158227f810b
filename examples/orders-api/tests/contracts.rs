//! Every interaction that a consumer recorded is a test here: `cargo test --test contracts`.

// ANCHOR: contracts
use contract_core::provider::{
    Contracts, Message, MessageRequest, ProviderTests, PublishResults, StateParams, provider_tests,
};
use orders_api::{NewOrder, Order, Store};

provider_tests!(
    ProviderTests::with_fixture("orders-api", || async { Store::default() })
        .contracts(Contracts::dir("../../contracts"))
        .contracts(Contracts::broker_from_env())
        .service_with(|store: Store| async { orders_api::app(store) })
        .state("an order exists", |order: StateParams<Order, Store>| async move {
            order.fixture().put(order.params().clone());
        })
        .state_holds("no orders exist")
        .message("an order was placed", order_placed)
        .publish(PublishResults::from_env())
);

// ANCHOR: message
/// Places an order and returns the event that the service publishes for it.
async fn order_placed(message: MessageRequest<Store>) -> Result<Message, String> {
    let store = message.fixture();
    let example = Order::default();
    store.place(NewOrder {
        customer: example.customer,
        lines: example.lines,
    });
    let event = store.take_events().pop().ok_or("no event was published")?;
    Ok(Message::json(event.order)
        .metadata("topic", event.topic)
        .metadata("key", event.key))
}
// ANCHOR_END: message
// ANCHOR_END: contracts
