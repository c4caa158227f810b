//! The CI pipelines that the book shows.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

/// A CI system whose pipelines the book shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// GitHub Actions.
    GitHub,
    /// GitLab CI.
    GitLab,
}

/// A pipeline of the book.
#[derive(Debug)]
pub struct Pipeline {
    /// `ci.md:61`: the page, and the line of its first line.
    pub place: String,
    /// The system that runs it.
    pub system: System,
    /// The YAML text.
    pub text: String,
}

/// Returns the pipelines of all pages.
///
/// # Panics
///
/// If a page cannot be read, or a block has no end.
pub fn of_book() -> Vec<Pipeline> {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src");
    let mut pages: Vec<_> = fs::read_dir(book)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    let of_page = |page: &std::path::PathBuf| {
        let name = page.file_name().unwrap().to_string_lossy().into_owned();
        of_text(&name, &fs::read_to_string(page).unwrap())
    };
    pages.iter().flat_map(of_page).collect()
}

/// Returns the YAML blocks of a page that are pipelines.
fn of_text(page: &str, text: &str) -> Vec<Pipeline> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("```yaml\n") {
        let line = text[..text.len() - after.len()].lines().count() + 1;
        let (block, after) = after.split_once("```").unwrap();
        if let Some(system) = System::of(block) {
            found.push(Pipeline {
                place: format!("{page}:{line}"),
                system,
                text: block.to_owned(),
            });
        }
        rest = after;
    }
    found
}

impl System {
    /// Returns the system that a YAML document is a pipeline of: GitHub has its jobs below `jobs`, GitLab at the top.
    fn of(yaml: &str) -> Option<Self> {
        if yaml.lines().any(|line| line == "jobs:") {
            Some(Self::GitHub)
        } else if yaml.lines().any(|line| line.starts_with("  script:")) {
            Some(Self::GitLab)
        } else {
            None
        }
    }
}
