//! A broker with tenants: each tenant is a broker of its own over a database of its own, and no query knows of tenants.
//!
//! The registry opens the store of a tenant when somebody asks for it, and closes it when nobody does. The control
//! store says which tenants there are. All tenants share one router, the places for long computations, and the instruments
//! of metrics; nothing that a tenant stored is in any of these.

mod broker;
mod commands;
mod control;
mod entry;
mod opened;
mod operated;
mod registry;
mod rounds;
mod store;

pub use self::{
    broker::TenantBroker,
    commands::{run, settings_of},
};
pub(crate) use self::{
    control::{Alteration, Control, NewTenant},
    entry::Turned,
    opened::Visit,
    registry::Registry,
};
