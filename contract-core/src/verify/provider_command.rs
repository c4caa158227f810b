//! A provider process started and stopped by the verification.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use super::output::Output;
use crate::{Error, ErrorKind};

/// A command that starts the provider, for [`Verifier::provider_command`](super::Verifier::provider_command).
///
/// It is run by the system's shell. It and all its child processes are stopped after the last interaction.
///
/// ```
/// use contract_core::verify::ProviderCommand;
///
/// let command = ProviderCommand::new("cargo run -p orders-api").env("PORT", "8080");
/// ```
#[derive(Debug, Clone)]
pub struct ProviderCommand {
    line: String,
    environment: Vec<(String, String)>,
    directory: Option<PathBuf>,
}

impl ProviderCommand {
    /// Creates a command from a shell command line.
    pub fn new(line: impl Into<String>) -> Self {
        Self {
            line: line.into(),
            environment: Vec::new(),
            directory: None,
        }
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Sets the working directory.
    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    pub(super) fn start(&self) -> Result<ProviderProcess, Error> {
        let mut command = shell(&self.line);
        command
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        let mut child = command.spawn().map_err(|error| {
            Error::new(
                ErrorKind::Usage,
                format!("the provider's command {:?} cannot be run: {error}", self.line),
            )
        })?;
        let output = Output::default();
        let mut readers = JoinSet::new();
        if let Some(stdout) = child.stdout.take() {
            readers.spawn(output.clone().read(stdout));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.spawn(output.clone().read(stderr));
        }
        Ok(ProviderProcess {
            line: self.line.clone(),
            group: child.id(),
            child,
            output,
            readers,
        })
    }
}

#[cfg(unix)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    // A process group of its own, so that all processes started by the shell are stopped with it.
    command.arg("-c").arg(line).process_group(0);
    command
}

#[cfg(not(unix))]
fn shell(line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.arg("/C").arg(line);
    command
}

/// A running provider. Killed when dropped.
#[derive(Debug)]
pub(super) struct ProviderProcess {
    line: String,
    group: Option<u32>,
    child: Child,
    output: Output,
    /// The tasks that read the output, up to its end.
    readers: JoinSet<()>,
}

/// How long the provider may take to stop.
const END: Duration = Duration::from_secs(5);
/// How long the end of the output of an ended provider is waited for: a process that it started may keep it open.
const END_OF_OUTPUT: Duration = Duration::from_secs(1);

impl ProviderProcess {
    /// Returns its output.
    pub(super) fn output(&self) -> Output {
        self.output.clone()
    }

    /// Returns a message with the last output if the process ended by itself; `None` while it runs.
    pub(super) async fn has_ended(&mut self) -> Option<String> {
        let status: ExitStatus = self.child.try_wait().ok().flatten()?;
        // What it wrote last may still be on its way.
        let read = async { while self.readers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(END_OF_OUTPUT, read).await;
        Some(format!(
            "the provider's command {:?} ended by itself ({status}){}",
            self.line,
            self.last_output()
        ))
    }

    /// Returns the last lines of output, for the end of a message.
    pub(super) fn last_output(&self) -> String {
        let lines = self.output.last(20);
        if lines.is_empty() {
            return "; it had no output".to_owned();
        }
        let lines: String = lines.iter().flat_map(|line| ["\n    ", line]).collect();
        format!("; its output:{lines}")
    }

    /// Asks the process and its children to stop; kills them if they do not.
    pub(super) async fn end(mut self) {
        signal(self.group, "TERM");
        if tokio::time::timeout(END, self.child.wait()).await.is_err() {
            signal(self.group, "KILL");
            let _ = self.child.wait().await;
        }
        // It ended: no other process may have its number by now.
        self.group = None;
    }
}

impl Drop for ProviderProcess {
    fn drop(&mut self) {
        signal(self.group, "KILL");
    }
}

/// Sends a signal to all processes of the group.
#[cfg(unix)]
fn signal(group: Option<u32>, signal: &str) {
    let Some(group) = group else { return };
    // The shell's own `kill`. It fails if the group has already ended.
    let _ = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!("kill -s {signal} -- -{group}"))
        .stderr(Stdio::null())
        .status();
}

/// Stops the processes of the group: this system has no signals.
#[cfg(not(unix))]
fn signal(group: Option<u32>, _signal: &str) {
    let Some(group) = group else { return };
    let _ = std::process::Command::new("taskkill")
        .args(["/T", "/F", "/PID", &group.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}
