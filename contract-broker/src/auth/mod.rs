//! Who may read and who may write: accounts and tokens from the settings, checked before any handler.

mod access;
mod asker;
mod credentials;
mod failures;
mod guard;
mod permission;
mod principal;
mod throttle;

pub use access::Access;
pub use asker::Asker;
pub use credentials::{Account, Credentials};
pub use guard::{Guard, guard};
pub use principal::Principal;
