//! Operations on the data of a broker: backup and restore, export and import, and imports from other brokers.

mod backup;
mod export;
mod format;
mod import;
mod migrate;
mod pact_broker;
mod place;
mod restore;
mod rotate;

pub(crate) use self::export::export_into;
pub use self::{
    backup::{BackUp, back_up},
    export::export,
    import::import,
    migrate::{migrate, migration_plan, schema_version},
    pact_broker::{Account, Source, compare, move_in},
    restore::restore,
    rotate::rotate_secrets,
};
