//! Publishes contracts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use reqwest::Method;
use serde_json::{Value, json};

use super::retry::Repeatable;
use super::{Client, Notice};
use crate::contract::files_in;
use crate::contract::read::{is_contract, json_text, utf8};
use crate::{Error, ErrorKind};

/// Contracts to publish under one version of their consumers.
///
/// ```no_run
/// use contract_core::broker::Publication;
///
/// let publication = Publication::new("5f2c1a9").branch("main").path("contracts")?;
/// assert!(!publication.is_empty());
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Publication {
    version: String,
    branch: Option<String>,
    tags: Vec<String>,
    build_url: Option<String>,
    merge: bool,
    contracts: Vec<Publishable>,
    others: Vec<PathBuf>,
}

#[derive(Debug, Clone)]
struct Publishable {
    consumer: String,
    provider: String,
    content: Vec<u8>,
    origin: String,
    /// The number of contracts between the same applications before it.
    round: usize,
}

/// The result of publishing the contracts of one consumer.
#[derive(Debug, Clone)]
pub struct Published {
    /// The consumer.
    pub consumer: String,
    /// Its version.
    pub version: String,
    /// The providers of its contracts.
    pub providers: Vec<String>,
    /// The broker's notices.
    pub notices: Vec<Notice>,
    /// The URLs of the published contracts.
    pub urls: Vec<String>,
}

impl Publication {
    /// Creates a publication under this version of the consumer, ideally the commit hash.
    pub fn new(version: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            branch: None,
            tags: Vec::new(),
            build_url: None,
            merge: false,
            contracts: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Sets the branch of the version.
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = Some(branch.into());
        self
    }

    /// Adds a tag to the version.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Sets the URL of the build that publishes.
    pub fn build_url(mut self, url: impl Into<String>) -> Self {
        self.build_url = Some(url.into());
        self
    }

    /// Merges the interactions into those that the broker has for the same version, for builds whose parts each publish
    /// their own. By default a contract replaces the existing one.
    ///
    /// Several contracts between the same applications, such as those of several test jobs, can then be added as well.
    pub fn merge(mut self, merge: bool) -> Self {
        self.merge = merge;
        self
    }

    /// Adds a contract file. Its bytes are published unchanged, except for a byte order mark.
    ///
    /// # Errors
    ///
    /// `Io` if it cannot be read, `Malformed` or `NotAContract` if it is not a contract.
    pub fn file(mut self, path: impl AsRef<Path>) -> Result<Self, Error> {
        self.add_file(path.as_ref())?;
        Ok(self)
    }

    /// Adds a contract file, or all those of a directory ([`files_in`]); see [`paths`](Self::paths).
    ///
    /// # Errors
    ///
    /// See [`paths`](Self::paths).
    pub fn path(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        self.paths([path])
    }

