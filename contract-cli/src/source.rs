//! A contract named on the command line: a file, a file of a Git revision, or a URL.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use contract_core::contract::Contract;
use contract_core::{Error, ErrorKind};
use tokio::process::Command;

use crate::broker::Credentials;

/// The location of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A URL of a broker, or of any other server.
    Url(String),
    /// A file, or `REVISION:PATH` if there is no file with that name.
    Path(PathBuf),
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let is_url = text.starts_with("http://") || text.starts_with("https://");
        Ok(if is_url {
            Self::Url(text.to_owned())
        } else {
            Self::Path(text.into())
        })
    }
}

impl Source {
    /// Reads the contract. The credentials are only sent to the broker of the URL.
    pub(crate) async fn read(&self, credentials: &Credentials) -> Result<Contract, Error> {
        match self {
            Self::Url(url) => {
                let fetched = credentials.client(url)?.contract_at(url).await?;
                Contract::read_str(&fetched.content, url)
            }
            Self::Path(path) => match revision_and_path(path) {
                Some(object) => Contract::read_str(&committed(object).await?, object),
                None => Contract::read_file(path),
            },
        }
    }
}

/// Splits `REVISION:PATH`, unless it is the name of a file.
fn revision_and_path(path: &Path) -> Option<&str> {
    let text = path.to_str().filter(|_| !path.exists())?;
    let (revision, path) = text.split_once(':')?;
    // A single letter before the colon is a Windows drive.
    (revision.len() > 1 && !path.is_empty()).then_some(text)
}

/// Returns the file as committed in Git.
async fn committed(object: &str) -> Result<String, Error> {
    let asking =
        |problem: String| Error::new(ErrorKind::Usage, format!("reading {object} from Git: {problem}"));
    let shown = Command::new("git").args(["show", object]).output().await;
    let shown = shown.map_err(|error| asking(format!("git could not be run ({error}): is it installed?")))?;
    if !shown.status.success() {
        return Err(asking(String::from_utf8_lossy(&shown.stderr).trim().to_owned()));
    }
    String::from_utf8(shown.stdout).map_err(|_| asking("the file is not UTF-8".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_told_from_a_file() {
        assert_eq!(
            revision_and_path(Path::new("main:web.json")),
            Some("main:web.json")
        );
        for name in ["web.json", "C:\\web.json", "main:", "Cargo.toml"] {
            assert_eq!(revision_and_path(Path::new(name)), None, "{name}");
        }
    }
}
