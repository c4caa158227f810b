//! Media types as in `Content-Type` (RFC 9110, section 8.3).

use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind};

/// A media type with its parameters. Type, subtype and parameter names are in lower case.
///
/// ```
/// use contract_core::contract::ContentType;
///
/// let content_type: ContentType = "application/hal+json; charset=utf-8".parse()?;
/// assert_eq!(content_type.essence(), "application/hal+json");
/// assert_eq!(content_type.parameter("charset"), Some("utf-8"));
/// assert!(content_type.is_json());
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentType {
    main: String,
    sub: String,
    parameters: Vec<(String, String)>,
    /// The original text, for writing.
    text: String,
}

impl ContentType {
    /// Returns `application/json`.
    pub fn json() -> Self {
        Self::known("application", "json")
    }

    /// Returns `text/plain`.
    pub fn text() -> Self {
        Self::known("text", "plain")
    }

    /// Returns `application/octet-stream`.
    pub fn octet_stream() -> Self {
        Self::known("application", "octet-stream")
    }

    fn known(main: &str, sub: &str) -> Self {
        Self {
            main: main.into(),
            sub: sub.into(),
            parameters: Vec::new(),
            text: format!("{main}/{sub}"),
        }
    }

    /// Returns the part before the slash.
    pub fn main_type(&self) -> &str {
        &self.main
    }

    /// Returns the part after the slash, with its suffix: `hal+json`.
    pub fn sub_type(&self) -> &str {
        &self.sub
    }

    /// Returns the part after the last `+` of the subtype, if any.
    pub fn suffix(&self) -> Option<&str> {
        self.sub.rsplit_once('+').map(|(_, suffix)| suffix)
    }

    /// Returns a parameter's value: `charset`, `boundary`, …
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(present, _)| present.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Returns the parameters in the order in which they were written.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns type and subtype without parameters: `application/json`.
    pub fn essence(&self) -> String {
        format!("{}/{}", self.main, self.sub)
    }

    /// Returns the original text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether it is `application/json`, any type with the suffix `+json`, or GraphQL's `application/graphql`.
    pub fn is_json(&self) -> bool {
        self.suffix() == Some("json")
            || (self.main == "application" && (self.sub.starts_with("json") || self.sub == "graphql"))
    }

    /// Returns whether it is `application/xml`, `text/xml` or any type with the suffix `+xml`.
    pub fn is_xml(&self) -> bool {
        self.suffix() == Some("xml")
            || (matches!(self.main.as_str(), "application" | "text") && self.sub == "xml")
    }

    /// Returns whether it is `application/x-www-form-urlencoded`.
    pub fn is_form(&self) -> bool {
        self.main == "application" && self.sub == "x-www-form-urlencoded"
    }

    /// Returns whether it is `multipart/*`.
    pub fn is_multipart(&self) -> bool {
        self.main == "multipart"
    }

    /// Returns whether content of this type is text: everything except images, audio, video, fonts, multipart and
    /// application types that are not known to be text.
    pub fn is_text(&self) -> bool {
        match self.main.as_str() {
            "text" => true,
            "application" => {
                self.is_json()
                    || self.is_xml()
                    || self.is_form()
                    || matches!(
                        self.sub.as_str(),
                        "javascript" | "ecmascript" | "yaml" | "x-yaml" | "toml" | "sql" | "xhtml" | "csv"
                    )
            }
            _ => false,
        }
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for ContentType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || {
            Error::new(
                ErrorKind::Malformed,
                format!("{text:?} is not a content type: write type/subtype, for example application/json"),
            )
        };
        let trimmed = text.trim();
        let mut parts = split_parameters(trimmed).into_iter();
        let (main, sub) = parts
            .next()
            .and_then(|essence| essence.split_once('/'))
            .ok_or_else(malformed)?;
        let (main, sub) = (main.trim().to_ascii_lowercase(), sub.trim().to_ascii_lowercase());
        let token = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
        };
        if !token(&main) || !token(&sub) {
            return Err(malformed());
        }
        let parameters = parts
            .filter_map(|parameter| parameter.split_once('='))
            .map(|(name, value)| {
                (
                    name.trim().to_ascii_lowercase(),
                    value.trim().trim_matches('"').to_owned(),
                )
            })
            .collect();
        Ok(Self {
            main,
            sub,
            parameters,
            text: trimmed.to_owned(),
        })
    }
}

/// Splits at semicolons outside of quotes.
fn split_parameters(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        c == ';' && !quoted
    })
    .collect()
}
