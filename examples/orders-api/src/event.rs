//! What the API publishes to a message broker.

use serde::Serialize;

use crate::Order;

/// An event to publish.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// The topic: events of one kind.
    pub topic: &'static str,
    /// The key: events of one order stay in their order.
    pub key: String,
    /// The payload.
    pub order: Order,
}

impl Event {
    /// Returns the event: this order was placed.
    pub fn order_placed(order: &Order) -> Self {
        Self {
            topic: "orders.placed",
            key: order.id.to_string(),
            order: order.clone(),
        }
    }
}
