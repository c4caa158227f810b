//! Checks every outbound address: a webhook must not reach what its author could not reach.
//!
//! A host is resolved once, all its addresses are checked, and the delivery connects only to those addresses, so a
//! second answer of the name server has no effect. Redirects are not followed.

use std::net::{IpAddr, SocketAddr};

use reqwest::Url;

use super::{
    AllowList,
    address::{Reach, reach},
    redact::UrlParts,
};
use crate::config::Config;

/// Why an address may not be called. The message is for the author of the webhook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(String);

/// A URL that may be called, with the only addresses to connect to.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    pub(crate) url: Url,
    pub(crate) host: String,
    pub(crate) addresses: Vec<SocketAddr>,
}

/// The rules for what webhooks may call.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    schemes: Vec<String>,
    methods: Vec<String>,
    allowed: AllowList,
}

impl Guard {
    /// Creates a guard from the settings.
    ///
    /// # Errors
    /// An entry of the allow-list that cannot be parsed.
    pub(crate) fn new(config: &Config) -> Result<Self, String> {
        Ok(Self {
            schemes: config
                .webhook_schemes
                .iter()
                .map(|scheme| scheme.to_ascii_lowercase())
                .collect(),
            methods: config
                .webhook_methods
                .iter()
                .map(|method| method.to_ascii_uppercase())
                .collect(),
            allowed: AllowList::parse(&config.webhook_allowed_hosts)?,
        })
    }

    /// Returns whether any hosts are listed: only then are responses of receivers shown.
    pub(crate) fn lists_hosts(&self) -> bool {
        !self.allowed.is_empty()
    }

    /// Checks a method.
    pub(crate) fn check_method(&self, method: &str) -> Result<(), Refused> {
        if self
            .methods
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(method))
        {
            return Ok(());
        }
        let allowed = self.methods.join(", ");
        Err(Refused(format!(
            "must be one of the methods that this broker allows ({allowed})"
        )))
    }

    /// Checks what is known before the host is resolved: the form, the scheme and the host name. Scheme and host of a
    /// template are literal: no parameter decides where a webhook goes.
    pub(crate) fn check_url(&self, template: &str) -> Result<Url, Refused> {
        check_form(template)?;
        let url = Url::parse(template).map_err(|_| not_absolute())?;
        if !self.schemes.iter().any(|scheme| scheme == url.scheme()) {
            let allowed = self.schemes.join(", ");
            return Err(Refused(format!(
                "must use one of the schemes that this broker allows ({allowed})"
            )));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused(
                "must not hold credentials: use username and password".to_owned(),
            ));
        }
        let host = url
            .host_str()
            .ok_or_else(|| Refused("must name a host".to_owned()))?;
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => self.check_address(host, address)?,
            Err(_)
                if self.allowed.is_empty()
                    || self.allowed.lists_name(host)
                    || self.allowed.has_networks() => {}
            Err(_) => return Err(not_listed(host)),
        }
        if !is_host(host) {
            return Err(Refused(format!("must name a host, and {host:?} is none")));
        }
        Ok(url)
    }

    /// Resolves the host of a rendered URL and checks all its addresses.
    pub(crate) async fn check(&self, url: &str) -> Result<Checked, Refused> {
        let url = self.check_url(url)?;
        let host = url
            .host_str()
            .unwrap_or_default()
            .trim_matches(['[', ']'])
            .to_owned();
        let port = url
            .port_or_known_default()
            .ok_or_else(|| Refused("must name a port".to_owned()))?;
        let addresses: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), port))
            .await
            .map_err(|error| Refused(format!("names a host that cannot be resolved, {host}: {error}")))?
            .collect();
        self.check_addresses(&host, &addresses)?;
        Ok(Checked { url, host, addresses })
    }

    /// Checks that every address of a host is allowed: a connection may use any of them.
    fn check_addresses(&self, host: &str, addresses: &[SocketAddr]) -> Result<(), Refused> {
        if addresses.is_empty() {
            return Err(Refused(format!("names a host without an address, {host}")));
        }
        addresses
            .iter()
            .try_for_each(|address| self.check_address(host, address.ip()))
    }

    fn check_address(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        if self.allowed.lists_address(address) {
            return Ok(());
        }
        let named = self.allowed.lists_name(host);
        match reach(address) {
            Reach::Public if named || self.allowed.is_empty() => Ok(()),
            Reach::Public => Err(not_listed(host)),
            Reach::Private if named => Ok(()),
            Reach::Private | Reach::Never => Err(Refused(format!(
                "must not reach {host}: it is no public address, and webhook.allowed_hosts does not list it"
            ))),
        }
    }
}

/// Checks that a template has a literal scheme, `://` and a literal host. URL parsers tolerate missing parts in
/// different ways: `http:/x`, `http:\x` and `http:x` are read as `http://x`.
fn check_form(template: &str) -> Result<(), Refused> {
    if template.contains(char::is_control) || template.trim() != template {
        return Err(Refused(
            "must not have control characters in it, or blanks around it".to_owned(),
        ));
    }
    let parts = UrlParts::of(template);
    let is_scheme = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    if !parts
        .scheme
        .strip_suffix("://")
        .is_some_and(|scheme| !scheme.is_empty() && is_scheme(scheme))
    {
        return Err(not_absolute());
    }
    if parts.account.is_some() {
        return Err(Refused(
            "must not hold credentials: use username and password".to_owned(),
        ));
    }
    if parts.host.is_empty() {
        return Err(Refused("must name a host".to_owned()));
    }
    if parts.host.contains(['$', '{', '}']) {
        return Err(Refused("cannot have a template parameter in the host".to_owned()));
    }
    Ok(())
}

