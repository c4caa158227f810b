//! Every row of the database as JSON, out and in, for an export that either database reads.
//!
//! The columns of a table are asked of the database, so that a migration that adds one needs no change here. A table that
//! a migration adds has to be listed in [`TABLES`]: a test fails until it is.

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
