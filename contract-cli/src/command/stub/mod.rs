//! `contract stub`

mod run;
mod sources;
mod watch;

pub(crate) use self::run::{Arguments, run};
