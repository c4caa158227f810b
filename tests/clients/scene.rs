//! What a scenario works with: a broker of its own, the clients, a folder.

use std::path::Path;
use std::sync::Arc;

use contract_tests::programs::Broker;
use reqwest::Method;
use serde_json::{Value, json};

use crate::command::{Said, command, run};
use crate::database::Database;
use crate::http::{Answer, send};
use crate::install::{Clients, RUBY, RUST};
use crate::recorder::Recorder;
use crate::suite::Settings;

/// The clients of one origin; they take the same commands and flags but where a scenario says otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Rust,
    Ruby,
    JavaScript,
    Python,
    /// A server that agents use; it has no command line.
    Agent,
}

impl Family {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Ruby => "ruby",
            Self::JavaScript => "javascript",
            Self::Python => "python",
            Self::Agent => "mcp",
        }
    }
}

/// The key that seals the secrets of webhooks: 32 bytes in base64.
const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) family: Family,
    /// Where the clients find the broker.
    address: String,
    _broker: Arc<Broker>,
    pub(crate) clients: Arc<Clients>,
    folder: Arc<tempfile::TempDir>,
    /// With which the broker is asked directly.
    token: Option<&'static str>,
}

impl Scene {
    pub(crate) fn start(
        database: &Database,
        settings: Settings,
        family: Family,
        clients: Arc<Clients>,
    ) -> Self {
        let broker = Broker::start_with(
            &database.url(),
            // Webhooks call a server of the test.
            &[
                "--webhook-schemes",
                "http",
                "--webhook-allowed-hosts",
                "127.0.0.1",
            ],
            &[&[("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)], settings].concat(),
        );
        Self {
            family,
            address: broker.url.clone(),
            _broker: Arc::new(broker),
            clients,
            folder: Arc::new(tempfile::tempdir().unwrap()),
            token: None,
        }
    }

    /// The same, asking the broker with this token where no client does.
    pub(crate) fn known_by(&self, token: &'static str) -> Self {
        Self {
            token: Some(token),
            ..self.clone()
        }
    }

    /// The same, with a recorder between the clients and the broker.
    pub(crate) fn through(&self, recorder: &Recorder) -> Self {
        Self {
            address: recorder.url.clone(),
            ..self.clone()
        }
    }

    /// Runs the broker client of the scenario's family, `pact broker …` or `pact-broker …`, with the words of this line.
    pub(crate) async fn broker(&self, line: &str) -> Said {
        self.broker_with(line, &[]).await
    }

    /// As [`Scene::broker`], with more arguments, which may contain spaces.
    pub(crate) async fn broker_with(&self, line: &str, more: &[&str]) -> Said {
        self.client("broker", "pact-broker", line, more).await
    }

    /// Runs the client for provider contracts, `pact pactflow …` or `pactflow …`.
    pub(crate) async fn pactflow(&self, line: &str) -> Said {
        self.client("pactflow", "pactflow", line, &[]).await
    }

    async fn client(&self, rust: &str, ruby: &str, line: &str, more: &[&str]) -> Said {
        let mut client = match self.family {
            Family::Rust => {
                let mut pact = self.command(&self.clients.folder(RUST).join("bin/pact"));
                pact.arg(rust);
                pact
            }
            Family::Ruby => self.command(&self.clients.folder(RUBY).join("bin").join(ruby)),
            Family::JavaScript | Family::Python | Family::Agent => {
                panic!("this client brings no broker client")
            }
        };
        client
            .args(line.split_whitespace())
            .args(more)
            .args(["--broker-base-url", &self.address]);
        run(client).await
    }

    /// The words of this family or of the other.
    pub(crate) fn words(&self, rust: &'static str, ruby: &'static str) -> &'static str {
        match self.family {
            Family::Ruby => ruby,
            Family::Rust | Family::JavaScript | Family::Python | Family::Agent => rust,
        }
    }

    pub(crate) fn command(&self, program: &Path) -> tokio::process::Command {
        command(program, self.folder.path())
    }

    /// The folder in which the clients run.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into the folder in which the clients run.
    pub(crate) fn file(&self, name: &str, content: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await.expect(200)
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        send(method, &self.url(path), self.token, body).await
    }

    /// Whether the broker has nothing at this path.
    pub(crate) async fn lacks(&self, path: &str) -> bool {
        self.send(Method::GET, path, None).await.status == 404
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// The address of a path; a whole address is itself.
    pub(crate) fn url(&self, path: &str) -> String {
        if path.starts_with("http://") {
            path.to_owned()
        } else {
            format!("{}{path}", self.address)
        }
    }

    /// Publishes a contract of these paths with the client, on a branch.
    pub(crate) async fn published(&self, provider: &str, version: &str, branch: &str, paths: &[&str]) {
        let name = format!("web-app-{provider}-{version}.json");
        self.file(&name, &contract("web-app", provider, paths));
        let line = format!("publish {name} --consumer-app-version {version} --branch {branch}");
        self.broker(&line).await.ok();
    }

    /// Creates an environment with the client; gives its uuid.
    pub(crate) async fn environment(&self, name: &str) -> String {
        let line = format!("create-environment --name {name} --production");
        self.broker(&line).await.ok();
        let environments = self.get("/environments").await.json;
        let environments = environments["_embedded"]["environments"].as_array().unwrap();
        let environment = environments
            .iter()
            .find(|environment| environment["name"] == name);
        environment.unwrap()["uuid"].as_str().unwrap().to_owned()
    }

    /// Publishes a result for the contract of a version of web-app, by its link.
    pub(crate) async fn verified(&self, version: &str, provider: &str, by: &str, success: bool) {
        let path = format!("/pacts/provider/{provider}/consumer/web-app/version/{version}");
        let contract = self.get(&path).await.json;
        let link = contract["_links"]["pb:publish-verification-results"]["href"]
            .as_str()
            .unwrap();
        self.post(
            link,
            &json!({ "success": success, "providerApplicationVersion": by }),
        )
        .await
        .expect(201);
    }
}

/// A contract with one interaction for each path.
pub(crate) fn contract(consumer: &str, provider: &str, paths: &[&str]) -> String {
    let interactions: Vec<_> = paths
        .iter()
        .map(|path| {
            json!({
                "description": format!("a request for {path}"),
                "providerStates": [{ "name": format!("{path} exists") }],
                "request": { "method": "GET", "path": path },
                "response": { "status": 200 },
            })
        })
        .collect();
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    })
    .to_string()
}