/// Returns whether a parsed host is an address or a valid DNS name.
fn is_host(host: &str) -> bool {
    let is_part_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
        || (!host.is_empty() && host.bytes().all(is_part_of_name))
}

fn not_absolute() -> Refused {
    Refused("must be an absolute URL such as https://ci.example.org/build".to_owned())
}

fn not_listed(host: &str) -> Refused {
    Refused(format!(
        "must not reach {host}: webhook.allowed_hosts does not list it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &[&str]) -> Guard {
        Guard::new(&Config {
            webhook_schemes: vec!["https".to_owned(), "http".to_owned()],
            webhook_allowed_hosts: allowed.iter().map(|host| (*host).to_owned()).collect(),
            ..Config::default()
        })
        .expect("a guard")
    }

    #[test]
    fn forms_of_the_same_private_address_are_all_refused() {
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://0/",
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/",
        ] {
            assert!(guard(&[]).check_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn schemes_credentials_and_templates() {
        for (url, fine) in [
            ("https://example.org/${pactbroker.consumerName}", true),
            ("https://example.org:8443/x?y=${pactbroker.pactUrl}", true),
            ("ftp://example.org/", false),
            ("file:///etc/passwd", false),
            ("gopher://example.org/", false),
            ("https://user:password@example.org/", false),
            ("https://${pactbroker.consumerName}.example.org/", false),
            ("https://example.org\\@10.0.0.1${pactbroker.x}/", true),
            ("//example.org/", false),
            ("http:/${pactbroker.consumerName}/x", false),
            ("http:\\${pactbroker.consumerName}/x", false),
            ("http:\\\\${pactbroker.consumerName}/x", false),
            ("http:/\\${pactbroker.consumerName}/x", false),
            ("http:${pactbroker.consumerName}/x", false),
            ("http:example.org/${pactbroker.consumerName}", false),
            ("http:/example.org/${pactbroker.consumerName}", false),
            ("http:///example.org/", false),
            ("http:////example.org/", false),
            ("http://\\example.org/", false),
            ("http:?x=://example.org/", false),
            ("http:#://example.org/", false),
            ("ht${pactbroker.consumerName}tp://example.org/", false),
            ("${pactbroker.consumerName}://example.org/", false),
            ("${pactbroker.consumerName}", false),
            ("https://example.org:${pactbroker.consumerName}/", false),
            ("https://example.org${pactbroker.consumerName}/", false),
            ("https://${pactbroker.consumerName}@example.org/", false),
            ("https://@example.org/", false),
            ("https://%24%7Bpactbroker.consumerName%7D/", false),
            ("https://\u{ff04}{x}/", false),
            ("https://ex\nample.org/", false),
            ("https://example.org/a\tb", false),
            (" https://example.org/", false),
            ("https://example.org/ ", false),
            ("https://exa mple.org/", false),
            ("https://example.org?x=${pactbroker.consumerName}", true),
            ("https://example.org#${pactbroker.consumerName}", true),
            ("HTTPS://EXAMPLE.org/", true),
            ("https://b\u{fc}cher.example.org/", true),
            ("nonsense", false),
            ("", false),
        ] {
            assert_eq!(guard(&[]).check_url(url).is_ok(), fine, "{url}");
        }
        assert!(guard(&[]).check_method("post").is_ok());
        assert!(guard(&[]).check_method("DELETE").is_err());
    }

    #[tokio::test]
    async fn a_listed_name_or_network_opens_a_private_address() {
        assert!(guard(&["localhost"]).check("http://localhost:1/").await.is_ok());
        assert!(
            guard(&["127.0.0.0/8", "::1"])
                .check("http://localhost:1/")
                .await
                .is_ok()
        );
        assert!(guard(&[]).check("http://localhost:1/").await.is_err());
        assert!(
            guard(&["*.example.org"])
                .check("http://localhost:1/")
                .await
                .is_err()
        );
        let checked = guard(&["127.0.0.1"])
            .check("http://127.0.0.1:81/x")
            .await
            .expect("a checked URL");
        assert_eq!(checked.addresses, ["127.0.0.1:81".parse().expect("an address")]);
        assert_eq!(checked.host, "127.0.0.1");
        assert_eq!(checked.url.path(), "/x");
    }

    #[test]
    fn one_private_address_among_public_ones_closes_a_host() {
        let addresses = |all: &[&str]| -> Vec<SocketAddr> {
            all.iter().map(|one| one.parse().expect("an address")).collect()
        };
        let public = addresses(&["93.184.216.34:443", "[2606:2800:220:1::1]:443"]);
        let mixed = addresses(&["93.184.216.34:443", "10.0.0.1:443"]);
        let host = "ci.example.org";
        assert!(guard(&[]).check_addresses(host, &public).is_ok());
        assert!(guard(&[]).check_addresses(host, &mixed).is_err());
        assert!(guard(&[]).check_addresses(host, &[]).is_err());
        assert!(guard(&[host]).check_addresses(host, &mixed).is_ok());
    }

    #[test]
    fn a_list_closes_everything_else() {
        let guard = guard(&["ci.example.org"]);
        assert!(guard.check_url("https://ci.example.org/").is_ok());
        assert!(guard.check_url("https://other.example.org/").is_err());
        assert!(guard.check_url("https://93.184.216.34/").is_err());
    }
}
