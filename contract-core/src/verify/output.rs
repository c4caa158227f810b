//! The lines that a provider writes while it is verified.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

/// The last lines of a provider's output.
#[derive(Debug, Clone, Default)]
pub(super) struct Output(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    /// Number of earlier lines that were dropped.
    dropped: usize,
    kept: VecDeque<String>,
}

/// Maximum number of lines kept.
const KEPT_LINES: usize = 10_000;
/// Maximum number of bytes of a line.
pub(super) const LONGEST_LINE: usize = 2_000;

impl Output {
    /// Adds the lines of a process until its end.
    pub(super) async fn read(self, source: impl AsyncRead + Unpin) {
        let mut source = BufReader::new(source);
        let mut line = Vec::new();
        // A longer line is split.
        while let Ok(1..) = (&mut source)
            .take(LONGEST_LINE as u64)
            .read_until(b'\n', &mut line)
            .await
        {
            self.add(&line);
            line.clear();
        }
    }

    /// Adds a line; its end is left out.
    pub(super) fn add(&self, line: &[u8]) {
        let text = String::from_utf8_lossy(line).trim_end().to_owned();
        let mut lines = self.lines();
        if lines.kept.len() == KEPT_LINES {
            lines.kept.pop_front();
            lines.dropped += 1;
        }
        lines.kept.push_back(text);
    }

    /// Returns the number of lines so far.
    pub(super) fn written(&self) -> usize {
        let lines = self.lines();
        lines.dropped + lines.kept.len()
    }

    /// Returns the lines since then.
    pub(super) fn since(&self, written: usize) -> Vec<String> {
        let lines = self.lines();
        let skipped = written.saturating_sub(lines.dropped);
        lines.kept.iter().skip(skipped).cloned().collect()
    }

    /// Returns the last lines, at most `count`.
    pub(super) fn last(&self, count: usize) -> Vec<String> {
        let lines = self.lines();
        let skipped = lines.kept.len().saturating_sub(count);
        lines.kept.iter().skip(skipped).cloned().collect()
    }

    /// Returns whether both are the output of the same provider or interaction.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
