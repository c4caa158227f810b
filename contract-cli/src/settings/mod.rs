//! Where the values of flags come from: command line, environment, `contract.toml`, default, in this order.
//!
//! Everything works on clap's description of the command line, so that a command needs no code of its own for it: a flag
//! gets its other names and variables from [`names`], and its default from the [file](mod@file).

mod file;
mod names;
mod nearest;

pub(crate) use self::file::SettingsFile;
pub(crate) use self::names::with_other_names;
