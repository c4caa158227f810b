//! `contract prune`

use std::path::PathBuf;
use std::process::Stdio;

use clap::Args;
use contract_core::contract::files_in;
use contract_core::contract::store::{Mode, Run, prune};
use contract_core::{Error, ErrorKind};
use serde::Serialize;
use serde_json::json;

use crate::exit::Exit;
use crate::output::{self, OutputArguments, PlainFormat};

/// Settings of the environment with which tests do not write contracts.
const NOT_WRITING: [&str; 2] = ["CONTRACT_CHECK", "CONTRACT_REVIEW"];

#[derive(Debug, Args)]
#[command(after_help = "Example: contract prune -- cargo test -p web-app")]
pub(crate) struct Arguments {
    /// Directory with the contract files
    #[arg(long, env = "CONTRACT_DIR", default_value = "contracts", value_name = "PATH")]
    dir: PathBuf,
    /// Remove nothing; fail if there is something to remove
    #[arg(long)]
    check: bool,
    /// Command that runs all tests of the consumers
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
    #[command(flatten)]
    output: OutputArguments,
}

/// An interaction that no test wrote.
#[derive(Debug, Serialize)]
struct Stale {
    file: PathBuf,
    interaction: String,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let run = Run::new(format!("prune-{}-{}", std::process::id(), unix_time()));
    run_tests(&arguments.command, &run).await?;
    let mode = if arguments.check { Mode::Check } else { Mode::Write };
    let mut stale: Vec<Stale> = Vec::new();
    let mut written = 0;
    let mut failed = None;
    for file in files_in(&arguments.dir)? {
        let pruned = match prune(&file, &run, mode) {
            Ok(pruned) => pruned,
            Err(error) if error.kind() == ErrorKind::NotAContract => {
                output::not_a_contract(&file);
                continue;
            }
            Err(error) => {
                output::failure(&error);
                failed.get_or_insert(Exit::of(&error));
                continue;
            }
        };
        let place = file.display();
        if pruned.untouched {
            output::note(&format!("{place}: no test wrote to it; it was left unchanged"));
            continue;
        }
        written += 1;
        stale.extend(pruned.stale.iter().map(|identity| Stale {
            file: file.clone(),
            interaction: identity.to_string(),
        }));
        for identity in &pruned.unsigned {
            output::note(&format!(
                "{place}: kept, because it does not name the test that wrote it: {identity}"
            ));
        }
    }
    match arguments.output.format {
        PlainFormat::Json => output::json(&json!({ "files": written, "stale": stale })),
        PlainFormat::Text => show(&arguments, &stale, written, failed.is_none()),
    }
    Ok(match failed {
        Some(exit) => exit,
        None if arguments.check && !stale.is_empty() => Exit::No,
        None => Exit::Fine,
    })
}

/// Shows the interactions that were removed or would be; `written` is the number of contracts that a test wrote to,
/// `is_whole` whether all contracts could be looked at.
fn show(arguments: &Arguments, stale: &[Stale], written: usize, is_whole: bool) {
    let what = if arguments.check {
        "no longer written"
    } else {
        "removed"
    };
    for Stale { file, interaction } in stale {
        output::result(&format!("{}: {what}: {interaction}", file.display()));
    }
    // What could not be looked at was told already.
    if written == 0 && is_whole {
        output::result(&format!(
            "nothing to remove: no test wrote to a contract in {}; check the command and --dir",
            arguments.dir.display()
        ));
    } else if stale.is_empty() && is_whole {
        output::result("nothing to remove");
    }
}

async fn run_tests(command: &[String], run: &Run) -> Result<(), Error> {
    let shown = command.join(" ");
    let Some((program, arguments)) = command.split_first() else {
        return Err(Error::new(ErrorKind::Usage, "there is no command to run"));
    };
    let mut command = tokio::process::Command::new(program);
    for variable in NOT_WRITING {
        if std::env::var_os(variable).is_some() {
            output::note(&format!(
                "the tests run without {variable}: with it they would not say which interactions they need"
            ));
            command.env_remove(variable);
        }
    }
    let status = command
        .args(arguments)
        .env(Run::VARIABLE, run.as_str())
        .stdin(Stdio::null())
        // Results alone go to standard output.
        .stdout(std::io::stderr())
        .status()
        .await
        .map_err(|error| Error::new(ErrorKind::Usage, format!("cannot run `{shown}`: {error}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Unmet,
        format!(
            "nothing was removed: `{shown}` failed ({status}), so it is unknown which interactions are needed"
        ),
    ))
}

fn unix_time() -> u128 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos())
}
