//! The format of tokens: `ctb_`, the kind (`rw` or `ro`), and 58 letters and digits: the id, a secret, and a
//! checksum that distinguishes a typing error from an unknown token.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const PREFIX: &str = "ctb_";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62^22 is more than 2^128.
const ID: usize = 22;
/// 62^30 is more than 2^178.
const SECRET: usize = 30;
/// 62^6 is more than 2^32.
const CHECK: usize = 6;

/// A token as sent by its holder.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TokenText(String);

impl TokenText {
    /// Generates a new value for a token.
    pub(crate) fn new(id: Uuid, read_only: bool) -> Self {
        let kind = if read_only { "ro" } else { "rw" };
        let secret: String = (0..SECRET)
            .map(|_| char::from(DIGITS[rand::random_range(0..DIGITS.len())]))
            .collect();
        let mut text = format!("{PREFIX}{kind}_{}{secret}", base62(id.as_u128(), ID));
        let check = crc32fast::hash(text.as_bytes());
        text.push_str(&base62(check.into(), CHECK));
        Self(text)
    }

    /// Parses a token; `None` if it is not a token of this broker, or was mistyped.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let body = rest.strip_prefix("rw_").or_else(|| rest.strip_prefix("ro_"))?;
        let letters =
            body.len() == ID + SECRET + CHECK && body.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !letters {
            return None;
        }
        let (signed, check) = text.split_at(text.len() - CHECK);
        let right = base62(crc32fast::hash(signed.as_bytes()).into(), CHECK);
        (right == check).then(|| Self(text.to_owned()))
    }

    /// Returns the id of the token.
    pub(crate) fn id(&self) -> Option<Uuid> {
        let start = PREFIX.len() + "rw_".len();
        number(&self.0[start..start + ID]).map(Uuid::from_u128)
    }

    /// Returns the whole text. Never log or store it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the digest to store.
    pub(crate) fn digest(&self) -> String {
        digest(self.0.as_bytes())
    }
}

impl std::fmt::Debug for TokenText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenText(**********)")
    }
}

/// Returns the SHA-256 in hexadecimal. Tokens have enough entropy that no slower hash is needed.
pub(crate) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn base62(mut number: u128, length: usize) -> String {
    let mut digits = vec![b'0'; length];
    for digit in digits.iter_mut().rev() {
        let place = usize::try_from(number % 62).unwrap_or_default();
        *digit = DIGITS[place];
        number /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

/// Decodes a number; `None` if it is too large.
fn number(text: &str) -> Option<u128> {
    text.bytes().try_fold(0_u128, |number, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        number.checked_mul(62)?.checked_add(digit as u128)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_reads_back_and_no_other_text_does(id: u128, read_only: bool, place in 0_usize..65, other in "[0-9A-Za-z]") {
            let token = TokenText::new(Uuid::from_u128(id), read_only);
            let text = token.expose();
            prop_assert_eq!(text.len(), 65);
            let read = TokenText::read(text);
            prop_assert_eq!(read.as_ref().and_then(TokenText::id), Some(Uuid::from_u128(id)));
            let mut changed = text.to_owned();
            changed.replace_range(place..=place, &other);
            prop_assert_eq!(TokenText::read(&changed).is_some(), changed == text);
        }
    }

    #[test]
    fn what_is_no_token_is_none_and_none_is_shown() {
        let token = TokenText::new(Uuid::nil(), false);
        for text in ["", "ctb_", "ctb_rw_", "ctb_rw_é", "x", &token.expose()[1..]] {
            assert_eq!(TokenText::read(text), None, "{text}");
        }
        assert!(!format!("{token:?}").contains("ctb_"));
        let too_large = format!("ctb_rw_{}", "z".repeat(52));
        let check = base62(crc32fast::hash(too_large.as_bytes()).into(), CHECK);
        let read = TokenText::read(&format!("{too_large}{check}")).expect("a token");
        assert_eq!(read.id(), None);
    }
}
