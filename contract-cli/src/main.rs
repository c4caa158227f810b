//! The `contract` command for CI jobs.
//!
//! Decisions are made by the library (`contract-core`); this program parses arguments, shows results and chooses the
//! exit code.

mod annotation;
mod application;
mod arguments;
mod broker;
mod build;
mod command;
mod confirm;
mod contracts;
mod exit;
mod header;
mod logins;
mod output;
mod progress;
mod settings;
mod shell;
mod show;
mod signal;
mod source;

use std::process::ExitCode;

use contract_core::Error;

use self::arguments::Arguments;
use self::exit::Exit;

fn main() -> ExitCode {
    // A panic is a bug of this program, with an exit code of its own.
    std::panic::set_hook(Box::new(|panic| {
        output::error(&format!("this is a bug in contract, please report it: {panic}"));
    }));
    let exit = std::panic::catch_unwind(|| {
        let exit = run().unwrap_or_else(|error| {
            output::failure(&error);
            Exit::of(&error)
        });
        match output::unwritten() {
            Some(error) => {
                output::failure(&error);
                exit.or(Exit::of(&error))
            }
            None => exit,
        }
    });
    exit.unwrap_or(Exit::Bug).into()
}

fn run() -> Result<Exit, Error> {
    let arguments = Arguments::read()?;
    output::set_up(arguments.verbosity(), arguments.colours());
    if arguments.is_silent() {
        progress::silence();
    }
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(command::run(arguments.command)),
        Err(error) => {
            output::error(&format!("the asynchronous runtime could not be started: {error}"));
            Ok(Exit::Bug)
        }
    }
}
