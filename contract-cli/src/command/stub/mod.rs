//! `contract stub`

mod certificate;
mod run;
mod sources;
mod watch;

pub(crate) use self::run::{Arguments, run};
