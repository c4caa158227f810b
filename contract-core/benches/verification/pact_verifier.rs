//! The verifier of the Pact project, if it is installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long it may take. It is stopped then.
pub(crate) const LIMIT: Duration = Duration::from_secs(300);
/// The variable that names the program `pact`.
pub(crate) const VARIABLE: &str = "CONTRACT_PACT_PROGRAM";

/// Finds the program `pact`: the one that the variable names, or on the search path.
pub(crate) fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return Some(named.into());
    }
    let folders = std::env::var_os("PATH")?;
    let mut programs = std::env::split_paths(&folders).map(|folder| folder.join("pact"));
    programs.find(|program| program.is_file())
}

/// Verifies the provider at this port with `pact verifier`. Returns how long the program ran, or `None` if it was stopped.
pub(crate) fn verify(program: &Path, contract: &Path, port: u16) -> Option<Duration> {
    let started = Instant::now();
    let mut verifier = Command::new(program)
        .args(["verifier", "--no-colour", "--provider-name", "user-api"])
        .args(["--hostname", "127.0.0.1", "--port", &port.to_string()])
        .arg("--file")
        .arg(contract)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    while started.elapsed() < LIMIT {
        if let Some(status) = verifier.try_wait().unwrap() {
            assert!(status.success(), "pact verifier: {status}");
            return Some(started.elapsed());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    verifier.kill().unwrap();
    verifier.wait().unwrap();
    None
}
