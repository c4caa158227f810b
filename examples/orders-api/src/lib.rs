//! An example provider: a small orders API on axum.
//!
//! | request | answer |
//! |---|---|
//! | `GET /orders/{id}` | 200 with the order, 404 where there is none |
//! | `GET /orders?status=open` | 200 with the orders of that status, all without it |
//! | `POST /orders` | 201 with the new order and its `Location`, 422 where it has no lines |
//!
//! For each order that was placed it has an [`Event`] to publish ([`Store::take_events`]).
//!
//! [`app`] is the service over a [`Store`]; a contract's provider states fill the store before each interaction
//! (`tests/contracts.rs`). [`Build::RenamedField`] is a build that breaks its consumers, to see how that shows.

mod build;
mod event;
mod order;
mod routes;
mod store;

pub use self::build::Build;
pub use self::event::Event;
pub use self::order::{Customer, Line, NewOrder, Order, Status};
pub use self::store::Store;

/// The service over this store.
pub fn app(store: Store) -> axum::Router {
    Build::Current.app(store)
}
