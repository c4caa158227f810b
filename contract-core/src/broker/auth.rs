//! Credentials of the client.

use std::fmt;

use crate::{Error, ErrorKind};

/// Credentials for the broker. Secrets are never displayed.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Auth {
    /// None.
    #[default]
    None,
    /// User and password (HTTP basic).
    Basic {
        /// The user's name.
        user: String,
        /// The user's password.
        password: String,
    },
    /// A token (HTTP bearer).
    Bearer(String),
}

impl Auth {
    /// Returns the credentials as they are sent: the blanks and line ends around a token that was read from a file do not
    /// belong to it.
    ///
    /// # Errors
    ///
    /// `Usage` if a token is empty or has characters that HTTP forbids.
    pub(super) fn checked(self) -> Result<Self, Error> {
        let Self::Bearer(token) = self else {
            return Ok(self);
        };
        let token = token.trim();
        let why = if token.is_empty() {
            "is empty"
        } else if token.contains(|c: char| !c.is_ascii_graphic()) {
            "has characters that no token has, such as a blank or a line end"
        } else {
            return Ok(Self::Bearer(token.to_owned()));
        };
        Err(Error::new(
            ErrorKind::Usage,
            format!("the token for the broker {why}: see where it is read from"),
        ))
    }

    pub(super) fn apply(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match self {
            Self::None => request,
            Self::Basic { user, password } => request.basic_auth(user, Some(password)),
            Self::Bearer(token) => request.bearer_auth(token),
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Basic { user, .. } => write!(f, "Basic {{ user: {user:?}, password: *** }}"),
            Self::Bearer(_) => f.write_str("Bearer(***)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_without_what_is_around_it_and_refused_if_it_cannot_be_sent() {
        let checked = |token: &str| Auth::Bearer(token.to_owned()).checked();
        assert_eq!(
            checked("t0k-en_~+/=\n").unwrap(),
            Auth::Bearer("t0k-en_~+/=".to_owned())
        );
        for (token, why) in [
            ("a\nb", "such as a blank"),
            ("tökén", "such as"),
            (" \n", "is empty"),
        ] {
            let error = checked(token).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(error.to_string().contains(why), "{error}");
            assert!(
                !error.to_string().contains(token.trim()) || token.trim().is_empty(),
                "{error}"
            );
        }
    }
}
