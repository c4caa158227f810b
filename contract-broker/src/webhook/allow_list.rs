//! The hosts that webhooks may call.

use std::net::IpAddr;

use ipnet::IpNet;

/// Names, `*.names`, addresses and networks.
#[derive(Debug, Clone, Default)]
pub(crate) struct AllowList {
    names: Vec<String>,
    suffixes: Vec<String>,
    networks: Vec<IpNet>,
}

impl AllowList {
    /// Parses the entries of the setting.
    ///
    /// # Errors
    /// The first invalid entry.
    pub(crate) fn parse(entries: &[String]) -> Result<Self, String> {
        let mut list = Self::default();
        for entry in entries {
            let text = entry.trim().trim_matches(['[', ']']).to_ascii_lowercase();
            if let Ok(network) = text.parse::<IpNet>() {
                list.networks.push(network.trunc());
            } else if let Ok(address) = text.parse::<IpAddr>() {
                list.networks.push(address.into());
            } else if let Some(suffix) = text.strip_prefix("*.").filter(|suffix| is_name(suffix)) {
                list.suffixes.push(format!(".{suffix}"));
            } else if is_name(&text) {
                list.names.push(text);
            } else {
                return Err(format!(
                    "webhook.allowed_hosts: expected a name, *.name, an address or a network such as 10.1.0.0/16, got {entry:?}"
                ));
            }
        }
        Ok(list)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.suffixes.is_empty() && self.networks.is_empty()
    }

    /// Returns whether a network or an address is listed, so that any name may resolve into it.
    pub(crate) fn has_networks(&self) -> bool {
        !self.networks.is_empty()
    }

    /// Returns whether a host is listed by name.
    pub(crate) fn lists_name(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.names.contains(&host) || self.suffixes.iter().any(|suffix| host.ends_with(suffix.as_str()))
    }

    /// Returns whether an address is listed, alone or in a network.
    pub(crate) fn lists_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|label| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[&str]) -> Result<AllowList, String> {
        AllowList::parse(
            &entries
                .iter()
                .map(|entry| (*entry).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn names_suffixes_addresses_and_networks() {
        let list = list(&["CI.example.org", "*.hooks.dev", "10.1.2.3/16", "::1"]).expect("a list");
        for (host, expected) in [
            ("ci.example.org", true),
            ("CI.EXAMPLE.ORG.", true),
            ("evil-ci.example.org", false),
            ("ci.example.org.evil.com", false),
            ("a.hooks.dev", true),
            ("a.b.hooks.dev", true),
            ("hooks.dev", false),
            ("evilhooks.dev", false),
        ] {
            assert_eq!(list.lists_name(host), expected, "{host}");
        }
        for (address, expected) in [
            ("10.1.9.9", true),
            ("::ffff:10.1.9.9", true),
            ("10.2.0.1", false),
            ("::1", true),
        ] {
            assert_eq!(
                list.lists_address(address.parse().expect("an address")),
                expected,
                "{address}"
            );
        }
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        for entry in ["", "*.", "*", "a b", "http://x", "10.0.0.0/33", "/.*/"] {
            assert!(
                list(&[entry]).is_err_and(|error| error.contains("webhook.allowed_hosts")),
                "{entry}"
            );
        }
    }
}
