//! A client's process, and what it said.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::Command;

/// How long a client may take before it counts as stuck.
const PATIENCE: Duration = Duration::from_mins(2);

/// A command that sees nothing of this process's environment but the path to programs.
pub(crate) fn command(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .env("NO_COLOR", "1")
        // Clients report their use to a service on the internet unless told not to.
        .env("PACT_DO_NOT_TRACK", "true")
        .current_dir(home)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Runs it to its end.
pub(crate) async fn run(mut command: Command) -> Said {
    let asked = format!("{:?}", command.as_std());
    let output = tokio::time::timeout(PATIENCE, command.output())
        .await
        .unwrap_or_else(|_| panic!("{asked}: no end after {PATIENCE:?}"))
        .unwrap_or_else(|error| panic!("{asked}: {error}"));
    Said::new(asked, &output)
}

/// What a client that ended has said.
#[derive(Debug)]
pub(crate) struct Said {
    asked: String,
    code: Option<i32>,
    pub(crate) out: String,
    err: String,
}

impl Said {
    fn new(asked: String, output: &Output) -> Self {
        Self {
            asked,
            code: output.status.code(),
            out: plain(&output.stdout),
            err: plain(&output.stderr),
        }
    }

    /// It ended well.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert!(self.code == Some(0), "should succeed: {self}");
        self
    }

    /// It ended with this code.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> Self {
        assert!(self.code == Some(code), "should end with {code}: {self}");
        self
    }

    /// It said this, on either stream.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        let said = self.out.contains(words) || self.err.contains(words);
        assert!(said, "should say {words:?}: {self}");
        self
    }

    /// It printed a table with a row that begins with these cells.
    #[track_caller]
    pub(crate) fn row(self, cells: &[&str]) -> Self {
        let found = self.out.lines().any(|line| {
            let mut row = line
                .trim_matches(['│', ' '])
                .split(['┆', '|'])
                .map(|cell| cell.trim().trim_matches('"'));
            cells.iter().all(|cell| row.next() == Some(cell))
        });
        assert!(found, "should have a row {cells:?}: {self}");
        self
    }

    /// What it printed, as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("should print JSON ({error}): {self}"))
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            asked,
            code,
            out,
            err,
        } = self;
        write!(f, "{asked}\ncode {code:?}\n--- output\n{out}\n--- errors\n{err}")
    }
}

/// Text without the colours that some clients print whatever they are told.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(start) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find('m').map_or(rest.len(), |end| end + 1);
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}
