//! Signatures of deliveries according to the Standard Webhooks specification.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::Secret;

/// Signs deliveries with a shared secret.
#[derive(Clone)]
pub(crate) struct Signer(Vec<u8>);

impl Signer {
    /// Parses a secret: `whsec_` and 24 to 64 bytes in base64.
    ///
    /// # Errors
    /// What is wrong with it, without showing it.
    pub(crate) fn new(secret: &Secret) -> Result<Self, String> {
        let encoded = secret
            .expose()
            .strip_prefix("whsec_")
            .ok_or("expected a secret that starts with whsec_")?;
        let key = BASE64_STANDARD
            .decode(encoded)
            .map_err(|_| "expected base64 after whsec_")?;
        if !(24..=64).contains(&key.len()) {
            return Err(format!("expected 24 to 64 bytes after whsec_, got {}", key.len()));
        }
        Ok(Self(key))
    }

    /// Returns the headers of one delivery: its id (the same for each attempt), the time of the attempt in seconds
    /// since 1970, and the signature over both and the body.
    pub(crate) fn headers(&self, id: &str, timestamp: i64, body: &[u8]) -> [(&'static str, String); 3] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        [
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", format!("v1,{signature}")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_specification_says() {
        // HMAC-SHA256 of "msg_1.1700000000.{}" under the key of 24 zero bytes, computed with OpenSSL.
        let signer = Signer::new(&"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()).expect("a secret");
        let [id, timestamp, signature] = signer.headers("msg_1", 1_700_000_000, b"{}");
        assert_eq!(id, ("webhook-id", "msg_1".to_owned()));
        assert_eq!(timestamp, ("webhook-timestamp", "1700000000".to_owned()));
        assert_eq!(
            signature,
            (
                "webhook-signature",
                "v1,LzeNxZHo3O8fwpFJpLh/0B99ugILNFJw+/9lTgx0APs=".to_owned()
            )
        );
    }

    #[test]
    fn refuses_weak_and_broken_secrets() {
        for secret in ["AAAA", "whsec_AAAA", "whsec_???", ""] {
            assert!(Signer::new(&secret.into()).is_err(), "{secret}");
        }
    }
}
