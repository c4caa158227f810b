//! Encryption of secrets at rest.

use std::fmt::Write as _;

use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use sha2::{Digest as _, Sha256};

/// The prefixes of encrypted texts, which identify their format: the first broker versions did not store
/// which key was used.
const WITHOUT_ID: &str = "v1:";
const WITH_ID: &str = "v2:";
const NONCE: usize = 24;
/// Number of bytes of a key's hash that are its id.
const ID: usize = 6;

/// Encrypts and decrypts stored secrets (XChaCha20-Poly1305, a random nonce each time): the first key encrypts, each
/// decrypts what was encrypted with it. An encrypted text is `v2:`, the id of its key, a colon, and nonce and cipher text in
/// base64.
#[derive(Clone)]
pub(crate) struct Encryption {
    first: NamedKey,
    others: Vec<NamedKey>,
}

/// A key, and its id: the first bytes of its SHA-256, in hexadecimal.
#[derive(Clone)]
struct NamedKey {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl NamedKey {
    fn new(key: &[u8; 32]) -> Self {
        let hash = Sha256::new()
            .chain_update("contract-broker key id")
            .chain_update(key)
            .finalize();
        let mut id = String::new();
        for byte in hash.iter().take(ID) {
            let _ = write!(id, "{byte:02x}");
        }
        Self {
            id,
            cipher: XChaCha20Poly1305::new(key.into()),
        }
    }

    fn open(&self, sealed: &[u8], context: &str) -> Option<String> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: sealed,
            aad: context.as_bytes(),
        };
        let plain = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(plain).ok()
    }
}

impl Encryption {
    /// Creates an encryption with a key of 32 bytes, and keys that only decrypt.
    pub(crate) fn new(key: &[u8; 32], others: &[[u8; 32]]) -> Self {
        Self {
            first: NamedKey::new(key),
            others: others.iter().map(NamedKey::new).collect(),
        }
    }

    /// Returns the id of the key that encrypts.
    pub(crate) fn id(&self) -> &str {
        &self.first.id
    }

    /// Encrypts a text; it can only be decrypted with the same context (for example the id of the row).
    pub(crate) fn seal(&self, plain: &str, context: &str) -> String {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload {
            msg: plain.as_bytes(),
            aad: context.as_bytes(),
        };
        let sealed = self
            .first
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("encryption fails only beyond 256 GiB");
        format!(
            "{WITH_ID}{}:{}",
            self.first.id,
            BASE64_STANDARD.encode([&nonce[..], &sealed].concat())
        )
    }

    /// Returns whether a text was encrypted with the key that encrypts now.
    pub(crate) fn is_current(&self, sealed: &str) -> bool {
        sealed
            .strip_prefix(WITH_ID)
            .and_then(|rest| rest.split_once(':'))
            .is_some_and(|(id, _)| id == self.first.id)
    }

    /// Decrypts the output of [`Encryption::seal`].
    ///
    /// # Errors
    /// The text was encrypted with another key or for another context, or was modified.
    pub(crate) fn open(&self, sealed: &str, context: &str) -> Result<String, String> {
        let fail = || "cannot decrypt it: was the encryption key changed?".to_owned();
        let mut keys = std::iter::once(&self.first).chain(&self.others);
        let bytes = |text: &str| BASE64_STANDARD.decode(text).map_err(|_| fail());
        if let Some(text) = sealed.strip_prefix(WITHOUT_ID) {
            let bytes = bytes(text)?;
            return keys.find_map(|key| key.open(&bytes, context)).ok_or_else(fail);
        }
        let (id, text) = sealed
            .strip_prefix(WITH_ID)
            .and_then(|rest| rest.split_once(':'))
            .ok_or_else(fail)?;
        let key = keys.find(|key| key.id == id).ok_or_else(|| {
            format!("cannot decrypt it: the encryption key {id} is not among the keys that are set")
        })?;
        key.open(&bytes(text)?, context).ok_or_else(fail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_and_context_only() {
        let encryption = Encryption::new(&[7; 32], &[]);
        let sealed = encryption.seal("swordfish", "webhook-1");
        assert!(!sealed.contains("swordfish"));
        assert_ne!(sealed, encryption.seal("swordfish", "webhook-1"));
        assert_eq!(encryption.open(&sealed, "webhook-1").as_deref(), Ok("swordfish"));
        assert!(encryption.open(&sealed, "webhook-2").is_err());
        assert!(Encryption::new(&[8; 32], &[]).open(&sealed, "webhook-1").is_err());
        for broken in ["", "v1:", "v1:AAAA", "v2:x", &sealed[..sealed.len() - 4]] {
            assert!(encryption.open(broken, "webhook-1").is_err(), "{broken}");
        }
    }

    #[test]
    fn the_first_key_encrypts_and_each_decrypts_its_own() {
        let old = Encryption::new(&[7; 32], &[]);
        let both = Encryption::new(&[8; 32], &[[7; 32]]);
        let sealed = old.seal("swordfish", "webhook-1");
        assert_eq!(both.open(&sealed, "webhook-1").as_deref(), Ok("swordfish"));
        assert!(old.is_current(&sealed) && !both.is_current(&sealed));
        let anew = both.seal("swordfish", "webhook-1");
        assert!(both.is_current(&anew));
        let error = old.open(&anew, "webhook-1").expect_err("another key");
        assert!(error.contains(both.id()), "{error}");
    }

    #[test]
    fn a_text_of_the_first_brokers_opens_with_any_key() {
        let sealed = Encryption::new(&[7; 32], &[]).seal("swordfish", "webhook-1");
        let (_, text) = sealed.rsplit_once(':').expect("an id");
        let first = format!("v1:{text}");
        let both = Encryption::new(&[8; 32], &[[7; 32]]);
        assert_eq!(both.open(&first, "webhook-1").as_deref(), Ok("swordfish"));
        assert!(!both.is_current(&first));
    }
}
