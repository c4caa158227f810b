//! Secrets found by their names, which may be elsewhere without one.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{REDACTED, regex};

/// Characters of most keys and tokens.
static WORD: LazyLock<Regex> = LazyLock::new(|| regex("[A-Za-z0-9_-]{8,}"));

/// The secrets of an import that are long and mixed enough not to be words or numbers of another meaning.
#[derive(Default)]
pub(super) struct Known {
    secrets: HashSet<String>,
}

impl Known {
    pub(super) fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }

    pub(super) fn add(&mut self, secret: &str) {
        let has = |is: fn(&u8) -> bool| secret.as_bytes().iter().any(is);
        let is_word = WORD.find(secret).is_some_and(|found| found.len() == secret.len());
        if is_word && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) {
            self.secrets.insert(secret.to_owned());
        }
    }

    /// Adds what is in a header: `Bearer abc`, `session=abc; theme=dark`.
    pub(super) fn add_credentials(&mut self, value: &str) {
        for part in value.split([' ', ';', ',']) {
            self.add(
                part.split_once('=')
                    .map_or(part, |(_, value)| value)
                    .trim_matches('"'),
            );
        }
    }

    /// Returns the text without these secrets.
    pub(super) fn without(&self, text: &str) -> String {
        if self.is_empty() {
            return text.to_owned();
        }
        let replaced = WORD.replace_all(text, |found: &Captures<'_>| {
            if self.secrets.contains(&found[0]) {
                REDACTED.to_owned()
            } else {
                found[0].to_owned()
            }
        });
        replaced.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_again_and_words_and_numbers_stay() {
        let mut known = Known::default();
        known.add_credentials("Bearer s3cr3t-t0ken");
        known.add_credentials("sid=\"abcd1234\"; Path=/; Max-Age=31536000");
        known.add("customers");
        known.add("12345678");
        assert_eq!(
            known.without("/customers/12345678/31536000/s3cr3t-t0ken?x=abcd1234&y=abcd12345"),
            "/customers/12345678/31536000/redacted?x=redacted&y=abcd12345"
        );
    }
}
