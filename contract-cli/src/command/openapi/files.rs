//! Reads descriptions and contracts: from disk, Git, the broker and other servers.

use std::path::Path;
use std::process::Command;

use clap::Args;
use contract_core::broker::{Auth, Client};
use contract_core::contract::files_in;
use contract_core::{Error, ErrorKind};
use contract_openapi::document::{Documents, LoadOptions, SourceError, Sources};
use contract_openapi::lint::Ruleset;
use contract_openapi::{AsyncDescription, ContractFile, Description};
use tokio::runtime::Handle;

use crate::broker::Credentials;

/// How the name of a description that the broker has begins.
const BROKER: &str = "broker:";

/// Where descriptions and contracts come from: files, `REVISION:PATH` of Git, URLs, and `broker:PROVIDER@BRANCH`.
#[derive(Debug, Args)]
pub(super) struct Inputs {
    /// Let `$ref` in files lead to http and https addresses
    #[arg(long)]
    allow_url_refs: bool,
    /// The broker's address, for broker:PROVIDER@BRANCH
    #[arg(
        long,
        env = "CONTRACT_BROKER_URL",
        value_name = "URL",
        help_heading = "Broker"
    )]
    broker_url: Option<String>,
    #[command(flatten)]
    credentials: Credentials,
}

/// A description's first file, which was read before so that its error keeps its kind, and the files that it leads to.
struct Read<'a> {
    name: &'a str,
    text: String,
    inputs: &'a Inputs,
}

impl Sources for Read<'_> {
    fn read(&self, name: &str) -> Result<String, SourceError> {
        if name == self.name {
            return Ok(self.text.clone());
        }
        stays_beside(self.name, name)?;
        self.inputs
            .read(name)
            .map_err(|error| SourceError::new(error.to_string()))
    }
}

/// Refuses a file that a symbolic link takes out of the folder of the description.
pub(super) fn stays_beside(description: &str, name: &str) -> Result<(), SourceError> {
    contract_core::description::stays_beside(Path::new(description), Path::new(name))
        .map_err(|error| SourceError::new(error.to_string()))
}

impl Inputs {
    /// Returns a description whose references all lead somewhere.
    pub(super) fn description(&self, name: &str) -> Result<Description, Error> {
        let description = Description::load(name, &self.first(name)?, &self.options()).map_err(usage)?;
        description.documents().check_references().map_err(usage)?;
        Ok(description)
    }

    pub(super) fn documents(&self, name: &str) -> Result<Documents, Error> {
        Documents::load(name, &self.first(name)?, &self.options()).map_err(usage)
    }

    /// Returns an AsyncAPI document with the files that its references lead to.
    pub(super) fn messages(&self, name: &str) -> Result<AsyncDescription, Error> {
        AsyncDescription::load(name, &self.first(name)?, &self.options()).map_err(usage)
    }

    /// Returns a rule file, with the files that it extends.
    pub(super) fn ruleset(&self, name: &str) -> Result<Ruleset, Error> {
        Ruleset::load(name, &self.first(name)?).map_err(usage)
    }

    pub(super) fn text(&self, name: &str) -> Result<String, Error> {
        self.read(name).map_err(|error| error.context(name))
    }

    fn first<'a>(&'a self, name: &'a str) -> Result<Read<'a>, Error> {
        Ok(Read {
            name,
            text: self.text(name)?,
            inputs: self,
        })
    }

    fn read(&self, name: &str) -> Result<String, Error> {
        if let Some(published) = name.strip_prefix(BROKER) {
            return self.published(published);
        }
        if name.starts_with("http://") || name.starts_with("https://") {
            return self.fetched(name);
        }
        let is_committed = name
            .split_once(':')
            .is_some_and(|(revision, path)| revision.len() > 1 && !path.is_empty());
        if !Path::new(name).exists() && is_committed {
            return committed(name);
        }
        std::fs::read_to_string(name).map_err(usage)
    }

    /// Returns the contracts of files and directories.
    pub(super) fn contracts(&self, names: &[String]) -> Result<Vec<NamedContract>, Error> {
        let mut files = Vec::new();
        for name in names {
            if Path::new(name).is_dir() {
                let found = files_in(name)?;
                files.extend(found.into_iter().map(|path| path.to_string_lossy().into_owned()));
            } else {
                files.push(name.clone());
            }
        }
        if files.is_empty() {
            return Err(usage(
                "no contract files: give files, or a directory that contains some",
            ));
        }
        files
            .into_iter()
            .map(|name| {
                let contract = ContractFile::from_text(&name, &self.text(&name)?).map_err(usage)?;
                let root = contract.root();
                if root.get("interactions").is_none() && root.get("messages").is_none() {
                    return Err(usage(format!("{name} is not a contract: it has no interactions")));
                }
                Ok(NamedContract { name, contract })
            })
            .collect()
    }

    fn options(&self) -> LoadOptions {
        LoadOptions {
            allow_urls: self.allow_url_refs,
            ..LoadOptions::default()
        }
    }

    /// Returns the description that the broker has under `PROVIDER@BRANCH`.
    fn published(&self, named: &str) -> Result<String, Error> {
        let parts = named
            .rsplit_once('@')
            .filter(|(provider, of)| !provider.is_empty() && !of.is_empty());
        let Some((provider, of)) = parts else {
            return Err(usage(
                "not a description of the broker: write broker:PROVIDER@BRANCH, with the name of a branch, an environment \
                 or a version. A published description is one file",
            ));
        };
        let Some(url) = self.broker() else {
            return Err(usage(
                "where is the broker? Give --broker-url, or set CONTRACT_BROKER_URL",
            ));
        };
        let client = self.credentials.client(url)?;
        waited(client.provider_description(provider, of)).map(|description| description.content)
    }

    /// Returns the text at a URL. Credentials are sent to the broker only.
    fn fetched(&self, url: &str) -> Result<String, Error> {
        let client = match self.broker() {
            Some(broker) => self.credentials.client(broker)?,
            None => Client::new(url, Auth::None)?,
        };
        waited(client.text_at(url))
    }

    fn broker(&self) -> Option<&str> {
        self.broker_url.as_deref().filter(|url| !url.is_empty())
    }
}

/// Waits for an answer: reading files is not asynchronous. The command has a runtime with several threads.
fn waited<T>(answer: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| Handle::current().block_on(answer))
}

/// Returns the file as committed in Git.
fn committed(object: &str) -> Result<String, Error> {
    let shown = Command::new("git").args(["show", object]).output();
    let shown = shown.map_err(|error| usage(format!("git could not be run ({error}): is it installed?")))?;
    if !shown.status.success() {
        return Err(usage(String::from_utf8_lossy(&shown.stderr).trim()));
    }
    String::from_utf8(shown.stdout).map_err(|_| usage("the file is not UTF-8"))
}

/// Converts an error of the library.
pub(super) fn usage(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Usage, error.to_string())
}

/// A contract with its file name.
pub(super) struct NamedContract {
    pub(super) name: String,
    pub(super) contract: ContractFile,
}

impl NamedContract {
    /// Returns the consumer, or the file if it names none.
    pub(super) fn consumer(&self) -> String {
        self.contract.consumer().unwrap_or(&self.name).to_owned()
    }
}
