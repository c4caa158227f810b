//! The accounts and tokens of the settings, and whether an `Authorization` header is one of them.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq};

use super::Access;
use crate::config::Config;

/// Every account and token, as digests: comparing takes the same time for a near miss and a far one, and the
/// secrets themselves are not kept.
#[derive(Clone, Default)]
pub struct Credentials {
    known: Vec<(Digested, Access)>,
}

type Digested = [u8; 32];

impl Credentials {
    /// The accounts and tokens of the settings.
    pub fn new(config: &Config) -> Self {
        let basic = |name: &Option<String>, password: &Option<crate::config::Secret>| {
            name.as_ref()
                .zip(password.as_ref())
                .map(|(name, password)| basic(name, password.expose()))
        };
        let bearer = |token: &crate::config::Secret| bearer(token.expose());
        let mut known = Vec::new();
        known.extend(basic(&config.auth_username, &config.auth_password).map(|d| (d, Access::Write)));
        known.extend(
            basic(&config.auth_read_only_username, &config.auth_read_only_password)
                .map(|d| (d, Access::Read)),
        );
        known.extend(config.auth_tokens.iter().map(bearer).map(|d| (d, Access::Write)));
        known.extend(
            config
                .auth_read_only_tokens
                .iter()
                .map(bearer)
                .map(|d| (d, Access::Read)),
        );
        Self { known }
    }

    /// Whether there is no account at all, and so nothing to check.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// What the bearer of this `Authorization` header may do; `None` when nobody is known by it.
    pub fn access(&self, authorization: &str) -> Option<Access> {
        let (scheme, rest) = authorization.trim().split_once(' ')?;
        let given = if scheme.eq_ignore_ascii_case("basic") {
            let decoded = BASE64_STANDARD.decode(rest.trim()).ok()?;
            let decoded = String::from_utf8(decoded).ok()?;
            let (name, password) = decoded.split_once(':')?;
            basic(name, password)
        } else if scheme.eq_ignore_ascii_case("bearer") {
            bearer(rest.trim())
        } else {
            return None;
        };
        // Every account is compared, with no early way out: the time tells nothing about which one was near.
        let mut found = 0_u8;
        for (digest, access) in &self.known {
            let level = if *access == Access::Write { 2 } else { 1 };
            found = u8::conditional_select(&found, &level.max(found), digest.ct_eq(&given));
        }
        match found {
            2 => Some(Access::Write),
            1 => Some(Access::Read),
            _ => None,
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("count", &self.known.len())
            .finish()
    }
}

fn basic(name: &str, password: &str) -> Digested {
    digest(&[b"basic", name.as_bytes(), password.as_bytes()])
}

fn bearer(token: &str) -> Digested {
    digest(&[b"bearer", token.as_bytes()])
}

/// Each part goes in with its length, so that no two lists of parts are the same bytes.
fn digest(parts: &[&[u8]]) -> Digested {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        Credentials::new(&Config {
            auth_username: Some("ci".into()),
            auth_password: Some("a:b".into()),
            auth_read_only_username: Some("guest".into()),
            auth_read_only_password: Some("guest".into()),
            auth_tokens: vec!["token-w".into()],
            auth_read_only_tokens: vec!["token-r".into()],
            ..Config::default()
        })
    }

    #[test]
    fn accounts_and_tokens_give_what_they_are_for() {
        let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        for (header, expected) in [
            (basic("ci:a:b"), Some(Access::Write)),
            (basic("ci:a:b").replace("Basic", "bAsIc"), Some(Access::Write)),
            (basic("guest:guest"), Some(Access::Read)),
            (basic("ci:guest"), None),
            (basic("ci:a:b "), None),
            (basic("ci"), None),
            ("Bearer token-w".to_owned(), Some(Access::Write)),
            ("bearer  token-r".to_owned(), Some(Access::Read)),
            ("Bearer ci:a:b".to_owned(), None),
            ("Bearer ".to_owned(), None),
            ("Basic ???".to_owned(), None),
            ("Digest x".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(credentials().access(&header), expected, "{header}");
        }
    }

    #[test]
    fn nobody_is_known_without_accounts() {
        let credentials = Credentials::new(&Config::default());
        assert!(credentials.is_empty());
        assert_eq!(credentials.access("Bearer x"), None);
    }
}
