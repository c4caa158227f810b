//! Reads facts from the Git checkout.

use std::path::Path;
use std::process::{Command, Stdio};

/// Returns the checked-out commit.
pub(super) fn commit(directory: &Path) -> Option<String> {
    ask(directory, &["rev-parse", "--verify", "HEAD"])
}

/// Returns the checked-out branch; `None` for a detached commit.
pub(super) fn branch(directory: &Path) -> Option<String> {
    ask(directory, &["symbolic-ref", "--short", "--quiet", "HEAD"])
}

/// Returns the web address of the cloned repository.
pub(super) fn repository_url(directory: &Path) -> Option<String> {
    web_address(&ask(directory, &["config", "--get", "remote.origin.url"])?)
}

/// Returns whether tracked files differ from the commit.
pub(super) fn is_changed(directory: &Path) -> bool {
    ask(directory, &["status", "--porcelain", "--untracked-files=no"]).is_some()
}

/// Returns the output of a Git command; `None` if it fails, prints nothing, or Git is not installed.
fn ask(directory: &Path, arguments: &[&str]) -> Option<String> {
    let asked = Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(asked.stdout).ok()?;
    let said = said.trim();
    (asked.status.success() && !said.is_empty()).then(|| said.to_owned())
}

/// Returns the web address of a repository, without credentials: `git@host:shop/web.git` becomes
/// `https://host/shop/web`.
pub(super) fn web_address(remote: &str) -> Option<String> {
    let rest = match remote.split_once("://") {
        Some(("http" | "https" | "ssh" | "git", rest)) => rest.to_owned(),
        Some(_) => return None,
        // scp notation. A single letter before the colon is a Windows drive.
        None => {
            let (host, path) = remote.split_once(':').filter(|(host, _)| host.len() > 1)?;
            format!("{host}/{}", path.trim_start_matches('/'))
        }
    };
    let (host, path) = rest.split_once('/')?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let is_ssh = !remote.starts_with("http");
    let host = match host.split_once(':') {
        Some((host, _)) if is_ssh => host,
        _ => host,
    };
    let path = path.trim_end_matches('/').trim_end_matches(".git");
    (!host.is_empty() && !path.is_empty()).then(|| format!("https://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_become_addresses_without_credentials() {
        for (remote, address) in [
            ("git@github.com:shop/web.git", Some("https://github.com/shop/web")),
            (
                "https://oauth2:secret@gitlab.com/shop/web.git",
                Some("https://gitlab.com/shop/web"),
            ),
            (
                "ssh://git@bitbucket.org:7999/shop/web.git",
                Some("https://bitbucket.org/shop/web"),
            ),
            ("https://host:8443/web", Some("https://host:8443/web")),
            ("/srv/git/web.git", None),
            ("C:\\web", None),
            ("file:///srv/git/web", None),
        ] {
            assert_eq!(web_address(remote).as_deref(), address, "{remote}");
        }
    }

    #[test]
    fn a_directory_outside_of_git_says_nothing() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(commit(directory.path()), None);
        assert_eq!(branch(directory.path()), None);
        assert!(!is_changed(directory.path()));
    }
}
