//! The whole story in one terminal: a consumer records what it needs, a broker keeps it, a provider is verified, and CI
//! asks whether it may deploy — twice, and the second time the answer is no.
//!
//! `cargo run -p quickstart` needs no set-up: the broker runs within, on SQLite in a temporary directory and a free port.

mod broker;
mod consumer;
mod narration;
mod provider;
mod story;

use std::process::ExitCode;

use clap::Parser;

/// Tells the whole story of a contract in one terminal.
#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// Leave the broker running at the end, to look around in it; ends with Ctrl-C.
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match story::tell(arguments.keep).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("\nthe story broke off: {error}");
            ExitCode::FAILURE
        }
    }
}
