//! The engine of the store: connections, their pool, statements, the writer and the migrations. The queries are in the
//! files next to this folder.
//!
//! Files do not depend on each other in cycles. From bottom to top: errors, values, statements, rows and questions;
//! addresses and connections; asking; the pool; migrations, probes and the writer; the store.

mod error;

mod question;
mod row;
mod statement;
mod value;

mod address;
mod connection;
mod postgres;
mod server;
mod sqlite;
mod trust;

mod ask;

mod health;
mod migrate;
mod opened_file;
mod pool;
mod probe;
mod store;
mod writer;

pub(crate) use self::{
    address::{Address, Dialect},
    ask::{PART, in_parts, rows_of_each, together},
    connection::Connection,
    error::{Error, Result, Trouble, Unmerged},
    pool::Reader,
    question::Question,
    row::{Columns, FromRow, row},
    statement::{MOST, NO_ID, Statement},
    store::Store,
    value::Value,
};
