//! The `contract` command, as a user would run it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use contract_tests::programs::{path, workspace};

/// What a program that ended has said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the `contract` command against this broker.
pub(crate) fn contract<A: AsRef<OsStr>>(broker: &str, arguments: impl IntoIterator<Item = A>) -> Said {
    contract_with(&[("CONTRACT_BROKER_URL", broker)], arguments)
}

/// Runs the `contract` command with these variables, and no other of its own.
pub(crate) fn contract_with<A: AsRef<OsStr>>(
    variables: &[(impl AsRef<OsStr>, impl AsRef<OsStr>)],
    arguments: impl IntoIterator<Item = A>,
) -> Said {
    run(&workspace(), variables, arguments)
}

/// Runs the `contract` command in this directory, against this broker.
pub(crate) fn contract_in<A: AsRef<OsStr>>(
    directory: &Path,
    broker: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Said {
    run(directory, &[("CONTRACT_BROKER_URL", broker)], arguments)
}

fn run<A: AsRef<OsStr>>(
    directory: &Path,
    variables: &[(impl AsRef<OsStr>, impl AsRef<OsStr>)],
    arguments: impl IntoIterator<Item = A>,
) -> Said {
    let mut command = Command::new(path("contract-testing-cli", "contract"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CONTRACT_") {
            command.env_remove(name);
        }
    }
    let output = command
        .args(arguments)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .env("NO_COLOR", "1")
        .current_dir(directory)
        .output()
        .unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
