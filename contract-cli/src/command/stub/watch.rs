//! Watches contract files for changes.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use contract_core::contract::files_in;

/// The polling interval. Polling works on every file system, in containers and over networks, where notifications get
/// lost.
const INTERVAL: Duration = Duration::from_millis(500);

/// The last seen state of the files.
pub(super) struct Watch {
    paths: Vec<PathBuf>,
    seen: Vec<Seen>,
}

/// File properties that change on writing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
}

impl Watch {
    /// Watches these files, and those of these directories.
    pub(super) fn new(paths: Vec<PathBuf>) -> Self {
        let seen = look(&paths);
        Self { paths, seen }
    }

    /// Waits until a file is written, created or removed.
    pub(super) async fn changed(&mut self) {
        loop {
            tokio::time::sleep(INTERVAL).await;
            let now = look(&self.paths);
            if now != self.seen {
                self.seen = now;
                return;
            }
        }
    }
}

fn look(paths: &[PathBuf]) -> Vec<Seen> {
    let files = paths.iter().flat_map(|path| {
        if path.is_dir() {
            files_in(path).unwrap_or_default()
        } else {
            vec![path.clone()]
        }
    });
    files.filter_map(|file| seen(&file)).collect()
}

/// Returns `None` if the file does not exist.
fn seen(path: &Path) -> Option<Seen> {
    let metadata = std::fs::metadata(path).ok()?;
    Some(Seen {
        path: path.to_owned(),
        length: metadata.len(),
        modified: metadata.modified().ok(),
    })
}
