//! Records deployments and releases.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::Client;
use super::environments::unknown;
use super::hal::{Document, encode, expand, text};
use super::retry::Repeatable;
use crate::{Error, ErrorKind};

/// A record that was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// The application.
    pub pacticipant: String,
    /// Its version, if one was given or found.
    pub version: Option<String>,
    /// The environment.
    pub environment: String,
    /// The instance of the application, if there are several.
    pub instance: Option<String>,
}

/// A version that is currently in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Deployment {
    /// The application.
    pub pacticipant: String,
    /// Its version.
    pub version: String,
    /// The environment.
    pub environment: String,
    /// How it got there.
    pub kind: DeploymentKind,
    /// The instance of the application, if there are several.
    pub instance: Option<String>,
    /// When it was recorded.
    pub since: Option<String>,
    /// The broker's key for the record.
    pub uuid: Option<String>,
}

/// How a version got into an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeploymentKind {
    /// Deployed: it replaced another version.
    Deployed,
    /// Released: it is supported next to others.
    Released,
}

impl DeploymentKind {
    /// Returns the link relation of an environment for these records.
    fn relation(self) -> &'static str {
        match self {
            Self::Deployed => "pb:currently-deployed-deployed-versions",
            Self::Released => "pb:currently-supported-released-versions",
        }
    }

    /// Returns the name of the list of records in a response.
    fn list(self) -> &'static str {
        match self {
            Self::Deployed => "deployedVersions",
            Self::Released => "releasedVersions",
        }
    }
}

impl Client {
    /// Returns what is currently deployed to and released in an environment, optionally of one application only.
    ///
    /// # Errors
    ///
    /// `Usage` if there is no such environment; `Broker` and `Unreachable`.
    pub async fn deployments(
        &self,
        environment: &str,
        pacticipant: Option<&str>,
    ) -> Result<Vec<Deployment>, Error> {
        let doing = format!("listing what is in the environment {environment:?}");
        let found = self
            .environment(environment)
            .await
            .map_err(|error| error.context(&doing))?;
        let resource = self
            .read(&doing, &self.environment_url(&found.uuid).await?)
            .await?;
        let mut deployments = Vec::new();
        for kind in [DeploymentKind::Deployed, DeploymentKind::Released] {
            let mut url = resource.link(kind.relation())?.to_owned();
            if let Some(name) = pacticipant {
                url = format!("{url}?pacticipant={}", encode(name));
            }
            let records = self
                .read_list(&doing, &url, usize::MAX, |page| {
                    page.embedded(kind.list())
                        .filter_map(|record| deployment(record, kind, environment))
                        .collect()
                })
                .await?;
            deployments.extend(records.items);
        }
        deployments.retain(|deployment| pacticipant.is_none_or(|name| deployment.pacticipant == name));
        Ok(deployments)
    }

    /// Records that this version was deployed to the environment, replacing the previously deployed one (of the same
    /// instance).
    ///
    /// # Errors
    ///
    /// `Usage` if the broker knows no such version or environment; `Broker` and `Unreachable`.
    pub async fn record_deployment(
        &self,
        pacticipant: &str,
        version: &str,
        environment: &str,
        instance: Option<&str>,
    ) -> Result<Recorded, Error> {
        let body = instance.map_or_else(|| json!({}), |name| json!({ "applicationInstance": name }));
        self.record(
            "pb:record-deployment",
            "deployment",
            pacticipant,
            version,
            environment,
            &body,
        )
        .await?;
        Ok(Recorded {
            instance: instance.map(str::to_owned),
            ..recorded(pacticipant, version, environment)
        })
    }

    /// Records that this version was released in the environment, next to those released before.
    ///
    /// # Errors
    ///
    /// See [`record_deployment`](Self::record_deployment).
    pub async fn record_release(
        &self,
        pacticipant: &str,
        version: &str,
        environment: &str,
    ) -> Result<Recorded, Error> {
        self.record(
            "pb:record-release",
            "release",
            pacticipant,
            version,
            environment,
            &json!({}),
        )
        .await?;
        Ok(recorded(pacticipant, version, environment))
    }

