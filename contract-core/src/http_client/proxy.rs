//! Proxies from the environment, bypassed for this machine.

use std::net::IpAddr;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::Url;

use super::without_credentials;
use crate::{Error, ErrorKind};

/// `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, as curl reads them.
static ENVIRONMENT: LazyLock<Matcher> = LazyLock::new(Matcher::from_system);

/// The variables that name a proxy; in lower case as well.
const VARIABLES: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/// Checks that the variables that name a proxy hold addresses. One that does not would be ignored.
///
/// # Errors
///
/// `Usage`, with the variable.
pub(super) fn check() -> Result<(), Error> {
    for name in VARIABLES {
        for name in [name.to_owned(), name.to_lowercase()] {
            let Some(value) = std::env::var(&name).ok().filter(|value| !value.trim().is_empty()) else {
                continue;
            };
            if !is_address(&value) {
                return Err(Error::new(
                    ErrorKind::Usage,
                    format!(
                        "{name} is not the address of a proxy ({:?}): write it as http://host:port",
                        without_credentials(&value)
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// Returns whether this is the address of a proxy, with or without a scheme: `http://host:port`, `host:port`.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    let with_scheme = if text.contains("://") {
        Url::parse(text)
    } else {
        Url::parse(&format!("http://{text}"))
    };
    with_scheme.is_ok_and(|url| url.has_host())
}

/// Returns the proxy for this address, with its credentials; `None` if there is none.
///
/// This machine is never reached through a proxy, regardless of the environment: to a proxy, `localhost` is another
/// machine.
pub(super) fn of(url: &Url) -> Option<Url> {
    let proxy = on_the_way(&ENVIRONMENT, url)?;
    let mut address = Url::parse(&proxy.uri().to_string()).ok()?;
    if let Some((user, password)) = credentials(&proxy) {
        address.set_username(&user).ok()?;
        address.set_password(Some(&password)).ok()?;
    }
    Some(address)
}

/// Returns the proxy for display, without credentials: `http://proxy.example.com:3128`.
pub(super) fn name_of(url: &Url) -> Option<String> {
    let proxy = on_the_way(&ENVIRONMENT, url)?;
    Some(proxy.uri().to_string().trim_end_matches('/').to_owned())
}

fn on_the_way(environment: &Matcher, url: &Url) -> Option<Intercept> {
    if is_this_machine(url) {
        return None;
    }
    environment.intercept(&url.as_str().parse().ok()?)
}

fn credentials(proxy: &Intercept) -> Option<(String, String)> {
    if let Some((user, password)) = proxy.raw_auth() {
        return Some((user.to_owned(), password.to_owned()));
    }
    let basic = proxy.basic_auth()?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Returns whether the address is on this machine: `localhost` and its subdomains (RFC 6761, section 6.3), loopback
/// addresses, and the unspecified address, on which servers listen.
fn is_this_machine(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches([']', '.']);
    match host.parse::<IpAddr>() {
        Ok(address) => {
            let address = address.to_canonical();
            address.is_loopback() || address.is_unspecified()
        }
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxied(url: &str) -> bool {
        let environment = Matcher::builder()
            .all("http://user:pass@proxy.example.com:3128")
            .no("internal.example.com")
            .build();
        on_the_way(&environment, &Url::parse(url).unwrap()).is_some()
    }

    #[test]
    fn this_machine_is_never_asked_through_a_proxy() {
        for url in [
            "http://127.0.0.1:8080/",
            "http://127.8.9.10/",
            "http://[::1]:8080/",
            "http://[::ffff:127.0.0.1]/",
            "http://localhost:3000/a",
            "https://LOCALHOST/",
            "http://localhost./",
            "http://api.localhost/",
            "http://0.0.0.0:8080/",
        ] {
            assert!(!proxied(url), "{url}");
        }
        assert!(!proxied("http://internal.example.com/"), "NO_PROXY counts");
        for url in [
            "http://example.com/",
            "https://example.com/",
            "http://localhost.example.com/",
            "http://mylocalhost/",
            "http://128.0.0.1/",
            "http://10.0.0.1/",
        ] {
            assert!(proxied(url), "{url}");
        }
    }

    #[test]
    fn a_proxy_has_a_host() {
        for address in [
            "http://proxy:3128",
            "proxy.example.com:3128",
            "proxy",
            "socks5://u:p@10.0.0.1:1080",
            "[::1]:80",
        ] {
            assert!(is_address(address), "{address}");
        }
        for text in ["not a url", "http://", "http://host:port", "://x"] {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn credentials_of_a_proxy_are_kept() {
        let environment = Matcher::builder()
            .all("http://us%40er:p%3Ass@proxy.example.com")
            .build();
        let proxy = environment
            .intercept(&"http://example.com/".parse().unwrap())
            .unwrap();
        assert_eq!(credentials(&proxy), Some(("us@er".to_owned(), "p:ss".to_owned())));
    }
}
