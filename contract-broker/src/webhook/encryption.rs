//! Encryption of secrets at rest.

use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

/// The prefix of an encrypted text: the version of the format.
const PREFIX: &str = "v1:";
const NONCE: usize = 24;

/// Encrypts and decrypts stored secrets (XChaCha20-Poly1305, a random nonce each time).
#[derive(Clone)]
pub(crate) struct Encryption(XChaCha20Poly1305);

impl Encryption {
    /// Creates an encryption with a key of 32 bytes.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Encrypts a text; it can only be decrypted with the same context (for example the id of the row).
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

    /// Decrypts the output of [`Encryption::seal`].
    ///
    /// # Errors
    /// The text was encrypted with another key or for another context, or was modified.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_and_context_only() {
        let encryption = Encryption::new(&[7; 32]);
        let sealed = encryption.seal("swordfish", "webhook-1");
        assert!(!sealed.contains("swordfish"));
        assert_ne!(sealed, encryption.seal("swordfish", "webhook-1"));
        assert_eq!(encryption.open(&sealed, "webhook-1").as_deref(), Ok("swordfish"));
        assert!(encryption.open(&sealed, "webhook-2").is_err());
        assert!(Encryption::new(&[8; 32]).open(&sealed, "webhook-1").is_err());
        for broken in ["", "v1:", "v1:AAAA", "v2:x", &sealed[..sealed.len() - 4]] {
            assert!(encryption.open(broken, "webhook-1").is_err(), "{broken}");
        }
    }
}