    /// Records that the application is no longer deployed to the environment (of this instance). Returns what was deployed:
    /// nothing if the application is not deployed there at all, so that a job can be run again.
    ///
    /// # Errors
    ///
    /// `Usage` if it is deployed there as other instances only, or application or environment are unknown; `Broker` and
    /// `Unreachable`.
    pub async fn record_undeployment(
        &self,
        pacticipant: &str,
        environment: &str,
        instance: Option<&str>,
    ) -> Result<Vec<Recorded>, Error> {
        let doing = format!("recording that {pacticipant:?} is no longer in {environment:?}");
        let current = self
            .current(
                &doing,
                environment,
                DeploymentKind::Deployed.relation(),
                pacticipant,
            )
            .await?;
        let deployed: Vec<&Value> = current
            .embedded("deployedVersions")
            .filter(|item| item["_embedded"]["pacticipant"]["name"] == pacticipant)
            .collect();
        if deployed.is_empty() {
            return match self.unknown_application(pacticipant).await? {
                Some(unknown) => Err(Error::new(ErrorKind::Usage, unknown).context(doing)),
                None => Ok(Vec::new()),
            };
        }
        let items: Vec<&Value> = (deployed.iter().copied())
            .filter(|item| instance_of(item) == instance)
            .collect();
        if items.is_empty() {
            let others: Vec<Option<&str>> = deployed.iter().map(|item| instance_of(item)).collect();
            let what = other_instances(pacticipant, environment, instance, &others);
            return Err(Error::new(ErrorKind::Usage, what).context(doing));
        }
        let versions = self.end(&doing, items, "currentlyDeployed").await?;
        Ok(versions
            .into_iter()
            .map(|version| Recorded {
                version,
                instance: instance.map(str::to_owned),
                ..recorded(pacticipant, "", environment)
            })
            .collect())
    }

    /// Records that a released version is no longer supported in the environment. One that was supported there and is not any
    /// more stays so.
    ///
    /// # Errors
    ///
    /// `Usage` if it never was, or application, version or environment are unknown; `Broker` and `Unreachable`.
    pub async fn record_support_ended(
        &self,
        pacticipant: &str,
        version: &str,
        environment: &str,
    ) -> Result<Recorded, Error> {
        let doing = format!("recording that {pacticipant:?} version {version:?} is no longer supported");
        let current = self
            .current(
                &doing,
                environment,
                DeploymentKind::Released.relation(),
                pacticipant,
            )
            .await?;
        let items: Vec<&Value> = current
            .embedded("releasedVersions")
            .filter(|item| {
                item["_embedded"]["pacticipant"]["name"] == pacticipant
                    && item["_embedded"]["version"]["number"] == version
            })
            .collect();
        if items.is_empty() {
            let hint = "correct the version";
            let known = self.known_version(&doing, pacticipant, version, hint).await?;
            if !self.was_released(&doing, &known, environment).await? {
                return Err(Error::new(
                    ErrorKind::Usage,
                    format!(
                        "{pacticipant:?} version {version:?} is not supported in {environment:?}: the broker has no \
                         release of it there"
                    ),
                )
                .context(doing));
            }
        }
        self.end(&doing, items, "currentlySupported").await?;
        Ok(recorded(pacticipant, version, environment))
    }

    /// Returns whether a version was released in an environment, supported or not.
    async fn was_released(&self, doing: &str, version: &Document, environment: &str) -> Result<bool, Error> {
        // Where releases are recorded they are listed as well.
        let Some(url) = version.named_link("pb:record-release", environment) else {
            return Ok(false);
        };
        let releases = self.read_if_present(doing, url).await?;
        Ok(releases.is_some_and(|releases| releases.embedded("releasedVersions").next().is_some()))
    }

