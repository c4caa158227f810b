//! Which test processes belong together.

use std::fmt;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// One run of the tests, by a name that all its processes share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Run {
    id: String,
}

impl Run {
    /// The variable that names the run; `contract prune` sets it for the command that it runs.
    pub const VARIABLE: &'static str = "CONTRACT_RUN_ID";

    /// Creates a run of this name.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into() }
    }

    /// Returns the run that this process belongs to: what `CONTRACT_RUN_ID` or nextest's `NEXTEST_RUN_ID` says; under
    /// cargo, the cargo process that started it; else this process alone.
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

/// This process, told apart from an earlier one with the same number by the time at which it was first asked.
pub(super) fn process() -> &'static str {
    static PROCESS: OnceLock<String> = OnceLock::new();
    PROCESS.get_or_init(|| {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_nanos());
        format!("process-{}-{now}", std::process::id())
    })
}

/// The process that started this one, with the time at which it started where the system says.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems do not tell")]
fn parent() -> Option<String> {
    let id = std::os::unix::process::parent_id();
    let started = std::fs::read_to_string(format!("/proc/{id}/stat"))
        .ok()
        .and_then(|stat| {
            // Field 22 of proc(5), counted behind the command, which may hold spaces.
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
