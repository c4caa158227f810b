//! Where contracts are written.

use std::path::{Path, PathBuf};

/// The directory in the workspace root that holds contracts.
const CONTRACTS: &str = "contracts";

/// `CONTRACT_DIR` if it is set, else `contracts/` in the workspace root. A relative `CONTRACT_DIR` starts at the workspace
/// root as well, since tests of different crates run in different directories.
pub(super) fn contracts(manifest_dir: &Path) -> PathBuf {
    let root = workspace_root(manifest_dir);
    match std::env::var_os("CONTRACT_DIR") {
        Some(directory) if !directory.is_empty() => root.join(directory),
        _ => root.join(CONTRACTS),
    }
}

/// Returns the nearest directory above whose `Cargo.toml` declares a workspace, else the crate's own.
fn workspace_root(manifest_dir: &Path) -> &Path {
    manifest_dir
        .ancestors()
        .find(|directory| {
            std::fs::read_to_string(directory.join("Cargo.toml")).is_ok_and(|manifest| {
                manifest.lines().any(|line| {
                    matches!(line.trim(), "[workspace]") || line.trim().starts_with("[workspace.")
                })
            })
        })
        .unwrap_or(manifest_dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_the_workspace_or_the_crate_itself() {
        let directory = tempfile::tempdir().unwrap();
        let member = directory.path().join("examples/member");
        std::fs::create_dir_all(&member).unwrap();
        std::fs::write(member.join("Cargo.toml"), "[package]\n").unwrap();
        assert_eq!(workspace_root(&member), member);
        std::fs::write(directory.path().join("Cargo.toml"), "[workspace]\nmembers = []\n").unwrap();
        assert_eq!(workspace_root(&member), directory.path());
    }
}
