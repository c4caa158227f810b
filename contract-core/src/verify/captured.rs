//! Output of a provider in this process, attributed to interactions.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::output::{LONGEST_LINE, Output};

tokio::task_local! {
    /// The output of the interaction that this task verifies.
    static CURRENT: Output;
}

/// The outputs of all interactions that are being verified in this process.
static RUNNING: Mutex<Vec<Output>> = Mutex::new(Vec::new());

/// Returns a writer whose lines are shown with the interaction that is being verified, if it fails.
///
/// It is for a provider in this process: install it as the writer of its log. `tracing_subscriber` takes the function
/// itself, other loggers a closure that calls it:
///
/// ```
/// use contract_core::verify::provider_output;
///
/// let log = tracing_subscriber::fmt()
///     .with_writer(provider_output)
///     .with_ansi(false)
///     .finish();
/// ```
///
/// What the task of an interaction writes belongs to the interaction, from its set-up to its teardown. What other tasks
/// and threads write belongs to the only interaction that runs then; if several run, or none, it goes to standard error.
/// The last 10,000 lines of an interaction are kept; lines of more than 2,000 bytes are split.
///
/// `println!` and `eprintln!` of the provider are not captured: stable Rust cannot redirect them for one interaction. Write to
/// this writer instead, or run the tests with `cargo nextest`, which shows what the process of a failed interaction printed.
pub fn provider_output() -> ProviderOutput {
    ProviderOutput {
        output: CURRENT.try_with(Output::clone).ok().or_else(only_running),
        line: Vec::new(),
    }
}

/// A writer of lines that belong to an interaction; made by [`provider_output`]. A last line without an end is written
/// when it is dropped.
#[derive(Debug)]
pub struct ProviderOutput {
    /// Standard error if `None`.
    output: Option<Output>,
    /// The beginning of a line.
    line: Vec<u8>,
}

impl ProviderOutput {
    /// Writes the line that was begun.
    fn end_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        if let Some(output) = &self.output {
            output.add(&line);
            return Ok(());
        }
        let mut stderr = io::stderr().lock();
        stderr.write_all(&line)?;
        stderr.write_all(b"\n")
    }
}

impl Write for ProviderOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, is_ended) = match part.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (part, false),
            };
            for piece in text.chunks(LONGEST_LINE) {
                if self.line.len() + piece.len() > LONGEST_LINE {
                    self.end_line()?;
                }
                self.line.extend_from_slice(piece);
            }
            if is_ended {
                self.end_line()?;
            }
        }
        Ok(bytes.len())
    }

    /// Does nothing: whole lines are written at once, and the beginning of one waits for its end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for ProviderOutput {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            // Nobody is left who could be told.
            let _ = self.end_line();
        }
    }
}

/// The output of one interaction, while it is being verified.
pub(super) struct Capture(Output);

impl Capture {
    /// From now on an interaction is being verified.
    pub(super) fn begin() -> Self {
        let output = Output::default();
        running().push(output.clone());
        Self(output)
    }

    /// Runs the work of the interaction.
    pub(super) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self.0.clone(), work).await
    }

    /// Returns the lines so far.
    pub(super) fn lines(&self) -> Vec<String> {
        self.0.since(0)
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        running().retain(|output| !output.is(&self.0));
    }
}

fn only_running() -> Option<Output> {
    only(&running())
}

fn only(outputs: &[Output]) -> Option<Output> {
    match outputs {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn running() -> MutexGuard<'static, Vec<Output>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_belong_to_the_interaction_whose_task_writes_them() {
        let (first, second) = (Capture::begin(), Capture::begin());
        first
            .during(async {
                let mut writer = provider_output();
                write!(writer, "begun, ").unwrap();
                second
                    .during(async { writeln!(provider_output(), "other").unwrap() })
                    .await;
                write!(writer, "ended\r\nlast").unwrap();
            })
            .await;
        assert_eq!(first.lines(), ["begun, ended", "last"]);
        assert_eq!(second.lines(), ["other"]);
    }

    #[test]
    fn what_other_tasks_write_belongs_to_the_only_interaction() {
        let (first, second) = (Output::default(), Output::default());
        assert!(only(&[]).is_none());
        assert!(only(std::slice::from_ref(&first)).is_some_and(|only| only.is(&first)));
        assert!(only(&[first, second]).is_none());
    }

    #[tokio::test]
    async fn long_lines_are_split() {
        let capture = Capture::begin();
        let (long, longest) = ("x".repeat(2 * LONGEST_LINE + 1), "x".repeat(LONGEST_LINE));
        capture
            .during(async { write!(provider_output(), "{long}\n{longest}\n").unwrap() })
            .await;
        let lengths: Vec<usize> = capture.lines().iter().map(String::len).collect();
        assert_eq!(lengths, [LONGEST_LINE, LONGEST_LINE, 1, LONGEST_LINE]);
    }
}
