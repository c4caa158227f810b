//! The addresses of pages. Every name is one path segment, whatever is in it.

use crate::domain::segment::encode;

/// Builds the addresses of pages under the broker's own path.
#[derive(Debug, Clone)]
pub(super) struct Links {
    base: String,
}

impl Links {
    /// Links under `base`: empty, or a path such as `/broker` without a slash at its end.
    pub(super) fn new(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    fn to(&self, path: &[&str]) -> String {
        let mut href = String::with_capacity(self.base.len() + 96);
        href.push_str(&self.base);
        for segment in path {
            href.push('/');
            href.push_str(&encode(segment));
        }
        href
    }

    pub(super) fn index(&self) -> String {
        format!("{}/", self.base)
    }

    pub(super) fn openapi(&self) -> String {
        format!("{}/openapi.json", self.base)
    }

    pub(super) fn asset(&self, name: &str) -> String {
        format!("{}/assets/{name}", self.base)
    }

    pub(super) fn pacticipants(&self) -> String {
        self.to(&["pacticipants"])
    }

    pub(super) fn pacticipant(&self, name: &str) -> String {
        self.to(&["pacticipants", name])
    }

    pub(super) fn environments(&self) -> String {
        self.to(&["environments"])
    }

    pub(super) fn webhooks(&self) -> String {
        self.to(&["webhooks"])
    }

    pub(super) fn matrix(&self) -> String {
        self.to(&["matrix"])
    }

    pub(super) fn pair_matrix(&self, provider: &str, consumer: &str) -> String {
        self.to(&["matrix", "provider", provider, "consumer", consumer])
    }

    pub(super) fn integration(&self, provider: &str, consumer: &str) -> String {
        self.to(&["dashboard", "provider", provider, "consumer", consumer])
    }

    pub(super) fn contract(&self, provider: &str, consumer: &str, version: &str) -> String {
        self.to(&[
            "pacts", "provider", provider, "consumer", consumer, "version", version,
        ])
    }

    /// The page of a verification result, by the content's hash and the result's number.
    pub(super) fn result(&self, provider: &str, consumer: &str, sha: &str, number: i64) -> String {
        let number = number.to_string();
        self.to(&[
            "pacts",
            "provider",
            provider,
            "consumer",
            consumer,
            "pact-version",
            sha,
            "verification-results",
            &number,
        ])
    }

    pub(super) fn latest_contract(&self, provider: &str, consumer: &str) -> String {
        self.to(&["pacts", "provider", provider, "consumer", consumer, "latest"])
    }

    pub(super) fn badge(&self, provider: &str, consumer: &str) -> String {
        format!(
            "{}.svg",
            self.to(&[
                "pacts", "provider", provider, "consumer", consumer, "latest", "badge"
            ])
        )
    }

    pub(super) fn changes(&self, provider: &str, consumer: &str, version: &str) -> String {
        format!("{}/changes", self.contract(provider, consumer, version))
    }

    pub(super) fn webhook(&self, uuid: &str) -> String {
        self.to(&["webhooks", uuid])
    }

    pub(super) fn logs(&self, uuid: &str) -> String {
        self.to(&["triggered-webhooks", uuid, "logs"])
    }

    pub(super) fn replay(&self, uuid: &str) -> String {
        self.to(&["triggered-webhooks", uuid, "replay"])
    }

    pub(super) fn browser(&self) -> String {
        self.to(&["hal-browser", "browser.html"])
    }

    /// The browser at a path of the API, which is written as it should be asked for.
    pub(super) fn browse(&self, path: &str) -> String {
        format!("{}?path={}", self.browser(), encode(path))
    }

    pub(super) fn relation(&self, relation: &str) -> String {
        self.to(&["doc", relation])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_whatever_is_in_it() {
        let links = Links::new("/broker");
        assert_eq!(
            links.pacticipant("a/b c?d#e%é"),
            "/broker/pacticipants/a%2Fb%20c%3Fd%23e%25%C3%A9"
        );
        assert_eq!(links.pacticipant(".."), "/broker/pacticipants/..");
        assert_eq!(Links::new("").index(), "/");
    }
}
