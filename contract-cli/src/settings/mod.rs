//! Resolves the values of flags: command line, environment, `contract.toml`, default, in this order.
//!
//! All of this operates on clap's description of the command line, so that commands need no code for it: a flag gets
//! its aliases and variables from [`names`], and its default from the [file](mod@file).

mod empty;
mod file;
mod names;

pub(crate) use self::empty::empty_value;
pub(crate) use self::file::SettingsFile;
pub(crate) use self::names::with_other_names;
