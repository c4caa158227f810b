//! What a verifier is asked to do, in the words of each client.

use serde_json::{Value, json};

use crate::command::{Said, run};
use crate::install::{JAVASCRIPT, PYTHON, RUBY_VERIFIER, RUST};
use crate::provider::Provider;
use crate::scene::{Family, Scene};

/// A verification of user-api.
#[derive(Clone, Default)]
pub(crate) struct Verification<'a> {
    /// None: the latest contract of each consumer, by the list that the broker had before there were selectors.
    pub(crate) selectors: Vec<Value>,
    pub(crate) pending: bool,
    pub(crate) wip_since: Option<&'a str>,
    pub(crate) branch: &'a str,
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
        }
    }

    async fn verify_with_rust(&self, provider: &Provider, asked: &Verification<'_>) -> Said {
        let mut client = self.command(&self.clients.folder(RUST).join("bin/pact"));
        client
            .args(["verifier", "--no-colour", "--provider-name", "user-api"])
            .args(["--broker-url", self.url("").as_str()])
            .args(["--hostname", "127.0.0.1", "--port", &provider.port.to_string()])
            .args(["--state-change-url", &provider.states_url()]);
        for selector in &asked.selectors {
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
            .args(["--provider", "user-api", "--pact-broker-base-url", &self.url("")])
            .args(["--provider-base-url", &provider.url()])
            .args(["--provider-states-setup-url", &provider.states_url()]);
        for selector in &asked.selectors {
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
            "provider": "user-api",
            "pactBrokerUrl": self.url(""),
            "providerBaseUrl": provider.url(),
            "providerStatesSetupUrl": provider.states_url(),
            "consumerVersionSelectors": asked.selectors,
            "enablePending": asked.pending,
            "logLevel": "error",
        });
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
            "provider": "user-api",
            "brokerUrl": self.url(""),
            "providerUrl": provider.url(),
            "statesUrl": provider.states_url(),
            "selectors": asked.selectors,
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
