//! What a verifier is asked to do, in the words of each client.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::command::{Said, run};
use crate::install::{JAVASCRIPT, PYTHON, RUBY_VERIFIER, RUST};
use crate::provider::Provider;
use crate::scene::{Family, Scene};

/// Where a verifier finds contracts.
#[derive(Clone)]
pub(crate) enum Source {
    /// In the broker. With no selector: the latest contract of each consumer.
    Selectors(Vec<Value>),
    Files(Vec<PathBuf>),
    /// At an address in the broker.
    Url(String),
}

impl Source {
    fn selectors(&self) -> &[Value] {
        match self {
            Self::Selectors(selectors) => selectors,
            Self::Files(_) | Self::Url(_) => &[],
        }
    }

    fn files(&self) -> &[PathBuf] {
        match self {
            Self::Files(files) => files,
            Self::Selectors(_) | Self::Url(_) => &[],
        }
    }

    fn in_broker(&self) -> bool {
        matches!(self, Self::Selectors(_))
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::Url(url) => Some(url),
            Self::Selectors(_) | Self::Files(_) => None,
        }
    }

    /// Files and address, as one list.
    fn places(&self) -> Vec<String> {
        let files = self.files().iter().map(|file| file.display().to_string());
        files.chain(self.url().map(str::to_owned)).collect()
    }
}

impl Default for Source {
    fn default() -> Self {
        Self::Selectors(Vec::new())
    }
}

/// A verification of a provider.
#[derive(Clone, Default)]
pub(crate) struct Verification<'a> {
    pub(crate) source: Source,
    /// The latest with this consumer version tag, as asked before there were selectors; only of the Ruby verifier.
    pub(crate) tag: Option<&'a str>,
    pub(crate) pending: bool,
    pub(crate) wip_since: Option<&'a str>,
    pub(crate) branch: &'a str,
    pub(crate) token: Option<&'a str>,
    pub(crate) publish: Option<Publish<'a>>,
}

/// How results are published.
#[derive(Clone, Copy)]
pub(crate) struct Publish<'a> {
    pub(crate) version: &'a str,
    pub(crate) tags: &'a [&'a str],
    pub(crate) build_url: &'a str,
}

impl Scene {
    /// Verifies the provider with the client of the scenario's family.
    pub(crate) async fn verify(&self, provider: &Provider, verification: &Verification<'_>) -> Said {
        match self.family {
            Family::Rust => self.verify_with_rust(provider, verification).await,
            Family::Ruby => self.verify_with_ruby(provider, verification).await,
            Family::JavaScript => self.verify_with_javascript(provider, verification).await,
            Family::Python => self.verify_with_python(provider, verification).await,
            Family::Agent => panic!("this client verifies nothing"),
        }
    }

    async fn verify_with_rust(&self, provider: &Provider, asked: &Verification<'_>) -> Said {
        let mut client = self.command(&self.clients.folder(RUST).join("bin/pact"));
        client
            .args(["verifier", "--no-colour", "--provider-name", provider.name])
            .args(["--hostname", "127.0.0.1", "--port", &provider.port.to_string()])
            .args(["--state-change-url", &provider.states_url()]);
        if asked.source.in_broker() {
            client.args(["--broker-url", &self.url("")]);
        }
        if let Some(token) = asked.token {
            client.args(["--token", token]);
        }
        for file in asked.source.files() {
            client.arg("--file").arg(file);
        }
        if let Some(url) = asked.source.url() {
            client.args(["--url", url]);
        }
        for selector in asked.source.selectors() {
            client.args(["--consumer-version-selectors", &selector.to_string()]);
        }
        if !asked.branch.is_empty() {
            client.args(["--provider-branch", asked.branch]);
        }
        if asked.pending {
            client.arg("--enable-pending");
        }
        if let Some(since) = asked.wip_since {
            client.args(["--include-wip-pacts-since", since]);
        }
        if let Some(publish) = asked.publish {
            client
                .args(["--publish", "--provider-version", publish.version])
                .args(["--build-url", publish.build_url]);
            if !publish.tags.is_empty() {
                client.args(["--provider-tags", &publish.tags.join(",")]);
            }
        }
        run(client).await
    }

