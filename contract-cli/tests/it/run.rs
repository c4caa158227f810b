//! Running the program.

use std::path::Path;

/// What the program did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `contract` in a directory, with no setting of this machine's environment.
pub(crate) fn contract(directory: &Path, arguments: &[&str]) -> Ran {
    contract_with(directory, &[], arguments)
}

/// Runs `contract` in a directory with these variables, and no other setting of this machine's environment.
pub(crate) fn contract_with(directory: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = assert_cmd::Command::cargo_bin("contract").unwrap();
    command.env_clear();
    // What programs need to run at all; no CI system, broker or proxy of this machine.
    for name in ["PATH", "HOME", "TMPDIR", "SystemRoot", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let output = command
        .current_dir(directory)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env("XDG_CACHE_HOME", std::env::temp_dir().join("contract-cli-tests"))
        .envs(variables.iter().copied())
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

impl Ran {
    /// The exit code and what was said, with addresses that differ from run to run replaced.
    pub(crate) fn shown(&self, replaced: &[(&str, &str)]) -> String {
        let mut shown = format!("exit {}\n{}{}", self.code, self.out, self.err);
        for (from, to) in replaced {
            shown = shown.replace(from, to);
        }
        without_os_codes(&shown)
    }
}

/// The text without `(os error 111)` and the like, which differ between systems.
fn without_os_codes(text: &str) -> String {
    let mut parts = text.split(" (os error ");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once(')').map_or(part, |(_, rest)| rest));
    }
    plain
}
