//! The `contract` command: what a CI job does with contracts.
//!
//! Every decision is the library's (`contract-core`); this program reads arguments, shows results and chooses the exit code.

mod arguments;
mod broker;
mod command;
mod contracts;
mod exit;
mod output;
mod shell;
mod signal;
mod source;

use std::process::ExitCode;

use self::arguments::Arguments;
use self::exit::Exit;

fn main() -> ExitCode {
    // A panic is a bug of this program, and says so, with an exit code of its own.
    std::panic::set_hook(Box::new(|panic| {
        output::error(&format!("this is a bug in contract, please report it: {panic}"));
    }));
    let arguments = Arguments::read();
    let exit = std::panic::catch_unwind(|| {
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => {
                output::error(&format!("the asynchronous runtime could not be started: {error}"));
                return Exit::Bug;
            }
        };
        match runtime.block_on(command::run(arguments.command)) {
            Ok(exit) => exit,
            Err(error) => {
                output::failure(&error);
                Exit::of(&error)
            }
        }
    });
    exit.unwrap_or(Exit::Bug).into()
}
