//! Keeps secrets out of responses, pages and logs.
//!
//! An allow-list names what is not secret, and everything else is masked: a list of secret names could never be
//! complete.

use crate::{auth::Access, config::Secret, webhook::is_parameters};

/// Shown in place of a secret; a client that sends it back keeps the stored value.
pub(crate) const MASK: &str = Secret::MASK;

/// Request headers that describe a message and grant no access.
const HARMLESS: [&str; 11] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "user-agent",
    "x-github-api-version",
];

/// The same for responses of receivers.
const HARMLESS_IN_ANSWERS: [&str; 10] = [
    "allow",
    "connection",
    "date",
    "etag",
    "keep-alive",
    "last-modified",
    "retry-after",
    "server",
    "transfer-encoding",
    "vary",
];

/// Returns the displayed value of a webhook header.
pub(crate) fn shown_header<'v>(name: &str, value: &'v str) -> &'v str {
    // As in "Bearer ${user.token}": the scheme is no secret.
    let of_scheme = value.split_once(' ').is_some_and(|(scheme, rest)| {
        is_one_of(scheme, &SCHEMES) && shown_value(rest) == rest && rest != MASK
    });
    if is_one_of(name, &HARMLESS) || of_scheme {
        value
    } else {
        shown_value(value)
    }
}

/// The schemes of `Authorization` that may precede the name of a secret.
const SCHEMES: [&str; 3] = ["bearer", "basic", "token"];

/// Returns the displayed value of a header of a receiver's response.
pub(crate) fn shown_answer_header<'v>(name: &str, value: &'v str) -> &'v str {
    if is_one_of(name, &HARMLESS) || is_one_of(name, &HARMLESS_IN_ANSWERS) {
        value
    } else {
        MASK
    }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| name.eq_ignore_ascii_case(one))
}

/// Masks a value, unless it consists only of parameters. A secret may be next to one.
pub(crate) fn shown_value(value: &str) -> &str {
    if value.is_empty() || is_parameters(value) {
        value
    } else {
        MASK
    }
}

/// Returns the displayed URL: the account, query values and fragment are masked. Read-only users do not see the path
/// either: the URLs of many chat services contain a secret there.
pub(crate) fn shown_url(url: &str, access: Access) -> String {
    let path = match access {
        Access::Write => ShownPath::Whole,
        Access::Read => ShownPath::Hidden,
    };
    shown_parts(url, path)
}

/// How much of a URL's path is shown.
#[derive(Clone, Copy)]
pub(super) enum ShownPath {
    Whole,
    /// As transformed by this function.
    Less(fn(&str) -> String),
    Hidden,
}

/// Returns the displayed URL: the account, query values and fragment are masked.
pub(super) fn shown_parts(url: &str, path: ShownPath) -> String {
    let parts = UrlParts::of(url);
    let mut shown = String::with_capacity(url.len());
    shown.push_str(parts.scheme);
    if let Some(account) = parts.account {
        shown.push_str(shown_value(account));
        shown.push('@');
    }
    shown.push_str(parts.host);
    match path {
        ShownPath::Hidden if parts.path.len() > 1 => {
            shown.push_str(&parts.path[..1]);
            shown.push_str(MASK);
        }
        ShownPath::Less(less) => shown.push_str(&less(parts.path)),
        ShownPath::Whole | ShownPath::Hidden => shown.push_str(parts.path),
    }
    for (place, piece) in parts.pieces().enumerate() {
        shown.push(if place == 0 { '?' } else { '&' });
        shown.push_str(&piece.shown());
    }
    if let Some(fragment) = parts.fragment {
        shown.push('#');
        shown.push_str(shown_value(fragment));
    }
    shown
}

/// A URL or URL template, split like URL parsers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UrlParts<'u> {
    /// Such as `https://`; empty if there is none.
    pub(super) scheme: &'u str,
    /// The part before an `@`.
    pub(super) account: Option<&'u str>,
    pub(super) host: &'u str,
    /// Begins with `/` or `\`, or is empty.
    pub(super) path: &'u str,
    pub(super) query: Option<&'u str>,
    pub(super) fragment: Option<&'u str>,
}

impl<'u> UrlParts<'u> {
    pub(super) fn of(url: &'u str) -> Self {
        let (url, fragment) = cut(url, '#');
        let (url, query) = cut(url, '?');
        let start = url.find("://").map_or(0, |at| at + 3);
        let (scheme, rest) = url.split_at(start);
        let end = rest.find(['/', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (account, host) = match authority.rsplit_once('@') {
            Some((account, host)) => (Some(account), host),
            None => (None, authority),
        };
        Self {
            scheme,
            account,
            host,
            path,
            query,
            fragment,
        }
    }

    /// Returns the parts of the query.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Piece<'u>> {
        self.query
            .into_iter()
            .flat_map(|query| query.split('&'))
            .map(Piece::of)
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// One part of a query: `name=value`, or a value without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'u> {
    pub(super) name: Option<&'u str>,
    pub(super) value: &'u str,
}

impl<'u> Piece<'u> {
    pub(super) fn of(piece: &'u str) -> Self {
        match piece.split_once('=') {
            // A name without a value may be the secret itself.
            Some((name, value)) if !value.is_empty() => Self {
                name: Some(name),
                value,
            },
            _ => Self {
                name: None,
                value: piece,
            },
        }
    }

    fn shown(self) -> String {
        let value = shown_value(self.value);
        Self { value, ..self }.to_string()
    }

    /// Returns whether it represents a stored value; some clients escape the asterisks.
    pub(super) fn is_masked(self) -> bool {
        percent_encoding::percent_decode_str(self.value)
            .decode_utf8()
            .is_ok_and(|value| value == MASK)
    }
}

impl std::fmt::Display for Piece<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name {
            Some(name) => write!(f, "{name}={}", self.value),
            None => f.write_str(self.value),
        }
    }
}

