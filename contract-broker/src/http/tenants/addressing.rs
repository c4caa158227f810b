//! Which tenant a request is for: by the host that it names, or by the token that it brings.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri, header};
use ipnet::IpNet;

use crate::{
    Config,
    config::HostPattern,
    domain::{access::TokenText, tenant::TenantName},
    http::client_address::Peer,
};

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_SCHEME: HeaderName = HeaderName::from_static("x-forwarded-scheme");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");

/// Who a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Addressee {
    /// The tenant whose host it names.
    ByHost(TenantName),
    /// The tenant that its token names.
    ByToken(TenantName),
    /// A host below the domain of tenants that no tenant can have.
    NoTenant,
    /// No tenant: the broker itself.
    Control,
}

/// How hosts and tokens name tenants.
pub(super) struct Addressing {
    hosts: HostPattern,
    trusted: Vec<IpNet>,
    /// The scheme, port and path that links of all tenants have, if the settings say so.
    base: Option<Base>,
}

/// What `base_url` says beside the host.
struct Base {
    scheme: String,
    port: Option<u16>,
    path: String,
}

impl Addressing {
    /// The addressing of these settings; none for a broker without tenants.
    pub(super) fn new(config: &Config) -> Option<Self> {
        let uri = config.base_url.as_deref().and_then(|url| url.parse::<Uri>().ok());
        Some(Self {
            hosts: config.tenants_host.clone()?,
            trusted: config.http_trusted_proxies.clone(),
            base: uri.map(|uri| Base {
                scheme: uri.scheme_str().unwrap_or("http").to_owned(),
                port: uri.port_u16(),
                path: uri.path().trim_end_matches('/').to_owned(),
            }),
        })
    }

    /// Decides who a request is for, and leaves in its headers only what the decision was made by: `Host` is the host that
    /// counted, and a token no longer says whose it is. So links, and whatever else reads these headers, cannot decide otherwise.
    pub(super) fn of<B>(&self, request: &mut Request<B>) -> Addressee {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        let is_proxy = peer.is_some_and(|peer| {
            let peer = peer.to_canonical();
            self.trusted.iter().any(|network| network.contains(&peer))
        });
        let headers = request.headers_mut();
        let forwarded = first(headers, &FORWARDED_HOST).filter(|_| is_proxy);
        let host = forwarded
            .or_else(|| first(headers, &header::HOST))
            .unwrap_or_default();
        headers.remove(FORWARDED_HOST);
        let name = without_port(&host);
        let label = self.hosts.label_of(name);
        let shown = match (&label, &self.base) {
            (Some(label), Some(Base { port, .. })) => {
                let port = port.map(|port| format!(":{port}")).unwrap_or_default();
                format!("{label}.{}{port}", self.hosts.bare())
            }
            (None, Some(Base { port, .. })) if name.eq_ignore_ascii_case(self.hosts.bare()) => {
                let port = port.map(|port| format!(":{port}")).unwrap_or_default();
                format!("{}{port}", self.hosts.bare())
            }
            _ => host.clone(),
        };
        if let Ok(shown) = HeaderValue::try_from(shown) {
            headers.insert(header::HOST, shown);
        }
        if let Some(base) = &self.base {
            for name in [FORWARDED_SCHEME, FORWARDED_PORT, FORWARDED_PREFIX] {
                headers.remove(name);
            }
            for (name, value) in [(FORWARDED_PROTO, &base.scheme), (FORWARDED_PREFIX, &base.path)] {
                if let Ok(value) = HeaderValue::try_from(value) {
                    headers.insert(name, value);
                }
            }
        }
        let named = NamedToken::of(headers);
        match label {
            Some(label) => {
                let Ok(tenant) = TenantName::read(&label) else {
                    return Addressee::NoTenant;
                };
                // The token of another tenant is a wrong token here, and stays as it is.
                if let Some(named) = named.filter(|named| named.tenant == tenant) {
                    headers.insert(header::AUTHORIZATION, named.plain);
                }
                Addressee::ByHost(tenant)
            }
            None => match named {
                Some(named) => {
                    headers.insert(header::AUTHORIZATION, named.plain);
                    Addressee::ByToken(named.tenant)
                }
                None => Addressee::Control,
            },
        }
    }
}

/// A token with the name of its tenant: `acme.ctb_rw_…`, as a bearer's or in the place of a password.
struct NamedToken {
    tenant: TenantName,
    /// The header with the token alone.
    plain: HeaderValue,
}

impl NamedToken {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, rest) = authorization.trim().split_once(' ')?;
        let (tenant, plain) = if scheme.eq_ignore_ascii_case("bearer") {
            let (tenant, token) = parts(rest.trim())?;
            (tenant, format!("Bearer {token}"))
        } else if scheme.eq_ignore_ascii_case("basic") {
            let decoded = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
            let (user, password) = decoded.split_once(':')?;
            let (tenant, token) = parts(password)?;
            let encoded = BASE64_STANDARD.encode(format!("{user}:{token}"));
            (tenant, format!("Basic {encoded}"))
        } else {
            return None;
        };
        let mut plain = HeaderValue::try_from(plain).ok()?;
        plain.set_sensitive(true);
        Some(Self { tenant, plain })
    }
}

/// The name of the tenant, and the token.
fn parts(text: &str) -> Option<(TenantName, &str)> {
    let (tenant, token) = text.split_once('.')?;
    TokenText::read(token)?;
    Some((TenantName::read(tenant).ok()?, token))
}

