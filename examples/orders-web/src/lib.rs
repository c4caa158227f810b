//! An example consumer: the orders page of a web shop, a client of the orders API.
//!
//! [`OrdersClient`] is what the shop uses. Its consumer tests (`tests/contract.rs`) say what it needs of the API and write
//! the contract `contracts/orders-web-orders-api.json`.

mod client;
#[cfg(feature = "contract")]
pub mod contract;
mod order;

pub use self::client::{ClientError, OrdersClient};
pub use self::order::{Customer, Line, NewOrder, Order, Status};
