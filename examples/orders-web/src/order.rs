//! What the shop needs to know of an order; the API knows more.

use serde::{Deserialize, Serialize};

/// An order as the orders page shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Order {
    /// The order's number.
    pub id: u64,
    /// How far it is.
    pub status: Status,
    /// Who ordered.
    pub customer: Customer,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// What it costs.
    pub total: f64,
}

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Came in.
    Open,
    /// Was paid.
    Paid,
    /// Is on its way.
    Shipped,
    /// Was cancelled.
    Cancelled,
}

/// Who orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The full name.
    pub name: String,
    /// Where the confirmation goes.
    pub email: String,
}

/// One article of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The article.
    pub sku: String,
    /// How many of it.
    pub quantity: u32,
    /// Of one piece.
    pub price: f64,
}

/// An order to place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewOrder {
    /// Who orders.
    pub customer: Customer,
    /// What; at least one line.
    pub lines: Vec<Line>,
}