/// The first of the values of a header, which may be a list.
fn first(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.split(',').next()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The name of a host without its port. An IPv6 address keeps its colons.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use uuid::Uuid;

    use super::*;
    use crate::config::{Raw, Value as _};

    fn config() -> Config {
        Config {
            tenants_host: HostPattern::parse(Raw::Text("{tenant}.example.com".to_owned())).ok(),
            http_trusted_proxies: vec!["10.0.0.0/8".parse().expect("a network")],
            ..Config::default()
        }
    }

    fn asked(peer: &str, pairs: &[(&str, &str)]) -> Request<()> {
        let peer: SocketAddr = format!("{peer}:4711").parse().expect("an address");
        let request = pairs.iter().fold(Request::builder(), |request, (name, value)| {
            request.header(*name, *value)
        });
        request.extension(Peer(peer)).body(()).expect("a request")
    }

    fn tenant(name: &str) -> TenantName {
        TenantName::read(name).expect("a name")
    }

    #[test]
    fn the_host_names_the_tenant_and_only_proxies_may_say_another() {
        let addressing = Addressing::new(&config()).expect("tenants");
        for (peer, pairs, addressee, host) in [
            (
                "192.0.2.1",
                &[("host", "acme.example.com")][..],
                Addressee::ByHost(tenant("acme")),
                "acme.example.com",
            ),
            (
                "192.0.2.1",
                &[("host", "ACME.Example.com:8443")],
                Addressee::ByHost(tenant("acme")),
                "ACME.Example.com:8443",
            ),
            (
                "192.0.2.1",
                &[("host", "example.com")],
                Addressee::Control,
                "example.com",
            ),
            (
                "192.0.2.1",
                &[("host", "[2001:db8::1]:80")],
                Addressee::Control,
                "[2001:db8::1]:80",
            ),
            (
                "192.0.2.1",
                &[("host", "a.b.example.com")],
                Addressee::NoTenant,
                "a.b.example.com",
            ),
            (
                "192.0.2.1",
                &[("host", "a_b.example.com")],
                Addressee::NoTenant,
                "a_b.example.com",
            ),
            ("192.0.2.1", &[], Addressee::Control, ""),
            (
                "192.0.2.1",
                &[
                    ("host", "acme.example.com"),
                    ("x-forwarded-host", "other.example.com"),
                ],
                Addressee::ByHost(tenant("acme")),
                "acme.example.com",
            ),
            (
                "10.0.0.1",
                &[
                    ("host", "broker.internal"),
                    ("x-forwarded-host", "other.example.com, broker.internal"),
                ],
                Addressee::ByHost(tenant("other")),
                "other.example.com",
            ),
        ] {
            let mut request = asked(peer, pairs);
            assert_eq!(addressing.of(&mut request), addressee, "{pairs:?}");
            assert_eq!(
                request
                    .headers()
                    .get("host")
                    .map_or("", |host| host.to_str().expect("text")),
                host
            );
            assert!(!request.headers().contains_key("x-forwarded-host"));
        }
    }

    #[test]
    fn the_settings_decide_what_is_around_the_host() {
        let config = Config {
            base_url: Some("https://example.com:8443/broker".to_owned()),
            ..config()
        };
        let addressing = Addressing::new(&config).expect("tenants");
        let mut request = asked(
            "192.0.2.1",
            &[
                ("host", "acme.example.com:1"),
                ("x-forwarded-proto", "http"),
                ("x-forwarded-prefix", "/evil"),
                ("x-forwarded-port", "1"),
            ],
        );
        assert_eq!(addressing.of(&mut request), Addressee::ByHost(tenant("acme")));
        let base = crate::http::base_url::BaseUrl::of(None, request.headers());
        assert_eq!(base.as_str(), "https://acme.example.com:8443/broker");
    }

    #[test]
    fn a_token_may_name_its_tenant() {
        let addressing = Addressing::new(&config()).expect("tenants");
        let token = TokenText::new(Uuid::from_u128(7), false);
        let plain = token.expose();
        let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        for (host, authorization, addressee, left) in [
            (
                "example.com",
                format!("Bearer acme.{plain}"),
                Addressee::ByToken(tenant("acme")),
                format!("Bearer {plain}"),
            ),
            (
                "10.1.2.3",
                basic(&format!("ci:acme.{plain}")),
                Addressee::ByToken(tenant("acme")),
                basic(&format!("ci:{plain}")),
            ),
            (
                "acme.example.com",
                format!("Bearer acme.{plain}"),
                Addressee::ByHost(tenant("acme")),
                format!("Bearer {plain}"),
            ),
            (
                "other.example.com",
                format!("Bearer acme.{plain}"),
                Addressee::ByHost(tenant("other")),
                format!("Bearer acme.{plain}"),
            ),
            (
                "example.com",
                format!("Bearer {plain}"),
                Addressee::Control,
                format!("Bearer {plain}"),
            ),
            (
                "example.com",
                format!("Bearer acme.{plain}x"),
                Addressee::Control,
                format!("Bearer acme.{plain}x"),
            ),
            (
                "example.com",
                format!("Bearer A.{plain}"),
                Addressee::Control,
                format!("Bearer A.{plain}"),
            ),
            (
                "example.com",
                "Bearer acme.secret".to_owned(),
                Addressee::Control,
                "Bearer acme.secret".to_owned(),
            ),
        ] {
            let mut request = asked("192.0.2.1", &[("host", host), ("authorization", &authorization)]);
            assert_eq!(addressing.of(&mut request), addressee, "{host}");
            assert_eq!(request.headers()["authorization"], left, "{host}");
        }
    }
}
