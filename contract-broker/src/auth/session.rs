//! What a browser is known by between requests.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{
    config::{Config, is_loopback},
    domain::access::digest,
};

/// The value of a session: 256 random bits. Only its digest is stored.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SessionText(String);

impl SessionText {
    /// A new one.
    pub(crate) fn new() -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// What a browser sent; `None` if it can be no session.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let fits = text.len() == 43
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        fits.then(|| Self(text.to_owned()))
    }

    /// The whole text. Never log or store what this gives.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub(crate) fn digest(&self) -> String {
        digest(self.0.as_bytes())
    }
}

impl std::fmt::Debug for SessionText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionText(**********)")
    }
}

/// How cookies of this broker are named and where browsers send them: by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cookies {
    /// Whether browsers send them over TLS alone.
    is_secure: bool,
    /// The path of the broker, without a slash at the end.
    path: String,
}

impl Cookies {
    /// Those of the address in the settings; `None` if nobody logs in there.
    pub(crate) fn new(config: &Config) -> Option<Self> {
        let base = config.base_url.as_deref().filter(|_| config.has_login())?;
        let rest = base.split_once("://").map_or("", |(_, rest)| rest);
        Some(Self {
            is_secure: !is_loopback(base),
            path: rest
                .find('/')
                .map_or(String::new(), |slash| rest[slash..].to_owned()),
        })
    }

    /// The name of the cookie with the session. A browser takes one with such a prefix only over TLS, and with `__Host-` only
    /// from this host itself.
    pub(crate) fn session(&self) -> &'static str {
        match (self.is_secure, self.path.is_empty()) {
            (true, true) => "__Host-contract-session",
            (true, false) => "__Secure-contract-session",
            (false, _) => "contract-session",
        }
    }

    /// The name of the cookie with a login under way.
    pub(crate) fn login(&self, attempt: &str) -> String {
        let prefix = if self.is_secure { "__Secure-" } else { "" };
        format!("{prefix}contract-login-{attempt}")
    }

    /// Sets the session for so many seconds.
    pub(crate) fn set_session(&self, value: &SessionText, seconds: i64) -> String {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        self.line(self.session(), value.expose(), path, seconds)
    }

    /// Sets what a login under way needs; only the address to which the provider sends the browser back gets it.
    pub(crate) fn set_login(&self, attempt: &str, value: &str, seconds: i64) -> String {
        let path = format!("{}{}", self.path, crate::http::address::LOGIN_CALLBACK.route());
        self.line(&self.login(attempt), value, &path, seconds)
    }

    /// Takes the session away.
    pub(crate) fn clear_session(&self) -> String {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        self.line(self.session(), "", path, 0)
    }

    fn line(&self, name: &str, value: &str, path: &str, seconds: i64) -> String {
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }
}

/// The value of a cookie in the `Cookie` headers of a request.
pub(crate) fn cookie<'h>(headers: &'h http::HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(given, _)| *given == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(base: &str) -> Cookies {
        Cookies::new(&Config {
            base_url: Some(base.to_owned()),
            oidc_issuer: Some("https://login.example.org".to_owned()),
            ..Config::default()
        })
        .expect("somebody logs in")
    }

    #[test]
    fn a_cookie_is_as_safe_as_the_address_of_the_broker_lets_it_be() {
        for (base, session, login) in [
            (
                "https://contracts.example.org",
                "__Host-contract-session=VALUE; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure",
                "__Secure-contract-login-a=x; Path=/login/callback; Max-Age=60; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                "https://example.org/broker",
                "__Secure-contract-session=VALUE; Path=/broker; Max-Age=60; HttpOnly; SameSite=Lax; Secure",
                "__Secure-contract-login-a=x; Path=/broker/login/callback; Max-Age=60; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                "http://127.0.0.1:9292",
                "contract-session=VALUE; Path=/; Max-Age=60; HttpOnly; SameSite=Lax",
                "contract-login-a=x; Path=/login/callback; Max-Age=60; HttpOnly; SameSite=Lax",
            ),
        ] {
            let cookies = cookies(base);
            let value = SessionText::new();
            assert_eq!(
                cookies.set_session(&value, 60),
                session.replace("VALUE", value.expose())
            );
            assert_eq!(cookies.set_login("a", "x", 60), login);
        }
        assert_eq!(Cookies::new(&Config::default()), None);
    }

    #[test]
    fn a_session_reads_back_and_is_never_shown() {
        let session = SessionText::new();
        assert_eq!(SessionText::read(session.expose()), Some(session.clone()));
        assert!(!format!("{session:?}").contains(session.expose()));
        for text in [
            "",
            "short",
            &"a".repeat(44),
            &"é".repeat(22),
            &format!("{} ", "a".repeat(42)),
        ] {
            assert_eq!(SessionText::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = http::HeaderMap::new();
        for value in ["a=1; contract-session=x", "ab=2;c=3=4"] {
            headers.append("cookie", value.parse().expect("a value"));
        }
        assert_eq!(cookie(&headers, "contract-session"), Some("x"));
        assert_eq!(cookie(&headers, "c"), Some("3=4"));
        assert_eq!(cookie(&headers, "b"), None);
        assert_eq!(cookie(&headers, "session"), None);
    }
}
