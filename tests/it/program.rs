//! The `contract` command, as a user would run it.

use std::ffi::OsStr;
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
    let output = Command::new(path("contract-cli", "contract"))
        .args(arguments)
        .env("CONTRACT_BROKER_URL", broker)
        .env("NO_COLOR", "1")
        .current_dir(workspace())
        .output()
        .unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
