//! Where the orders are kept: in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Event, NewOrder, Order, Status};

/// Orders in memory. Clones share the same orders.
#[derive(Debug, Clone, Default)]
pub struct Store {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    orders: BTreeMap<u64, Order>,
    /// What is still to be published, the oldest first.
    events: Vec<Event>,
}

impl Store {
    /// Takes in a new order, gives it a number and a time, and adds the event to publish.
    pub fn place(&self, new: NewOrder) -> Order {
        let mut kept = self.lock();
        let id = kept.orders.last_key_value().map_or(1, |(last, _)| last + 1);
        let order = Order {
            id,
            status: Status::Open,
            total: new.total(),
            customer: new.customer,
            lines: new.lines,
            created: now(),
        };
        kept.events.push(Event::order_placed(&order));
        kept.orders.insert(id, order.clone());
        order
    }

    /// Returns the events that were not taken yet, the oldest first: for what publishes them.
    pub fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.lock().events)
    }

    /// Puts an order in as it is, in place of one with the same number: how tests bring the store into a state.
    pub fn put(&self, order: Order) {
        self.lock().orders.insert(order.id, order);
    }

    /// Forgets all orders and events.
    pub fn clear(&self) {
        *self.lock() = Kept::default();
    }

    /// The order of this number.
    pub fn find(&self, id: u64) -> Option<Order> {
        self.lock().orders.get(&id).cloned()
    }

    /// The orders of this status, or all, by number.
    pub fn list(&self, status: Option<Status>) -> Vec<Order> {
        self.lock()
            .orders
            .values()
            .filter(|order| status.is_none_or(|wanted| wanted == order.status))
            .cloned()
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // No change panics between its first and its last step, so a panic elsewhere leaves nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time in whole seconds.
fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second())
        .unwrap_or(now)
        .to_string()
}