    /// Returns a version.
    ///
    /// # Errors
    ///
    /// `Usage` if the broker does not know the version, with what to do then, or its application.
    async fn known_version(
        &self,
        doing: &str,
        pacticipant: &str,
        version: &str,
        hint: &str,
    ) -> Result<Document, Error> {
        let url = expand(
            self.index().await?.link("pb:pacticipant-version")?,
            &[("pacticipant", pacticipant), ("version", version)],
        );
        if let Some(found) = self.read_if_present(doing, &url).await? {
            return Ok(found);
        }
        let text = match self.unknown_application(pacticipant).await? {
            Some(unknown) => unknown,
            None => format!("the broker knows no version {version:?} of {pacticipant:?}; {hint}"),
        };
        Err(Error::new(ErrorKind::Usage, text).context(doing))
    }

    async fn record(
        &self,
        relation: &str,
        what: &str,
        pacticipant: &str,
        version: &str,
        environment: &str,
        body: &Value,
    ) -> Result<(), Error> {
        let doing = format!("recording the {what} of {pacticipant:?} version {version:?} to {environment:?}");
        let hint = "publish its contract or its verification result first";
        let found = self.known_version(&doing, pacticipant, version, hint).await?;
        let Some(url) = found.named_link(relation, environment) else {
            let known: Vec<String> = found
                .links(relation)
                .filter_map(|link| link.get("name")?.as_str().map(str::to_owned))
                .collect();
            return Err(unknown(environment, known.iter().map(String::as_str)).context(doing));
        };
        // Repeating it for the same version has no effect.
        self.send(Method::POST, &doing, url, body, Repeatable::Yes)
            .await?
            .confirmed(&doing)?;
        Ok(())
    }

    async fn current(
        &self,
        doing: &str,
        environment: &str,
        relation: &str,
        pacticipant: &str,
    ) -> Result<Document, Error> {
        let found = self
            .environment(environment)
            .await
            .map_err(|error| error.context(doing))?;
        let resource = self
            .read(doing, &self.environment_url(&found.uuid).await?)
            .await?;
        let url = format!("{}?pacticipant={}", resource.link(relation)?, encode(pacticipant));
        self.read(doing, &url).await
    }

    /// Patches each item; returns their versions.
    async fn end(&self, doing: &str, items: Vec<&Value>, member: &str) -> Result<Vec<Option<String>>, Error> {
        let mut versions = Vec::new();
        for item in items {
            let url = item["_links"]["self"]["href"].as_str().unwrap_or_default();
            let body = json!({ member: false });
            self.send(Method::PATCH, doing, url, &body, Repeatable::Yes)
                .await?;
            versions.push(item["_embedded"]["version"]["number"].as_str().map(str::to_owned));
        }
        Ok(versions)
    }
}

fn deployment(record: &Value, kind: DeploymentKind, environment: &str) -> Option<Deployment> {
    let embedded = &record["_embedded"];
    Some(Deployment {
        pacticipant: text(&embedded["pacticipant"], "name")?,
        version: text(&embedded["version"], "number")?,
        environment: environment.to_owned(),
        kind,
        instance: instance_of(record).map(str::to_owned),
        since: text(record, "createdAt"),
        uuid: text(record, "uuid"),
    })
}

/// Returns the instance of the application that a record is about, if there are several.
fn instance_of(record: &Value) -> Option<&str> {
    ["applicationInstance", "target"]
        .iter()
        .find_map(|name| record.get(*name)?.as_str())
}

/// Returns why nothing of this instance can be recorded.
fn other_instances(
    pacticipant: &str,
    environment: &str,
    instance: Option<&str>,
    deployed: &[Option<&str>],
) -> String {
    let named = |instance: Option<&str>| match instance {
        Some(name) => format!("as instance {name:?}"),
        None => "without an instance".to_owned(),
    };
    let mut present: Vec<String> = deployed.iter().map(|instance| named(*instance)).collect();
    present.sort_unstable();
    format!(
        "{pacticipant:?} is not deployed to {environment:?} {}; it is deployed there {}: correct the instance \
         (--application-instance)",
        named(instance),
        present.join(", ")
    )
}

fn recorded(pacticipant: &str, version: &str, environment: &str) -> Recorded {
    Recorded {
        pacticipant: pacticipant.to_owned(),
        version: Some(version.to_owned()),
        environment: environment.to_owned(),
        instance: None,
    }
}
