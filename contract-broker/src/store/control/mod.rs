//! The control store of a broker with tenants: which tenants there are, and what operators did to them. It is a database of its
//! own; what a tenant stores is in another one.

mod events;
mod schema;
mod tenants;

pub(crate) use self::{
    events::{TenantEvent, add_event, events_of},
    schema::{create_schema, drop_schema},
    tenants::{Tenant, add, all, find, remove, set_limits, set_status},
};
