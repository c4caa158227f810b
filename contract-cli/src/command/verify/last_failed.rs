//! The interactions that failed in the last run, for `--last-failed`: stored in the user's cache, by directory and
//! provider.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;

use contract_core::verify::{InteractionReport, VerificationReport};
use contract_core::{Error, ErrorKind};

/// Returns the names of the interactions that failed in the last verification of this provider from this directory;
/// `None` if none failed, or there was no verification.
///
/// # Errors
///
/// `Io` if the file exists and cannot be read.
pub(super) fn read(provider: &str) -> Result<Option<Vec<String>>, Error> {
    let Some(path) = path(provider) else {
        return Ok(None);
    };
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&path, &error)),
    };
    let names: Vec<String> = serde_json::from_slice(&text).map_err(|error| failed(&path, &error.into()))?;
    Ok((!names.is_empty()).then_some(names))
}

/// Stores the names of failed interactions. After a run that left interactions out, those that failed before and were not
/// run are kept. A cache that cannot be written is not an error; one that cannot be read stays as it is, for `--last-failed` to
/// name it.
pub(super) fn write(report: &VerificationReport) {
    let Some(path) = path(&report.provider) else {
        return;
    };
    let names = |is_named: fn(&InteractionReport) -> bool| -> Vec<&str> {
        let named = report.interactions().filter(|(_, report)| is_named(report));
        named.map(|(_, report)| report.name.as_str()).collect()
    };
    let before = match report.counts().left_out {
        0 => None,
        _ => match read(&report.provider) {
            Ok(before) => before,
            Err(_) => return,
        },
    };
    let run: HashSet<&str> = names(|_| true).into_iter().collect();
    let kept = before.iter().flatten().map(String::as_str);
    let kept = kept.filter(|name| !run.contains(name));
    let names: Vec<&str> = names(InteractionReport::fails).into_iter().chain(kept).collect();
    let Ok(text) = serde_json::to_vec(&names) else {
        return;
    };
    if let Some(directory) = path.parent() {
        let _ = std::fs::create_dir_all(directory);
    }
    let _ = std::fs::write(path, text);
}

fn path(provider: &str) -> Option<PathBuf> {
    let mut hasher = DefaultHasher::new();
    std::env::current_dir().ok()?.hash(&mut hasher);
    provider.hash(&mut hasher);
    let name = format!("last-failed-{:016x}.json", hasher.finish());
    Some(cache_directory()?.join("contract").join(name))
}

/// Returns the user's cache directory: `$XDG_CACHE_HOME`, `~/.cache`, or `%LOCALAPPDATA%`.
fn cache_directory() -> Option<PathBuf> {
    let variable = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| Some(variable("HOME")?.join(".cache")))
}

fn failed(path: &std::path::Path, error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Io,
        format!(
            "cannot read which interactions failed last from {}: {error}; remove the file, or leave out --last-failed",
            path.display()
        ),
    )
}
