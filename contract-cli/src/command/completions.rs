//! `contract completions`

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments;
use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: contract completions bash > ~/.local/share/bash-completion/completions/contract"
)]
pub(crate) struct Arguments {
    /// Shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Exit {
    let mut script = Vec::new();
    let mut command = arguments::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "contract", &mut script);
    output::result(&String::from_utf8_lossy(&script));
    Exit::Fine
}
