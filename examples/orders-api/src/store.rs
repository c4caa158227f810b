//! Where the orders are kept: in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{NewOrder, Order, Status};

/// Orders in memory. Clones share the same orders.
#[derive(Debug, Clone, Default)]
pub struct Store {
    orders: Arc<Mutex<BTreeMap<u64, Order>>>,
}

impl Store {
    /// Takes in a new order and gives it a number and a time.
    pub fn place(&self, new: NewOrder) -> Order {
        let mut orders = self.lock();
        let id = orders.last_key_value().map_or(1, |(last, _)| last + 1);
        let order = Order {
            id,
            status: Status::Open,
            total: new.total(),
            customer: new.customer,
            lines: new.lines,
            created: now(),
        };
        orders.insert(id, order.clone());
        order
    }

    /// Puts an order in as it is, in place of one with the same number: how tests bring the store into a state.
    pub fn put(&self, order: Order) {
        self.lock().insert(order.id, order);
    }

    /// Forgets all orders.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The order of this number.
    pub fn find(&self, id: u64) -> Option<Order> {
        self.lock().get(&id).cloned()
    }

    /// The orders of this status, or all, by number.
    pub fn list(&self, status: Option<Status>) -> Vec<Order> {
        self.lock()
            .values()
            .filter(|order| status.is_none_or(|wanted| wanted == order.status))
            .cloned()
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Order>> {
        // Every change is one insertion or removal, so a panic elsewhere leaves nothing half done.
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time in whole seconds.
fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second())
        .unwrap_or(now)
        .to_string()
}
