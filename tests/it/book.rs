//! The README and the book show code that compiles: every Rust block is taken from a file that the build compiles, and
//! is compared with it here.
//!
//! A block is preceded by `<!-- include: PATH#ANCHOR -->`; in the file the lines between `// ANCHOR: name` and
//! `// ANCHOR_END: name` are meant (`# ANCHOR: name` in a manifest), without their common indentation, or the whole file
//! where there is no `#ANCHOR`.
//! `UPDATE_BOOK=1 cargo test -p contract-tests --test it book` writes the blocks anew.

use std::fs;
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![workspace().join("README.md")];
    for entry in fs::read_dir(workspace().join("docs/src")).unwrap() {
        pages.push(entry.unwrap().path());
    }
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages
}

/// The text that an include names.
fn included(reference: &str) -> String {
    let (path, anchor) = match reference.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (reference, None),
    };
    let text = fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let Some(anchor) = anchor else {
        return text.trim_end().to_owned();
    };
    let comment = if Path::new(path).extension() == Some("toml".as_ref()) {
        "#"
    } else {
        "//"
    };
    let start = format!("{comment} ANCHOR: {anchor}");
    let end = format!("{comment} ANCHOR_END: {anchor}");
    let lines: Vec<&str> = text
        .lines()
        .skip_while(|line| line.trim() != start)
        .skip(1)
        .take_while(|line| line.trim() != end)
        .filter(|line| !line.trim().starts_with(&format!("{comment} ANCHOR")))
        .collect();
    assert!(
        !lines.is_empty(),
        "{path} has no lines between {start:?} and {end:?}"
    );
    let indent = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or(""))
        .collect::<Vec<_>>()
        .join("\n")
        .trim_end()
        .to_owned()
}

/// The page with every included block as it should be, and the lines of Rust blocks that include nothing.
fn rendered(text: &str) -> (String, Vec<usize>) {
    let mut out = Vec::new();
    let mut loose = Vec::new();
    let mut pending: Option<String> = None;
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        out.push(line.to_owned());
        if let Some(reference) = line
            .strip_prefix("<!-- include: ")
            .and_then(|rest| rest.strip_suffix(" -->"))
        {
            pending = Some(reference.to_owned());
        } else if line.starts_with("```") && line.len() > 3 {
            let block = pending.take();
            if block.is_none() && line.starts_with("```rust") {
                loose.push(number + 1);
            }
            let written: Vec<&str> = lines
                .by_ref()
                .map(|(_, line)| line)
                .take_while(|line| *line != "```")
                .collect();
            match block {
                Some(reference) => out.push(included(&reference)),
                None => out.extend(written.into_iter().map(str::to_owned)),
            }
            out.push("```".to_owned());
        }
    }
    (out.join("\n") + "\n", loose)
}

#[test]
fn every_page_shows_what_the_build_compiles() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let (expected, loose) = rendered(&text);
        assert!(
            loose.is_empty(),
            "{}: the Rust blocks at lines {loose:?} are not taken from a file: put an include before each",
            page.display()
        );
        if std::env::var_os("UPDATE_BOOK").is_some() {
            fs::write(&page, &expected).unwrap();
        }
        assert!(
            expected == fs::read_to_string(&page).unwrap(),
            "{} does not show what its files say: run UPDATE_BOOK=1 cargo test -p contract-tests --test it book",
            page.display()
        );
    }
}

#[test]
fn the_table_of_contents_names_every_page_once() {
    let summary = fs::read_to_string(workspace().join("docs/src/SUMMARY.md")).unwrap();
    for page in pages() {
        let name = page.file_name().unwrap().to_string_lossy().into_owned();
        if page.starts_with(workspace().join("docs")) && name != "SUMMARY.md" {
            let mentions = summary.matches(&format!("({name})")).count();
            assert_eq!(mentions, 1, "docs/src/SUMMARY.md names {name} {mentions} times");
        }
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            let is_page = Path::new(path)
                .extension()
                .is_some_and(|extension| extension == "md");
            if is_page && !target.contains("://") {
                let linked = page.parent().unwrap().join(path);
                assert!(
                    linked.exists(),
                    "{} links to {target}, which is not there",
                    page.display()
                );
            }
        }
    }
}