    async fn verify_with_ruby(&self, provider: &Provider, asked: &Verification<'_>) -> Said {
        let mut client = self.command(
            &self
                .clients
                .folder(RUBY_VERIFIER)
                .join("bin/pact-provider-verifier"),
        );
        client
            .args(asked.source.places())
            .args(["--provider-base-url", &provider.url()])
            .args(["--provider-states-setup-url", &provider.states_url()]);
        if asked.source.in_broker() {
            client.args([
                "--provider",
                provider.name,
                "--pact-broker-base-url",
                &self.url(""),
            ]);
        }
        if let Some(token) = asked.token {
            client.args(["--broker-token", token]);
        }
        if let Some(tag) = asked.tag {
            client.args(["--consumer-version-tag", tag]);
        }
        for selector in asked.source.selectors() {
            client.args(["--consumer-version-selector", &selector.to_string()]);
        }
        if !asked.branch.is_empty() {
            client.args(["--provider-version-branch", asked.branch]);
        }
        if asked.pending {
            client.arg("--enable-pending");
        }
        if let Some(since) = asked.wip_since {
            client.args(["--include-wip-pacts-since", since]);
        }
        if let Some(publish) = asked.publish {
            client.args([
                "--publish-verification-results",
                "--provider-app-version",
                publish.version,
            ]);
            for tag in publish.tags {
                client.args(["--provider-version-tag", tag]);
            }
        }
        run(client).await
    }

    async fn verify_with_javascript(&self, provider: &Provider, asked: &Verification<'_>) -> Said {
        let mut options = json!({
            "provider": provider.name,
            "providerBaseUrl": provider.url(),
            "providerStatesSetupUrl": provider.states_url(),
            "enablePending": asked.pending,
            "logLevel": "error",
        });
        if asked.source.in_broker() {
            options["pactBrokerUrl"] = self.url("").into();
            options["consumerVersionSelectors"] = asked.source.selectors().into();
        } else {
            options["pactUrls"] = asked.source.places().into();
        }
        if let Some(token) = asked.token {
            options["pactBrokerToken"] = token.into();
        }
        if !asked.branch.is_empty() {
            options["providerVersionBranch"] = asked.branch.into();
        }
        if let Some(since) = asked.wip_since {
            options["includeWipPactsSince"] = since.into();
        }
        if let Some(publish) = asked.publish {
            options["publishVerificationResult"] = true.into();
            options["providerVersion"] = publish.version.into();
            options["providerVersionTags"] = publish.tags.into();
            options["buildUrl"] = publish.build_url.into();
        }
        self.file("verify.cjs", include_str!("verify.cjs"));
        let mut client = self.command("node".as_ref());
        client
            .env("NODE_PATH", self.clients.folder(JAVASCRIPT).join("node_modules"))
            .args(["verify.cjs", &options.to_string()]);
        run(client).await
    }

    async fn verify_with_python(&self, provider: &Provider, asked: &Verification<'_>) -> Said {
        let mut options = json!({
            "provider": provider.name,
            "brokerUrl": self.url(""),
            "token": asked.token,
            "places": asked.source.places(),
            "providerUrl": provider.url(),
            "statesUrl": provider.states_url(),
            "selectors": asked.source.selectors(),
            "pending": asked.pending,
            "wipSince": asked.wip_since,
            "branch": asked.branch,
        });
        if let Some(publish) = asked.publish {
            options["publish"] = json!({
                "version": publish.version,
                "branch": asked.branch,
                "tags": publish.tags,
                "buildUrl": publish.build_url,
            });
        }
        self.file("verify.py", include_str!("verify.py"));
        let mut client = self.command(&self.clients.folder(PYTHON).join("bin/python"));
        client.args(["verify.py", &options.to_string()]);
        run(client).await
    }
}
