//! The encryption key of webhook secrets: from the settings, or from a file.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};

use super::Encryption;
use crate::config::Config;

/// The key according to the settings.
pub(crate) enum Key {
    /// The key, and its source.
    Present { encryption: Encryption, place: String },
    /// No key is set, and the key file does not exist.
    Missing { file: PathBuf },
}

impl Key {
    /// Reads the key from the settings, otherwise from the key file.
    ///
    /// # Errors
    /// Which key cannot be used, why, and what to do. The message never contains the key.
    pub(crate) fn find(config: &Config) -> Result<Self, String> {
        if let Some(key) = &config.webhook_encryption_key {
            return Self::present(key.expose(), "webhook.encryption_key".to_owned());
        }
        let file = file(config).ok_or_else(not_set)?;
        match fs::read_to_string(&file) {
            Ok(text) => Self::present(&text, format!("the key file {}", file.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::Missing { file }),
            Err(error) => Err(format!("cannot read the key file {}: {error}", file.display())),
        }
    }

    /// Reads one or several keys, separated by spaces or line ends: the first one encrypts.
    fn present(text: &str, place: String) -> Result<Self, String> {
        let keys: Option<Vec<[u8; 32]>> = text
            .split_whitespace()
            .map(|key| BASE64_STANDARD.decode(key).ok()?.try_into().ok())
            .collect();
        match keys.as_deref() {
            Some([first, others @ ..]) => Ok(Self::Present {
                encryption: Encryption::new(first, others),
                place,
            }),
            _ => Err(format!(
                "{place} holds no key: expected 32 bytes in base64, as `contract-broker generate-key` prints, or several \
                 of these on lines of their own"
            )),
        }
    }
}

/// Generates a key, encoded in Base64.
pub(crate) fn generate() -> String {
    let key: [u8; 32] = rand::random();
    BASE64_STANDARD.encode(key)
}

/// Creates the key file for its owner only, unless it already exists: if several nodes start at once, one creates it
/// and the others read it.
pub(crate) fn make(file: &Path) -> std::io::Result<()> {
    // Written to a temporary file and linked into place, so that no reader sees a partial key.
    let aside = file.with_extension(format!("{}.new", uuid::Uuid::new_v4()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&aside)?;
    written.write_all(generate().as_bytes())?;
    written.sync_all()?;
    let linked = fs::hard_link(&aside, file);
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Returns the path of the key file: as configured, or next to the database file.
pub(crate) fn file(config: &Config) -> Option<PathBuf> {
    let own = || Some(beside(&config.sqlite_file()?));
    config.webhook_encryption_key_path.clone().or_else(own)
}

/// Returns the path of the key file that belongs to a database file, unless another is set.
pub(crate) fn beside(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".key");
    path.into()
}

fn not_set() -> String {
    "webhook.encryption_key is not set: with PostgreSQL every node needs the same key, which encrypts the secrets of \
     webhooks. Make one with `contract-broker generate-key`, keep a copy of it, and give it to each node: as \
     CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY, or in a file that --webhook-encryption-key-file names"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite(directory: &tempfile::TempDir) -> Config {
        Config {
            database_url: format!("sqlite://{}?x=1", directory.path().join("broker").display()),
            ..Config::default()
        }
    }

    fn problem(config: &Config) -> String {
        Key::find(config).err().expect("no key can be used")
    }

    #[test]
    fn the_key_file_is_made_once_and_kept() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = sqlite(&directory);
        let Ok(Key::Missing { file }) = Key::find(&config) else {
            unreachable!("there is no file yet")
        };
        make(&file).expect("the file is made");
        let text = fs::read_to_string(&file).expect("the file");
        make(&file).expect("the file is kept");
        assert_eq!(fs::read_to_string(&file).expect("the file"), text);
        assert!(matches!(Key::find(&config), Ok(Key::Present { .. })));
        assert_eq!(fs::read_dir(directory.path()).expect("a directory").count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&file).expect("a file").permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }

    #[test]
    fn a_key_that_cannot_be_used_is_named_and_never_shown() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let given = problem(&Config {
            webhook_encryption_key: Some("c2hvcnQ=".into()),
            ..sqlite(&directory)
        });
        assert!(
            given.contains("webhook.encryption_key holds no key: expected 32 bytes")
                && !given.contains("c2hvcnQ"),
            "{given}"
        );
        fs::write(directory.path().join("broker.key"), "c2hvcnQ=").expect("a file");
        let read = problem(&sqlite(&directory));
        assert!(
            read.contains("broker.key holds no key") && !read.contains("c2hvcnQ"),
            "{read}"
        );
        let shared = problem(&Config {
            database_url: "postgres://db/broker".to_owned(),
            ..Config::default()
        });
        assert!(
            shared.contains("generate-key") && shared.contains("_ENCRYPTION_KEY"),
            "{shared}"
        );
    }
}
