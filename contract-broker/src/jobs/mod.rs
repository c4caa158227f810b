//! What the broker does on its own: by way of queues in the database handing events to webhooks and delivering them, and
//! comparing contracts with descriptions; and now and then deleting old versions, sealing the audit log and writing down
//! when tokens were used.
//!
//! An event is written in the transaction of the change that caused it. Here it becomes deliveries, in one
//! transaction again, and each delivery is claimed by one node for a while, tried, and written down. A node that dies
//! loses its claims, and another makes its deliveries: each is made at least once, and has the same id each time.

mod clock;
mod compare;
mod counts;
mod deliver;
mod dispatcher;
mod encrypt_logs;
mod fan_out;
mod housekeeping;
mod places;
mod retention;
mod worker;

use std::time::Duration;

/// How long idle queues wait before they look again for what other nodes wrote.
pub(crate) const LOOK: Duration = Duration::from_millis(500);

pub(crate) use compare::Comparer;
pub(crate) use counts::Counts;
pub(crate) use dispatcher::{Dispatcher, Outbound, log_of, secret_of};
pub(crate) use housekeeping::{keep_house, seal_if_due};
pub(crate) use retention::{Deleted, Retention, Summary};

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 2)
}
