//! Secrets at rest.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

use crate::config::Config;

/// What a sealed text starts with: the version of the format.
const PREFIX: &str = "v1:";
const NONCE: usize = 24;

/// Encrypts and decrypts what the database keeps (XChaCha20-Poly1305, a random nonce each time).
#[derive(Clone)]
pub(crate) struct Sealer(XChaCha20Poly1305);

impl Sealer {
    /// With a key of 32 bytes.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// With the key of the settings, or of the key file, which is made where it is missing.
    ///
    /// # Errors
    /// Which key cannot be used, and why; never the key itself.
    pub(crate) fn from_config(config: &Config) -> Result<Self, String> {
        let (text, place) = if let Some(key) = &config.webhook_encryption_key {
            (key.expose().to_owned(), "webhook.encryption_key".to_owned())
        } else {
            let path = key_path(config).ok_or("set webhook.encryption_key to the same key on every node")?;
            let text = read_or_make(&path)
                .map_err(|error| format!("cannot read or make the key file {}: {error}", path.display()))?;
            (text, format!("the key file {}", path.display()))
        };
        let key = BASE64_STANDARD
            .decode(text.trim())
            .ok()
            .and_then(|key| <[u8; 32]>::try_from(key).ok());
        key.map(|key| Self::new(&key))
            .ok_or_else(|| format!("{place}: expected 32 bytes in base64"))
    }

    /// Encrypts; the result opens only with the same context (say, the id of what it belongs to).
    pub(crate) fn seal(&self, plain: &str, context: &str) -> String {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload {
            msg: plain.as_bytes(),
            aad: context.as_bytes(),
        };
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .expect("encryption fails only beyond 256 GiB");
        format!(
            "{PREFIX}{}",
            BASE64_STANDARD.encode([&nonce[..], &sealed].concat())
        )
    }

    /// Decrypts what [`Sealer::seal`] made.
    ///
    /// # Errors
    /// When the text was sealed with another key or for another context, or was changed.
    pub(crate) fn open(&self, sealed: &str, context: &str) -> Result<String, String> {
        let fail = || "cannot decrypt it: was the encryption key changed?".to_owned();
        let bytes = sealed
            .strip_prefix(PREFIX)
            .and_then(|text| BASE64_STANDARD.decode(text).ok())
            .ok_or_else(fail)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or_else(fail)?;
        let payload = Payload {
            msg: sealed,
            aad: context.as_bytes(),
        };
        let plain = self
            .0
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| fail())?;
        String::from_utf8(plain).map_err(|_| fail())
    }
}

/// The key file: as set, or beside the database file.
fn key_path(config: &Config) -> Option<PathBuf> {
    let beside = || {
        let path = config.database_url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        let path = path.split('?').next().unwrap_or(path);
        Some(PathBuf::from(format!("{path}.key")))
    };
    config.webhook_encryption_key_path.clone().or_else(beside)
}

/// Reads the key file. Where it is missing it is made for its owner alone; of several nodes that start at once, one
/// makes it and the others read it.
fn read_or_make(path: &Path) -> std::io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        result => return result,
    }
    let key: [u8; 32] = rand::random();
    let text = BASE64_STANDARD.encode(key);
    // Written aside and linked into place, so that nobody reads a half-written key.
    let aside = path.with_extension(format!("{}.new", uuid::Uuid::new_v4()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => fs::read_to_string(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_and_context_only() {
        let sealer = Sealer::new(&[7; 32]);
        let sealed = sealer.seal("swordfish", "webhook-1");
        assert!(!sealed.contains("swordfish"));
        assert_ne!(sealed, sealer.seal("swordfish", "webhook-1"));
        assert_eq!(sealer.open(&sealed, "webhook-1").as_deref(), Ok("swordfish"));
        assert!(sealer.open(&sealed, "webhook-2").is_err());
        assert!(Sealer::new(&[8; 32]).open(&sealed, "webhook-1").is_err());
        for broken in ["", "v1:", "v1:AAAA", "v2:x", &sealed[..sealed.len() - 4]] {
            assert!(sealer.open(broken, "webhook-1").is_err(), "{broken}");
        }
    }

    #[test]
    fn the_key_file_is_made_once_and_kept() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let config = Config {
            database_url: format!("sqlite://{}?x=1", dir.path().join("broker").display()),
            ..Config::default()
        };
        let sealed = Sealer::from_config(&config).expect("a key").seal("x", "");
        assert_eq!(
            Sealer::from_config(&config)
                .expect("a key")
                .open(&sealed, "")
                .as_deref(),
            Ok("x")
        );
        assert_eq!(fs::read_dir(dir.path()).expect("a directory").count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(dir.path().join("broker.key"))
                .expect("a file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o077, 0);
        }
        let bad = Config {
            webhook_encryption_key: Some("c2hvcnQ=".into()),
            ..config
        };
        let shared = Config {
            database_url: "postgres://db/broker".to_owned(),
            ..Config::default()
        };
        assert!(Sealer::from_config(&shared).is_err_and(|error| error.contains("webhook.encryption_key")));
        let error = Sealer::from_config(&bad).err().expect("the key is too short");
        assert!(
            error.contains("webhook.encryption_key: expected 32 bytes") && !error.contains("c2hvcnQ"),
            "{error}"
        );
    }
}
