//! Who asks: accounts and tokens of the settings, and tokens of accounts in the database, checked before any handler.

mod access;
mod asker;
mod credentials;
mod failures;
mod guard;
mod holder;
mod needs;
mod origin;
mod principal;
mod throttle;

pub use access::Access;
pub use asker::Asker;
pub use credentials::{Account, Credentials};
pub(crate) use guard::{Guard, guard};
pub(crate) use holder::{Holder, Known};
pub(crate) use origin::Origin;
pub use principal::Principal;
pub(crate) use principal::{Account as AccountOf, Caller, Narrowed};
