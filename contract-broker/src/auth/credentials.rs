//! The accounts and tokens of the settings, and the check of `Authorization` headers.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};

use super::Access;
use crate::{config::Config, domain::access::TokenText, log_text::bounded};

/// Every account and token, as digests: comparisons take constant time, and the secrets themselves are not
/// kept.
#[derive(Clone, Default)]
pub struct Credentials {
    known: Vec<Account>,
}

/// A known account or token.
#[derive(Clone)]
pub struct Account {
    digest: Digested,
    /// What the account may do.
    pub access: Access,
    /// The name in the log: the user name, or the setting of a token, such as `auth.tokens[1]`.
    pub name: Arc<str>,
}

type Digested = [u8; 32];

impl Credentials {
    /// Reads the accounts and tokens of the settings.
    pub fn new(config: &Config) -> Self {
        let mut known = Vec::new();
        for (name, password, access) in [
            (&config.auth_username, &config.auth_password, Access::Write),
            (
                &config.auth_read_only_username,
                &config.auth_read_only_password,
                Access::Read,
            ),
        ] {
            if let (Some(name), Some(password)) = (name, password) {
                known.push(Account {
                    digest: basic(name, password.expose()),
                    access,
                    name: name.as_str().into(),
                });
            }
        }
        for (setting, tokens, access) in [
            ("auth.tokens", &config.auth_tokens, Access::Write),
            (
                "auth.read_only_tokens",
                &config.auth_read_only_tokens,
                Access::Read,
            ),
        ] {
            known.extend(tokens.iter().zip(1..).map(|(token, place)| Account {
                digest: bearer(token.expose()),
                access,
                name: format!("{setting}[{place}]").into(),
            }));
        }
        Self { known }
    }

    /// Returns whether there are no accounts, so that nothing is checked.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Returns the account of this `Authorization` header; `None` if the credentials are unknown. If several
    /// accounts have the same credentials, the one with more access is returned.
    pub fn account(&self, authorization: &str) -> Option<&Account> {
        self.find(&match Given::read(authorization)? {
            Given::Basic { name, password } => basic(&name, &password),
            Given::Bearer(token) => bearer(&token),
        })
    }

    fn find(&self, given: &Digested) -> Option<&Account> {
        // Every account is compared without an early exit, so that the time reveals nothing about the
        // credentials.
        let (mut level, mut place) = (0_u8, 0_u64);
        for (account, at) in self.known.iter().zip(0_u64..) {
            let more = if account.access == Access::Write { 2 } else { 1 };
            let better = account.digest.ct_eq(given) & more.ct_gt(&level);
            level = u8::conditional_select(&level, &more, better);
            place = u64::conditional_select(&place, &at, better);
        }
        let place = usize::try_from(place).ok()?;
        self.known.get(place).filter(|_| level > 0)
    }

    /// Returns the name claimed by a header with unknown credentials, for the log. Tokens are never included,
    /// not even one in place of the user name.
    pub fn claimed(&self, authorization: &str) -> String {
        match Given::read(authorization) {
            Some(Given::Basic { name, .. }) if self.find(&bearer(&name)).is_some() => {
                "(a token as the user name)".to_owned()
            }
            Some(Given::Basic { name, .. }) if TokenText::read(&name).is_some() => {
                "(a token as the user name)".to_owned()
            }
            Some(Given::Basic { name, .. }) => bounded(&name, 64),
            Some(Given::Bearer(_)) => "(a token)".to_owned(),
            None => "(unreadable)".to_owned(),
        }
    }
}

/// The content of an `Authorization` header.
pub(super) enum Given {
    Basic { name: String, password: String },
    Bearer(String),
}

impl Given {
    /// Returns the token of an account in it: a bearer token, or the password with any user name.
    pub(super) fn token(&self) -> Option<TokenText> {
        match self {
            Self::Basic { password, .. } => TokenText::read(password),
            Self::Bearer(token) => TokenText::read(token),
        }
    }

    pub(super) fn read(authorization: &str) -> Option<Self> {
        let (scheme, rest) = authorization.trim().split_once(' ')?;
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("basic") {
            let decoded = BASE64_STANDARD.decode(rest).ok()?;
            let decoded = String::from_utf8(decoded).ok()?;
            let (name, password) = decoded.split_once(':')?;
            Some(Self::Basic {
                name: name.to_owned(),
                password: password.to_owned(),
            })
        } else if scheme.eq_ignore_ascii_case("bearer") {
            Some(Self::Bearer(rest.to_owned()))
        } else {
            None
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

/// Returns a digest of the parts. Each part is preceded by its length, so that different lists never result
/// in the same bytes.
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
            let credentials = credentials();
            let access = credentials.account(&header).map(|account| account.access);
            assert_eq!(access, expected, "{header}");
        }
    }

    #[test]
    fn nobody_is_known_without_accounts() {
        let credentials = Credentials::new(&Config::default());
        assert!(credentials.is_empty());
        assert!(credentials.account("Bearer x").is_none());
    }
    #[test]
    fn the_log_names_accounts_and_shows_no_secret() {
        let (credentials, basic) = (credentials(), |text: &str| {
            format!("Basic {}", BASE64_STANDARD.encode(text))
        });
        for (header, expected) in [
            (basic("ci:a:b"), "ci"),
            (basic("guest:guest"), "guest"),
            ("Bearer token-w".to_owned(), "auth.tokens[1]"),
            ("Bearer token-r".to_owned(), "auth.read_only_tokens[1]"),
        ] {
            assert_eq!(
                credentials.account(&header).map(|account| &*account.name),
                Some(expected)
            );
        }
        for (header, expected) in [
            (basic("ci:swordfish"), "ci"),
            (basic("x\n\u{1b}[2J:swordfish"), "x\\n\\u{1b}[2J"),
            (basic("token-w:"), "(a token as the user name)"),
            (basic("swordfish"), "(unreadable)"),
            ("Bearer swordfish".to_owned(), "(a token)"),
            ("swordfish".to_owned(), "(unreadable)"),
        ] {
            assert_eq!(credentials.claimed(&header), expected);
        }
    }

    #[test]
    fn of_accounts_with_the_same_credentials_the_one_that_may_write_counts() {
        let credentials = Credentials::new(&Config {
            auth_tokens: vec!["same".into()],
            auth_read_only_tokens: vec!["same".into()],
            ..Config::default()
        });
        let access = credentials.account("Bearer same").map(|account| account.access);
        assert_eq!(access, Some(Access::Write));
    }
}
