//! `contract man`

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use contract_core::{Error, ErrorKind};

use crate::arguments;
use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
#[command(after_help = "Example: contract man ~/.local/share/man/man1")]
pub(crate) struct Arguments {
    /// Directory for the pages, one for each command
    #[arg(value_name = "PATH")]
    dir: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let dir = &arguments.dir;
    let failed = |error: std::io::Error| {
        Error::new(
            ErrorKind::Io,
            format!(
                "cannot write manual pages to {}: {error}; give another directory",
                dir.display()
            ),
        )
    };
    std::fs::create_dir_all(dir).map_err(failed)?;
    clap_mangen::generate_to(arguments::Arguments::command(), dir).map_err(failed)?;
    output::result(&format!("wrote the manual pages to {}", dir.display()));
    Ok(Exit::Fine)
}
