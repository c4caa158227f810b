//! Identifies the test processes of one run.

use std::fmt;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// One test run, identified by a name that all its processes share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Run {
    id: String,
}

impl Run {
    /// The environment variable with the name of the run; `contract prune` sets it for the command that it runs.
    pub const VARIABLE: &'static str = "CONTRACT_RUN_ID";

    /// Creates a run of this name.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into() }
    }

    /// Returns the run of this process: the value of `CONTRACT_RUN_ID` or nextest's `NEXTEST_RUN_ID`; under cargo, the
    /// cargo process that started it; otherwise this process only.
    pub fn from_env() -> Self {
        static RUN: OnceLock<Run> = OnceLock::new();
        RUN.get_or_init(|| {
            for variable in [Self::VARIABLE, "NEXTEST_RUN_ID"] {
                if let Ok(id) = std::env::var(variable)
                    && !id.is_empty()
                {
                    return Self::new(id);
                }
            }
            if std::env::var_os("CARGO").is_some()
                && let Some(parent) = parent()
            {
                return Self::new(parent);
            }
            Self::new(process())
        })
        .clone()
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// Identifies this process; the time of the first call distinguishes it from an earlier one with the same number.
pub(super) fn process() -> &'static str {
    static PROCESS: OnceLock<String> = OnceLock::new();
    PROCESS.get_or_init(|| {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_nanos());
        format!("process-{}-{now}", std::process::id())
    })
}

/// Identifies the parent process, with its start time if the system provides it.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems do not tell")]
fn parent() -> Option<String> {
    let id = std::os::unix::process::parent_id();
    let started = std::fs::read_to_string(format!("/proc/{id}/stat"))
        .ok()
        .and_then(|stat| {
            // Field 22 of proc(5), counted after the command, which may contain spaces.
            let (_, fields) = stat.rsplit_once(')')?;
            fields.split_whitespace().nth(19).map(str::to_owned)
        })
        .unwrap_or_default();
    Some(format!("cargo-{id}-{started}"))
}

#[cfg(not(unix))]
fn parent() -> Option<String> {
    None
}
