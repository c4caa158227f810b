//! Who may read and who may write: accounts and tokens from the settings, checked before any handler.

mod access;
mod credentials;
mod guard;
mod pace;
mod permission;

pub use access::Access;
pub use credentials::Credentials;
pub use guard::{Guard, guard};