    /// Adds contract files, and all those of directories. JSON documents in a directory that are not contracts are
    /// [skipped](Self::others).
    ///
    /// # Errors
    ///
    /// If any file cannot be read or is not a contract; the error names all of them, and nothing is published. For the
    /// kinds see [`file`](Self::file).
    pub fn paths<P: AsRef<Path>>(mut self, paths: impl IntoIterator<Item = P>) -> Result<Self, Error> {
        let mut unreadable = Vec::new();
        for path in paths {
            let path = path.as_ref();
            if !path.is_dir() {
                unreadable.extend(self.add_file(path).err());
                continue;
            }
            for file in files_in(path)? {
                match self.add_file(&file) {
                    Err(error) if error.kind() == ErrorKind::NotAContract => self.others.push(file),
                    added => unreadable.extend(added.err()),
                }
            }
        }
        match Error::all("files cannot be read, so nothing was published", unreadable) {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// Returns the JSON documents in the directories that are not contracts and are not published.
    pub fn others(&self) -> &[PathBuf] {
        &self.others
    }

    /// Adds the bytes of a contract; `origin` names it in errors.
    ///
    /// # Errors
    ///
    /// `Malformed` or `NotAContract` if they are not a contract, `Conflict` if there already is one between the same
    /// applications.
    pub fn content(mut self, content: impl Into<Vec<u8>>, origin: &str) -> Result<Self, Error> {
        self.add(&content.into(), origin)?;
        Ok(self)
    }

    fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let content = std::fs::read(path).map_err(|error| {
            Error::new(
                ErrorKind::Io,
                format!(
                    "cannot read the contract {}: {error}; give a contract file, or the directory that holds them",
                    path.display()
                ),
            )
        })?;
        self.add(&content, &path.display().to_string())
    }

    fn add(&mut self, content: &[u8], origin: &str) -> Result<(), Error> {
        let text = utf8(content.into(), origin)?;
        let json = json_text(&text, origin)?;
        let kind = if is_contract(&json) {
            ErrorKind::Malformed
        } else {
            ErrorKind::NotAContract
        };
        let name = |side: &str| {
            json.get(side)
                .and_then(|side| side.get("name"))
                .and_then(|name| name.as_str())
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .ok_or_else(|| {
                    Error::new(
                        kind,
                        format!("{origin} is not a contract: it names no {side} (member {side}.name)"),
                    )
                })
        };
        let (consumer, provider) = (name("consumer")?, name("provider")?);
        let content = text.as_bytes().to_vec();
        let of_same_pair = (self.contracts.iter())
            .filter(|earlier| earlier.consumer == consumer && earlier.provider == provider);
        let mut round = 0;
        for earlier in of_same_pair {
            if earlier.content == content {
                return Ok(());
            }
            if !self.merge {
                return Err(Error::new(
                    ErrorKind::Conflict,
                    format!(
                        "both {} and {origin} are the contract between {consumer:?} and {provider:?}: publish one, or let the \
                         broker merge them (merge, --merge)",
                        earlier.origin
                    ),
                ));
            }
            round += 1;
        }
        self.contracts.push(Publishable {
            consumer,
            provider,
            content,
            origin: origin.to_owned(),
            round,
        });
        Ok(())
    }

    /// Returns the number of contracts.
    pub fn len(&self) -> usize {
        self.contracts.len()
    }

    /// Returns whether there are no contracts.
    pub fn is_empty(&self) -> bool {
        self.contracts.is_empty()
    }

    /// Returns one request body for each consumer, and further ones for contracts that are merged into those of an earlier
    /// one.
    fn requests(&self) -> impl ExactSizeIterator<Item = (&str, Vec<&Publishable>, Value)> {
        let mut requests: BTreeMap<(usize, &str), Vec<&Publishable>> = BTreeMap::new();
        for contract in &self.contracts {
            let request = requests.entry((contract.round, &contract.consumer)).or_default();
            request.push(contract);
        }
        requests.into_iter().map(|((_, consumer), contracts)| {
            let mut body = json!({
                "pacticipantName": consumer,
                "pacticipantVersionNumber": self.version,
                "tags": self.tags,
                "contracts": contracts.iter().map(|contract| json!({
                    "consumerName": contract.consumer,
                    "providerName": contract.provider,
                    "content": base64::engine::general_purpose::STANDARD.encode(&contract.content),
                    "contentType": "application/json",
                    "specification": "pact",
                    "onConflict": if self.merge { "merge" } else { "overwrite" },
                })).collect::<Vec<_>>(),
            });
            if let Some(branch) = &self.branch {
                body["branch"] = json!(branch);
            }
            if let Some(build_url) = &self.build_url {
                body["buildUrl"] = json!(build_url);
            }
            (consumer, contracts, body)
        })
    }
}

impl Client {
    /// Publishes contracts, with one call per consumer.
    ///
    /// # Errors
    ///
    /// `Usage` without a contract; `Conflict` if the version already has different content; `Broker` and `Unreachable`.
    pub async fn publish(&self, publication: &Publication) -> Result<Vec<Published>, Error> {
        self.publish_watched(publication, |_, _| {}).await
    }

    /// Like [`publish`](Self::publish), with a callback after each consumer: how many are published, of how many.
    ///
    /// # Errors
    ///
    /// See [`publish`](Self::publish).
    pub async fn publish_watched(
        &self,
        publication: &Publication,
        mut on_published: impl FnMut(usize, usize),
    ) -> Result<Vec<Published>, Error> {
        if publication.is_empty() {
            return Err(Error::new(
                ErrorKind::Usage,
                "there is no contract to publish: run the consumer's tests first, or give another directory",
            ));
        }
        let url = self.index().await?.link("pb:publish-contracts")?.to_owned();
        let mut published = Vec::new();
        let requests = publication.requests();
        let consumers = requests.len();
        for (consumer, contracts, body) in requests {
            let doing = format!(
                "publishing the contracts of {consumer:?} version {:?}",
                publication.version
            );
            // Repeating it with the same content has no effect.
            let answer = self
                .send(Method::POST, &doing, &url, &body, Repeatable::Yes)
                .await
                .and_then(|answer| answer.confirmed(&doing))
                .map_err(|error| after(&published, error))?;
            published.push(Published {
                consumer: consumer.to_owned(),
                version: publication.version.clone(),
                providers: contracts
                    .iter()
                    .map(|contract| contract.provider.clone())
                    .collect(),
                notices: Notice::all(&answer.body),
                urls: answer
                    .links("pb:contracts")
                    .filter_map(|link| link.get("href")?.as_str().map(str::to_owned))
                    .collect(),
            });
            on_published(published.len(), consumers);
        }
        Ok(published)
    }
}

/// Returns the error with what was published before it happened.
fn after(published: &[Published], error: Error) -> Error {
    let names: Vec<String> = published
        .iter()
        .map(|one| format!("{:?}", one.consumer))
        .collect();
    if names.is_empty() {
        return error;
    }
    error.context(format!(
        "the contracts of {} were published, then this failed",
        names.join(", ")
    ))
}
