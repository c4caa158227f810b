//! The provider's side: start the orders API and verify it against what the broker says it must fulfil.

use contract_core::broker::Client;
use contract_core::provider::{
    Contracts, PublishResults, Selector, StateParams, VerificationReport, Verifier,
};
use orders_api::{Build, Order, Store};
use tokio::net::TcpListener;

use crate::story::Result;

/// A build of the orders API that listens.
pub(crate) struct Running {
    /// Where it listens.
    pub(crate) url: String,
    store: Store,
}

/// Starts this build of the API on a free port.
pub(crate) async fn start(build: Build) -> Result<Running> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let store = Store::default();
    let app = build.app(store.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(Running { url, store })
}

impl Running {
    /// Replays the contracts against it, over HTTP, and publishes the results under this version and branch.
    pub(crate) async fn verify(
        &self,
        broker: &Client,
        version: &str,
        branch: &str,
    ) -> Result<VerificationReport> {
        let (filled, emptied) = (self.store.clone(), self.store.clone());
        let report = Verifier::new("orders-api")
            .contracts(Contracts::broker(broker.clone()))
            .selectors([Selector::main_branch(), Selector::deployed_or_released()])
            .base_url(&self.url)
            .state("an order exists", move |state: StateParams| {
                let store = filled.clone();
                async move {
                    let id = state.params()["id"].as_u64().unwrap_or(1);
                    store.put(Order {
                        id,
                        ..Order::default()
                    });
                }
            })
            .state("no orders exist", move |_: StateParams| {
                let store = emptied.clone();
                async move { store.clear() }
            })
            .publish(PublishResults::version(version).branch(branch))
            .run()
            .await?;
        Ok(report)
    }
}
