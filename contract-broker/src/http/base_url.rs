//! The address that links start with.

use std::{convert::Infallible, fmt::Write as _, net::Ipv6Addr};

use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};

use super::{AppState, address::Address};
pub(crate) use crate::domain::segment::encode;

/// The base address of the links in one answer, without a slash at the end: as configured, or else as the client
/// (or the proxy before the broker) named the broker.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl(String);

impl BaseUrl {
    pub(crate) fn of(configured: Option<&str>, headers: &HeaderMap) -> Self {
        if let Some(url) = configured {
            return Self(url.trim_end_matches('/').to_owned());
        }
        let first = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?.split(',').next()?.trim();
            (!value.is_empty()).then_some(value)
        };
        let scheme = match first("x-forwarded-proto").or_else(|| first("x-forwarded-scheme")) {
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
            _ => "http",
        };
        let host = ["x-forwarded-host", "host"]
            .into_iter()
            .find_map(|name| first(name).and_then(HostAndPort::of))
            .unwrap_or(HostAndPort {
                host: "localhost",
                port: None,
            });
        let mut url = format!("{scheme}://{}", host.host);
        let forwarded = first("x-forwarded-port").and_then(port);
        let usual = match scheme {
            "https" => 443,
            _ => 80,
        };
        if let Some(port) = host.port.or(forwarded.filter(|port| *port != usual)) {
            let _ = write!(url, ":{port}");
        }
        url.push_str(first("x-forwarded-prefix").and_then(prefix).unwrap_or_default());
        Self(url)
    }

    /// The address of a resource, with these names in place of those in braces.
    pub(crate) fn to<const N: usize>(&self, address: Address<N>, names: [&str; N]) -> String {
        self.join(&address.path(names))
    }

    /// The address of a resource with these texts as they are: `{tag}` stays for the client to fill in, names are encoded
    /// already.
    pub(crate) fn template<const N: usize>(&self, address: Address<N>, parts: [&str; N]) -> String {
        self.join(&address.template(parts))
    }

    /// The base and a path that is written as it should appear (with `{names}` of templates).
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a client or a proxy says the broker is called.
struct HostAndPort<'h> {
    host: &'h str,
    port: Option<u16>,
}

impl<'h> HostAndPort<'h> {
    /// Reads `name`, `name:port`, or an address; `None` for anything else, so that what stands there ends no link early and
    /// begins none: an account before `@`, a path, a backslash.
    fn of(text: &'h str) -> Option<Self> {
        let (host, port_text) = match text.rsplit_once(':') {
            // The colons of an IPv6 address stand in brackets.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (text, None),
        };
        let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let is_fine = match address {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => {
                !host.is_empty()
                    && host
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
            }
        };
        let port = match port_text {
            Some(text) => Some(port(text)?),
            None => None,
        };
        is_fine.then_some(Self { host, port })
    }
}

fn port(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// A path as a proxy cuts it off before the broker, without a slash at its end: each part of it is a plain name. Two slashes
/// at its beginning would make every link of a page lead to another host.
fn prefix(text: &str) -> Option<&str> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let mut parts = text.strip_prefix('/')?.split('/');
    let is_name = |part: &str| {
        let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        !part.is_empty() && part != "." && part != ".." && part.bytes().all(is_fine)
    };
    parts.all(is_name).then_some(text)
}

impl FromRequestParts<AppState> for BaseUrl {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(state.config.base_url.as_deref(), &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&'static str, &'static str)]) -> String {
        let headers = pairs
            .iter()
            .map(|(name, value)| {
                (
                    http::HeaderName::from_static(name),
                    http::HeaderValue::from_static(value),
                )
            })
            .collect();
        BaseUrl::of(None, &headers).0
    }

    #[test]
    fn links_start_as_the_client_or_its_proxy_named_the_broker() {
        for (headers, expected) in [
            (&[("host", "a:1")][..], "http://a:1"),
            (
                &[
                    ("host", "a"),
                    ("x-forwarded-proto", "https"),
                    ("x-forwarded-host", "b.c, d"),
                ],
                "https://b.c",
            ),
            (
                &[
                    ("host", "a"),
                    ("x-forwarded-proto", "https"),
                    ("x-forwarded-port", "8443"),
                ],
                "https://a:8443",
            ),
            (
                &[
                    ("host", "a"),
                    ("x-forwarded-proto", "https"),
                    ("x-forwarded-port", "443"),
                ],
                "https://a",
            ),
            (
                &[("host", "a"), ("x-forwarded-prefix", "/pacts/")],
                "http://a/pacts",
            ),
            (
                &[("host", "a"), ("x-forwarded-host", "evil\"><script>")],
                "http://a",
            ),
            (&[], "http://localhost"),
        ] {
            assert_eq!(of(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn no_header_makes_a_link_leave_the_broker() {
        for (name, values) in [
            (
                "x-forwarded-prefix",
                &[
                    "//evil",
                    "///evil",
                    "/\\evil",
                    "\\evil",
                    "\\\\evil",
                    "evil",
                    "@evil",
                    "/@evil",
                    "/a//evil",
                    "/a@evil",
                    "/..",
                    "/../evil",
                    "/.",
                    "/a/./b",
                    "/%2fevil",
                    "/%5cevil",
                    "/%2e%2e",
                    "/a?b",
                    "/a#b",
                    "/a;b",
                    "/a b",
                    "/\"><b>",
                    "http://evil",
                    "/http://evil",
                    "/a:b",
                    "/",
                    "//",
                    "",
                ][..],
            ),
            (
                "x-forwarded-host",
                &[
                    "evil@a",
                    "evil/",
                    "/evil",
                    "//evil",
                    "evil\\",
                    "evil?",
                    "evil#",
                    "evil:80:90",
                    "evil:x",
                    "evil:",
                    ":80",
                    "evil:99999",
                    "evil:80@a",
                    "[::1",
                    "::1",
                    "[::1]]",
                    "[evil]",
                    "[::1]evil",
                    "[::1]@evil:80",
                    "evil%2f",
                    "e vil",
                    "evil;a",
                    "\"",
                ][..],
            ),
            (
                "x-forwarded-port",
                &["80@evil", "evil", "-1", "+1", "99999", "8 0", "80/evil"][..],
            ),
            (
                "x-forwarded-proto",
                &["javascript", "javascript://evil/", "https://evil", "https:", "//"][..],
            ),
            (
                "forwarded",
                &["host=evil;proto=https", "for=1;host=\"evil:80\""][..],
            ),
            ("x-original-host", &["evil"][..]),
        ] {
            for value in values {
                assert_eq!(of(&[("host", "a"), (name, value)]), "http://a", "{name}: {value}");
            }
        }
        for value in ["evil@a", "a/b", "a\\b", "", "[::1", "a:b"] {
            assert_eq!(of(&[("host", value)]), "http://localhost", "{value}");
        }
        for (host, base) in [
            ("[::1]:9292", "http://[::1]:9292"),
            ("[2001:db8::1]", "http://[2001:db8::1]"),
            ("127.0.0.1:80", "http://127.0.0.1:80"),
            ("my_host-1.local", "http://my_host-1.local"),
        ] {
            assert_eq!(of(&[("host", host)]), base);
        }
        assert_eq!(
            of(&[("host", "a"), ("x-forwarded-prefix", "/team-1/my.broker/")]),
            "http://a/team-1/my.broker"
        );
        assert_eq!(
            of(&[("host", "[::1]"), ("x-forwarded-port", "8443")]),
            "http://[::1]:8443"
        );
    }
}
