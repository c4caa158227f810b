//! Tokens that `contract login` got, in a file of the user.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use contract_core::{Error, ErrorKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::build::Variables;

/// The variable that names another file.
const FILE_VARIABLE: &str = "CONTRACT_LOGINS";

/// The token for one broker.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredToken {
    pub(crate) token: String,
    /// Until when it works.
    pub(crate) expires_at: Timestamp,
}

/// The file with the tokens.
#[derive(Debug, Clone)]
pub(crate) struct Logins {
    path: PathBuf,
}

/// What the file holds: tokens by the URL of their broker.
type Stored = BTreeMap<String, StoredToken>;

impl Logins {
    /// Returns the file of this user: `CONTRACT_LOGINS`, or `contract/logins.json` in the directory for settings. `None` if there
    /// is no such directory.
    pub(crate) fn of_user(variables: &Variables) -> Option<Self> {
        let named = variables.get(FILE_VARIABLE).map(PathBuf::from);
        let below = |folder: PathBuf| folder.join("contract").join("logins.json");
        let settings = || {
            if cfg!(windows) {
                return variables.get("APPDATA").map(PathBuf::from);
            }
            let home = || Some(Path::new(variables.get("HOME")?).join(".config"));
            variables.get("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home)
        };
        let path = named.or_else(|| settings().map(below))?;
        Some(Self { path })
    }

    /// Returns the path of the file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the token for a broker; `None` if there is none that still works.
    ///
    /// # Errors
    ///
    /// `Io` if the file cannot be read; `Malformed` if it is not what this program wrote.
    pub(crate) fn token(&self, url: &str) -> Result<Option<StoredToken>, Error> {
        let found = self.read()?.remove(key(url));
        Ok(found.filter(|stored| stored.expires_at > Timestamp::now()))
    }

    /// Stores the token for a broker.
    ///
    /// # Errors
    ///
    /// See [`token`](Self::token); `Io` if the file cannot be written.
    pub(crate) fn store(&self, url: &str, token: StoredToken) -> Result<(), Error> {
        let mut stored = self.read()?;
        stored.insert(key(url).to_owned(), token);
        self.write(&stored)
    }

    /// Removes the token for a broker, and returns it.
    ///
    /// # Errors
    ///
    /// See [`store`](Self::store).
    pub(crate) fn remove(&self, url: &str) -> Result<Option<StoredToken>, Error> {
        let mut stored = self.read()?;
        let found = stored.remove(key(url));
        if found.is_some() {
            self.write(&stored)?;
        }
        Ok(found)
    }

    fn read(&self) -> Result<Stored, Error> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Stored::new()),
            Err(error) => return Err(self.failed("read", error)),
        };
        serde_json::from_str(&text).map_err(|error| {
            let message = format!(
                "{} is not a file of `contract login` ({error}): remove it and log in again",
                self.path.display()
            );
            Error::new(ErrorKind::Malformed, message)
        })
    }

    /// Replaces the file at once; nobody but the user may read it.
    fn write(&self, stored: &Stored) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(stored)
            .map_err(|error| Error::new(ErrorKind::Io, "the tokens cannot be written").with_source(error))?;
        let failed = |error| self.failed("written", error);
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let beside = self.path.with_extension(format!("{}.tmp", std::process::id()));
        // One that was left behind may be readable by others.
        let _ = std::fs::remove_file(&beside);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside).map_err(failed)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(failed)?;
        drop(file);
        std::fs::rename(&beside, &self.path).map_err(failed)
    }

    fn failed(&self, done: &str, error: std::io::Error) -> Error {
        let message = format!(
            "{} cannot be {done}: set {FILE_VARIABLE} to another file",
            self.path.display()
        );
        Error::new(ErrorKind::Io, message).with_source(error)
    }
}

/// A broker's URL as the file has it.
fn key(url: &str) -> &str {
    url.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str, hours: i64) -> StoredToken {
        let expires_at = Timestamp::from_second(Timestamp::now().as_second() + hours * 3600).unwrap();
        StoredToken {
            token: text.to_owned(),
            expires_at,
        }
    }

    #[test]
    fn a_token_is_kept_for_its_broker_until_it_expires() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a/b/logins.json");
        let variables = Variables::of([("CONTRACT_LOGINS", path.to_str().unwrap())]);
        let logins = Logins::of_user(&variables).unwrap();
        assert!(logins.token("https://a.test").unwrap().is_none());
        logins.store("https://a.test/", token("a", 1)).unwrap();
        logins.store("https://b.test/x", token("b", -1)).unwrap();
        let found = |url: &str| logins.token(url).unwrap().map(|stored| stored.token);
        assert_eq!(found("https://a.test").as_deref(), Some("a"));
        assert_eq!(found("https://a.test/").as_deref(), Some("a"));
        assert_eq!(found("https://b.test/x"), None);
        assert_eq!(found("https://a.test/x"), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(
            logins
                .remove("https://a.test")
                .unwrap()
                .map(|stored| stored.token)
                .as_deref(),
            Some("a")
        );
        assert!(logins.remove("https://a.test").unwrap().is_none());
    }

    #[test]
    fn a_file_that_is_none_of_ours_is_said_to_be_none() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("logins.json");
        std::fs::write(&path, "x").unwrap();
        let logins = Logins { path };
        let error = logins
            .token("https://a.test")
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(error.contains("is not a file of `contract login`"), "{error}");
    }

    #[test]
    fn the_file_is_in_the_directory_for_settings() {
        for (variables, expected) in [
            (
                Variables::of([("HOME", "/home/ann")]),
                "/home/ann/.config/contract/logins.json",
            ),
            (
                Variables::of([("XDG_CONFIG_HOME", "/etc/ann"), ("HOME", "/x")]),
                "/etc/ann/contract/logins.json",
            ),
        ] {
            if cfg!(unix) {
                let logins = Logins::of_user(&variables).unwrap();
                assert_eq!(logins.path(), Path::new(expected));
            }
        }
        assert!(Logins::of_user(&Variables::default()).is_none());
    }
}
