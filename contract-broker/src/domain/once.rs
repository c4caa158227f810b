//! Requests that are done once, however often they are sent.

use sha2::{Digest as _, Sha256};

use super::time::DAY;

/// For how long an answer is kept, in microseconds.
pub(crate) const KEPT: i64 = DAY;

/// The most characters of a key.
const MOST: usize = 255;

/// What makes a request be done once: its key, whose it is, and which request it was first sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Who asks: a key means nothing for anybody else.
    pub(crate) owner: String,
    pub(crate) key: String,
    /// A digest over method, address and body.
    pub(crate) fingerprint: String,
    /// Tells this attempt from others with the same key.
    pub(crate) attempt: String,
}

/// Reads the value of `Idempotency-Key`: a string of structured fields (RFC 9651), or the same without its quotes.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read_key(value: &str) -> Result<String, &'static str> {
    let value = value.trim();
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let key = quoted.unwrap_or(value);
    let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\');
    if key.is_empty() || key.len() > MOST || !key.chars().all(fits) {
        return Err(
            "Idempotency-Key must be 1 to 255 visible ASCII characters without quotes, such as a UUID",
        );
    }
    Ok(key.to_owned())
}

/// The digest that tells a request from another one.
pub(crate) fn fingerprint(method: &str, target: &str, body: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut hash = Sha256::new();
    for part in [method.as_bytes(), target.as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_quotes_and_without() {
        for value in ["\"8e03978e-40d5\"", "8e03978e-40d5", " 8e03978e-40d5 "] {
            assert_eq!(read_key(value).as_deref(), Ok("8e03978e-40d5"), "{value}");
        }
        let long = "a".repeat(256);
        for value in ["", "\"\"", "a b", "\"a", "a\\b", "ä", long.as_str()] {
            assert!(read_key(value).is_err(), "{value}");
        }
    }

    #[test]
    fn no_two_requests_have_one_fingerprint() {
        let first = fingerprint("POST", "/a", b"bc");
        assert_eq!(first.len(), 64);
        assert_eq!(first, fingerprint("POST", "/a", b"bc"));
        for (method, target, body) in [("PUT", "/a", "bc"), ("POST", "/ab", "c"), ("POST", "/a", "b")] {
            assert_ne!(
                first,
                fingerprint(method, target, body.as_bytes()),
                "{method} {target}"
            );
        }
    }
}
