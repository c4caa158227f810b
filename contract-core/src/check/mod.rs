//! Whether a contract can be used, and whether all of it is.

mod dates;
mod faults;
mod nowhere;
mod part;
mod unused;