/// Minimum length of secrets searched in responses: shorter texts occur anywhere.
const SHORTEST: usize = 4;

/// The secrets of one request, removed from its response.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn add(&mut self, secret: &str) {
        let escaped = serde_json::Value::from(secret).to_string();
        for text in [secret, escaped.trim_matches('"')] {
            if text.len() >= SHORTEST && text != MASK && !self.0.iter().any(|known| known == text) {
                self.0.push(text.to_owned());
            }
        }
        // Longer ones first: one may contain another.
        self.0.sort_by_key(|text| std::cmp::Reverse(text.len()));
    }

    /// Replaces each secret in the text by a mask.
    pub(crate) fn remove_from(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), MASK)
        })
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Secrets").field(&self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_is_masked_but_those_that_say_what_a_message_is() {
        for name in [
            "Authorization",
            "X-Auth-Key",
            "x-functions-key",
            "Ocp-Apim-Subscription-Key",
            "X-Hub-Signature",
            "Cookie",
            "PRIVATE-TOKEN",
            "X-Anything",
            "Content-Type-Key",
            "Referer",
        ] {
            assert_eq!(shown_header(name, "swordfish"), MASK, "{name}");
            assert_eq!(shown_answer_header(name, "swordfish"), MASK, "{name}");
        }
        for name in ["Accept", "content-type", "USER-AGENT"] {
            assert_eq!(shown_header(name, "text/plain"), "text/plain", "{name}");
        }
        assert_eq!(shown_answer_header("Set-Cookie", "a=b"), MASK);
        assert_eq!(shown_answer_header("Location", "https://x/?token=b"), MASK);
        assert_eq!(shown_answer_header("Retry-After", "3"), "3");
    }

    #[test]
    fn a_secret_beside_a_parameter_is_masked_with_it() {
        for (value, shown) in [
            ("${pactbroker.consumerName}", "${pactbroker.consumerName}"),
            (
                "${pactbroker.consumerName}${pactbroker.providerName}",
                "${pactbroker.consumerName}${pactbroker.providerName}",
            ),
            ("", ""),
            ("Bearer swordfish-${pactbroker.consumerName}", MASK),
            ("${pactbroker.consumerName} swordfish", MASK),
            ("${pactbroker.swordfish}", MASK),
            ("${pactbroker.consumerName", MASK),
            ("${pactbroker.}", MASK),
            ("${pactbroker.consumerName}}", MASK),
            ("${swordfish}", MASK),
        ] {
            assert_eq!(shown_value(value), shown, "{value}");
        }
    }

    #[test]
    fn a_url_shows_where_it_leads_and_no_secret() {
        for (url, writer, reader) in [
            ("https://h", "https://h", "https://h"),
            ("https://h/", "https://h/", "https://h/"),
            (
                "https://h:8443/a/b",
                "https://h:8443/a/b",
                "https://h:8443/**********",
            ),
            (
                "https://h/a?key=swordfish&to=${pactbroker.consumerName}&x=a=b",
                "https://h/a?key=**********&to=${pactbroker.consumerName}&x=**********",
                "https://h/**********?key=**********&to=${pactbroker.consumerName}&x=**********",
            ),
            (
                "https://h?swordfish",
                "https://h?**********",
                "https://h?**********",
            ),
            (
                "https://h/?swordfish=&a=1",
                "https://h/?**********&a=**********",
                "https://h/?**********&a=**********",
            ),
            (
                "https://h/#swordfish",
                "https://h/#**********",
                "https://h/#**********",
            ),
            (
                "https://u:swordfish@h/x",
                "https://**********@h/x",
                "https://**********@h/**********",
            ),
            (
                "https://h\\swordfish",
                "https://h\\swordfish",
                "https://h\\**********",
            ),
            ("https:swordfish", "https:swordfish", "https:swordfish"),
        ] {
            assert_eq!(shown_url(url, Access::Write), writer);
            assert_eq!(shown_url(url, Access::Read), reader);
        }
    }

    #[test]
    fn secrets_are_taken_out_of_what_comes_back() {
        let mut secrets = Secrets::default();
        secrets.add("swordfish");
        secrets.add("Bearer swordfish");
        secrets.add("a\"quoted\"one");
        secrets.add("x");
        assert_eq!(
            secrets.remove_from("Bearer swordfish, swordfish, {\"a\": \"a\\\"quoted\\\"one\"} x"),
            "**********, **********, {\"a\": \"**********\"} x"
        );
        assert!(!format!("{secrets:?}").contains("swordfish"));
    }
}
