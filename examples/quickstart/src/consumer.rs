//! The consumer's side: record what the shop needs of the orders API.
//!
//! In a project these are tests (`examples/orders-web/tests/contract.rs`) that `cargo test` runs; here the same
//! interactions are recorded by the program, so that the story needs one command.

use std::path::{Path, PathBuf};

use contract_core::prelude::*;
use orders_web::contract::{an_order, an_unknown_order};
use orders_web::{OrdersClient, Status};

use crate::story::Result;

/// Runs the shop's client against the mock provider and writes the contract into this directory.
pub(crate) async fn record(directory: &Path) -> Result<PathBuf> {
    let provider = Contract::between("orders-web", "orders-api")
        .directory(directory)
        .test_name("quickstart")
        .interaction(an_order())
        .serve()
        .await?;
    let order = OrdersClient::new(provider.url())
        .order(1)
        .await?
        .ok_or("the mock provider has no order 1")?;
    if order.status != Status::Open {
        return Err("the shop reads an order wrongly".into());
    }
    provider.finish().await?;

    let provider = Contract::between("orders-web", "orders-api")
        .directory(directory)
        .test_name("quickstart")
        .interaction(an_unknown_order())
        .serve()
        .await?;
    if OrdersClient::new(provider.url()).order(1).await?.is_some() {
        return Err("the shop finds an order that does not exist".into());
    }
    provider.finish().await?;

    Ok(directory.join("orders-web-orders-api.json"))
}
