//! Exports and imports every row of the database as JSON that both databases can read.
//!
//! The columns of a table are read from the database, so a migration that adds one needs no change here. A
//! table that a migration adds must be listed in [`TABLES`]: a test fails until it is.

mod insert;
mod page;
mod sequence;
mod shape;
mod tables;

pub(crate) use self::{
    insert::{Batch, Inserted, insert},
    page::page,
    sequence::{Sequence, advance, sequence},
    shape::{Shape, shape},
    tables::{Role, TABLES},
};
