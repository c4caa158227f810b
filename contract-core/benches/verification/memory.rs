//! The memory that a verification takes, measured in a process of its own.

use std::path::Path;
use std::process::{Command, Stdio};

use contract_core::verify::{Contracts, Verifier};

/// The argument with which this program measures itself.
const ARGUMENT: &str = "--memory";

/// If this process was started to be measured: verifies, and prints how much its resident memory grew at most, in KiB.
pub(crate) fn is_measured_process() -> bool {
    let arguments: Vec<String> = std::env::args().collect();
    let Some(at) = arguments.iter().position(|argument| argument == ARGUMENT) else {
        return false;
    };
    let verifier = |file: &str| {
        let verifier = Verifier::new("user-api").contracts(Contracts::file(file));
        verifier.base_url(arguments[at + 1].as_str())
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    // A small one first: what the first request needs is no matter of the contract.
    assert!(
        runtime
            .block_on(verifier(&arguments[at + 2]).run())
            .unwrap()
            .is_success()
    );
    let before = kib("VmRSS:");
    let report = runtime.block_on(verifier(&arguments[at + 3]).run()).unwrap();
    assert!(report.is_success());
    println!("{}", kib("VmHWM:").saturating_sub(before));
    true
}

/// Measures a verification of `contract`, after one of `small`. Returns by how many bytes the process grew at most.
pub(crate) fn of_verification(url: &str, small: &Path, contract: &Path) -> usize {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([ARGUMENT, url])
        .args([small, contract])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let kib: usize = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    kib * 1_024
}

/// Returns a line of this process's status; 0 where the system does not tell.
fn kib(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
