//! What an order is.

use serde::{Deserialize, Serialize};

/// An order as the API shows it. Read from JSON, what is missing is that of the [default](Order::default), so that a test
/// can say what matters to it alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Order {
    /// Given by the store, from 1.
    pub id: u64,
    /// How far it is.
    pub status: Status,
    /// Who ordered.
    pub customer: Customer,
    /// What was ordered; at least one line.
    pub lines: Vec<Line>,
    /// The sum over all lines, rounded to cents.
    pub total: f64,
    /// When it came in: RFC 3339 in UTC.
    pub created: String,
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

/// Who ordered.
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

/// What a client sends to order something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewOrder {
    /// Who orders.
    pub customer: Customer,
    /// What; at least one line.
    pub lines: Vec<Line>,
}

impl NewOrder {
    /// The sum over all lines, rounded to cents.
    pub fn total(&self) -> f64 {
        let sum: f64 = self
            .lines
            .iter()
            .map(|line| f64::from(line.quantity) * line.price)
            .sum();
        (sum * 100.0).round() / 100.0
    }
}

/// The order of the examples: number 1, open, by Ada Lovelace.
impl Default for Order {
    fn default() -> Self {
        Self {
            id: 1,
            status: Status::Open,
            customer: Customer {
                name: "Ada Lovelace".to_owned(),
                email: "ada@example.com".to_owned(),
            },
            lines: vec![Line {
                sku: "TEA-250".to_owned(),
                quantity: 2,
                price: 8.95,
            }],
            total: 17.9,
            created: "2026-01-01T09:30:00Z".to_owned(),
        }
    }
}
