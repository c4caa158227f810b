//! The address that links start with.

use std::{convert::Infallible, fmt::Write as _};

use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};

use super::AppState;
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
            let fine = !value.is_empty()
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b".-_~:/[]%".contains(&byte));
            fine.then(|| value.to_owned())
        };
        let scheme = match first("x-forwarded-proto").or_else(|| first("x-forwarded-scheme")) {
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
            _ => "http",
        };
        let without_slash = |host: String| (!host.contains('/')).then_some(host);
        let mut host = first("x-forwarded-host")
            .and_then(without_slash)
            .or_else(|| first("host").and_then(without_slash))
            .unwrap_or_else(|| "localhost".to_owned());
        if let Some(port) = first("x-forwarded-port").filter(|port| port.bytes().all(|b| b.is_ascii_digit()))
        {
            let named = host.rfind(':').is_some_and(|at| !host[at..].contains(']'));
            let usual = matches!((scheme, port.as_str()), ("http", "80") | ("https", "443"));
            if !named && !usual {
                let _ = write!(host, ":{port}");
            }
        }
        let prefix = first("x-forwarded-prefix")
            .filter(|prefix| prefix.starts_with('/'))
            .unwrap_or_default();
        Self(format!("{scheme}://{host}{}", prefix.trim_end_matches('/')))
    }

    /// A link: the base and path segments, each percent-encoded.
    pub(crate) fn url<S: AsRef<str>>(&self, segments: impl IntoIterator<Item = S>) -> String {
        let mut url = String::with_capacity(self.0.len() + 128);
        url.push_str(&self.0);
        for segment in segments {
            url.push('/');
            url.push_str(&encode(segment.as_ref()));
        }
        url
    }

    /// The base and a path that is written as it should appear (with `{names}` of templates).
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
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
    fn segments_are_encoded() {
        let base = BaseUrl::of(Some("https://x/y/"), &HeaderMap::new());
        assert_eq!(
            base.url(["a b", "feat/x", "é"]),
            "https://x/y/a%20b/feat%2Fx/%C3%A9"
        );
    }
}
