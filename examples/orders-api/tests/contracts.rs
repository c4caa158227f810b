//! Every interaction that a consumer recorded is a test here: `cargo test --test contracts`.

// ANCHOR: contracts
use contract_core::provider::{Contracts, ProviderTests, PublishResults, StateParams, provider_tests};
use orders_api::{Order, Store};

provider_tests!(
    ProviderTests::with_fixture("orders-api", || async { Store::default() })
        .contracts(Contracts::dir("../../contracts"))
        .contracts(Contracts::broker_from_env())
        .service_with(|store: Store| async { orders_api::app(store) })
        .state("an order exists", |order: StateParams<Order, Store>| async move {
            order.fixture().put(order.params().clone());
        })
        .state_holds("no orders exist")
        .publish(PublishResults::from_env())
);
// ANCHOR_END: contracts
