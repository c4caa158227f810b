//! What an operator does with the data of a broker: back-up and restore, export and import, moving in.

mod backup;
mod export;
mod format;
mod import;
mod place;
mod restore;

pub use self::{
    backup::{BackUp, back_up},
    export::export,
    import::import,
    restore::restore,
};
