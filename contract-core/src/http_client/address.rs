//! Addresses of servers, as users write them.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::{Error, ErrorKind};

/// An address of a server. Credentials that stood in it are kept apart, so nothing that shows it shows them.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// The address as written, without credentials.
    pub(crate) text: String,
    /// The address, without credentials.
    pub(crate) url: Url,
    /// The credentials of `http://user:password@host`.
    pub(crate) credentials: Option<Credentials>,
}

/// A user and a password (HTTP basic).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: String,
}

impl Address {
    /// Parses an address that this build can connect to: `http`, or `https` if a TLS feature is enabled. `what` names
    /// the expected peer in the error: `a broker`.
    ///
    /// # Errors
    ///
    /// `Usage` if it is not `http` or `https`; `MissingFeature` if it is `https` and this build has no TLS.
    pub(crate) fn parse(text: &str, what: &str) -> Result<Self, Error> {
        let shown = without_credentials(text);
        let invalid = |reason: &str| {
            Error::new(
                ErrorKind::Usage,
                format!(
                    "{shown:?} is not the address of {what} ({reason}): write it as http://host:port or https://host"
                ),
            )
        };
        let mut url = Url::parse(text).map_err(|error| invalid(&error.to_string()))?;
        match url.scheme() {
            "http" => {}
            "https" if cfg!(any(feature = "tls-ring", feature = "tls-aws-lc-rs")) => {}
            "https" => {
                return Err(Error::new(
                    ErrorKind::MissingFeature,
                    format!(
                        "{shown} needs TLS, which this build lacks: enable the feature tls-ring or tls-aws-lc-rs"
                    ),
                ));
            }
            _ => return Err(invalid("its scheme is neither http nor https")),
        }
        Ok(Self {
            text: shown.into_owned(),
            credentials: Credentials::take_from(&mut url),
            url,
        })
    }
}

impl Address {
    /// Returns the address, if paths can be added to it.
    ///
    /// # Errors
    ///
    /// `Usage` if it has a query or a fragment, behind which a path would be a part of it.
    #[cfg(feature = "provider")]
    pub(crate) fn checked_as_base(self, what: &str) -> Result<Self, Error> {
        if self.url.query().is_none() && self.url.fragment().is_none() {
            return Ok(self);
        }
        let base = self.text.split(['?', '#']).next().unwrap_or_default();
        Err(Error::new(
            ErrorKind::Usage,
            format!(
                "{:?} is not the address of {what}: requests add their paths to it, so it has no query and no fragment; \
                 write {base}",
                self.text
            ),
        ))
    }
}

impl Credentials {
    fn take_from(url: &mut Url) -> Option<Self> {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let user = decoded(url.username());
        let password = url.password().map(decoded);
        // Both succeed for every URL with a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        (!user.is_empty() || password.is_some()).then(|| Self {
            user,
            password: password.unwrap_or_default(),
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:***", self.user)
    }
}

/// Returns the address without the credentials in it, for display. It need not be a URL.
pub(crate) fn without_credentials(text: &str) -> Cow<'_, str> {
    let Some(start) = text.find("://").map(|scheme| scheme + 3) else {
        return Cow::Borrowed(text);
    };
    let length = text[start..].find(['/', '?', '#']).unwrap_or(text.len() - start);
    match text[start..start + length].rfind('@') {
        Some(at) => Cow::Owned(format!("{}{}", &text[..start], &text[start + at + 1..])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_kept_apart() {
        let address =
            Address::parse("http://lin%40a:s%3Acret@api.example.com:8080/v1/", "a provider").unwrap();
        assert_eq!(address.text, "http://api.example.com:8080/v1/");
        assert_eq!(address.url.as_str(), "http://api.example.com:8080/v1/");
        let credentials = address.credentials.clone().unwrap();
        assert_eq!(credentials.user, "lin@a");
        assert_eq!(credentials.password, "s:cret");
        assert!(!format!("{address:?}").contains("cret"), "{address:?}");
        let without = Address::parse("http://api.example.com/a@b?c=d@e", "a provider").unwrap();
        assert_eq!(without.text, "http://api.example.com/a@b?c=d@e");
        assert_eq!(without.credentials, None);
    }

    #[test]
    fn what_is_no_address_is_shown_without_credentials() {
        for text in [
            "ftp://lin:secret@host/",
            "http://lin:secret@host:port/",
            "http://lin:sec@ret@/",
        ] {
            let error = Address::parse(text, "a broker").unwrap_err().to_string();
            assert!(!error.contains("lin") && !error.contains("ret"), "{error}");
        }
    }
}
