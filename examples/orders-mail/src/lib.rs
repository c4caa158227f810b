//! An example consumer of messages: a worker that confirms orders by mail.
//!
//! The orders API publishes an event for each order that was placed. [`confirmation`] is the worker's handler: it gets the
//! payload of a message, whichever message broker delivered it, and returns the mail to send. The handler's tests
//! (`tests/messages.rs`) write the contract `contracts/orders-mail-orders-api.json`.

use serde::Deserialize;

/// The event: an order was placed. The worker reads only what it needs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OrderPlaced {
    /// The order's number.
    pub id: u64,
    /// Who ordered.
    pub customer: Customer,
    /// What it costs.
    pub total: f64,
}

/// Who ordered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Customer {
    /// The full name.
    pub name: String,
    /// Where the confirmation goes.
    pub email: String,
}

/// A mail to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Why an event was refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The payload is not the event.
    #[error("reading the event: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The address cannot receive mail.
    #[error("{0:?} is not a mail address")]
    Address(String),
}

/// Returns the mail that confirms the order of this event.
///
/// # Errors
///
/// [`Refused`] if the payload is not an [`OrderPlaced`], or its customer has no mail address.
pub fn confirmation(payload: &[u8]) -> Result<Mail, Refused> {
    let order: OrderPlaced = serde_json::from_slice(payload)?;
    if !order.customer.email.contains('@') {
        return Err(Refused::Address(order.customer.email));
    }
    Ok(Mail {
        to: order.customer.email,
        subject: format!("Your order {}", order.id),
        text: format!(
            "Dear {},\n\nwe received your order. It costs {:.2}.\n",
            order.customer.name, order.total
        ),
    })
}
