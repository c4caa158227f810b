//! What a scenario works with: a broker of its own, the clients, a folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use contract_tests::programs::Broker;
use reqwest::Method;
use serde_json::{Value, json};

use crate::command::{Said, command, run};
use crate::database::Database;
use crate::http::{Answer, send};
use crate::install::{Clients, RUBY, RUST};

/// The clients of one origin; they take the same commands and flags but where a scenario says otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Rust,
    Ruby,
}

impl Family {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Ruby => "ruby",
        }
    }
}

pub(crate) struct Scene {
    pub(crate) family: Family,
    broker: Broker,
    clients: Arc<Clients>,
    folder: tempfile::TempDir,
}

impl Scene {
    pub(crate) fn start(database: &Database, family: Family, clients: Arc<Clients>) -> Self {
        Self {
            family,
            broker: Broker::start(&database.url()),
            clients,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Runs the broker client of the scenario's family: `pact broker COMMAND …` or `pact-broker COMMAND …`.
    pub(crate) async fn broker(&self, arguments: &[&str]) -> Said {
        let mut client = match self.family {
            Family::Rust => {
                let mut pact = self.command(&self.clients.folder(RUST).join("bin/pact"));
                pact.arg("broker");
                pact
            }
            Family::Ruby => self.command(&self.clients.folder(RUBY).join("bin/pact-broker")),
        };
        client
            .args(arguments)
            .args(["--broker-base-url", &self.broker.url]);
        run(client).await
    }

    fn command(&self, program: &Path) -> tokio::process::Command {
        command(program, self.folder.path())
    }

    /// Writes a file into the folder in which the clients run; gives its path.
    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(Method::GET, &self.url(path), None).await.expect(200)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        send(Method::POST, &self.url(path), Some(body)).await
    }

    /// The address of a path; a whole address is itself.
    pub(crate) fn url(&self, path: &str) -> String {
        if path.starts_with("http://") {
            path.to_owned()
        } else {
            format!("{}{path}", self.broker.url)
        }
    }

    /// Publishes a result for the contract of a consumer version, by its link.
    pub(crate) async fn verified(
        &self,
        consumer: &str,
        version: &str,
        provider: &str,
        by: &str,
        success: bool,
    ) {
        let path = format!("/pacts/provider/{provider}/consumer/{consumer}/version/{version}");
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
