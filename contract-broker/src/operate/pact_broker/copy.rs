//! Reads everything, in the order in which one thing needs another, and writes it.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Value, json};

use super::{
    contract::published,
    source::{Source, path},
    target::{Answer, Target},
};
use crate::{Config, Error, config::Secret, domain::time, store::moved::Moved};

/// How many rows of a matrix are asked for: one for each version of the provider that verified one contract.
const ROWS: &str = "10000";

/// Copies what a Pact Broker serves into the broker of these settings: applications with labels, environments, versions
/// with branches and tags in their order, contracts, verification results, what is deployed and released now, and webhooks,
/// disabled. What is there already is left as it is, so a copy that was interrupted is started again, and one that was made
/// earlier is brought up to date. Gives what it does, and what cannot be copied, to `line`.
///
/// # Errors
/// The Pact Broker cannot be reached or refuses; the database fails.
pub async fn move_in(config: &Config, source: &Source, line: impl FnMut(String)) -> Result<(), Error> {
    let target = Target::open(config).await?;
    let mut copy = Copy {
        source,
        target,
        line,
        results: Vec::new(),
    };
    let copied = copy.all().await;
    copy.target.close().await;
    copied
}

struct Copy<'a, L> {
    source: &'a Source,
    target: Target,
    line: L,
    results: Vec<VerificationResult>,
}

/// A version that is to be copied.
struct Version {
    pacticipant: String,
    number: String,
    created_at: i64,
    body: Value,
}

/// A result that is to be copied, once its contract and all versions are there.
struct VerificationResult {
    consumer: String,
    consumer_version: String,
    provider: String,
    provider_version: String,
    success: bool,
    verified_at: i64,
    /// Where it is.
    href: String,
}

impl<L: FnMut(String)> Copy<'_, L> {
    fn say(&mut self, what: String) {
        (self.line)(what);
    }

    async fn all(&mut self) -> Result<(), Error> {
        let pacticipants = self.pacticipants().await?;
        self.environments().await?;
        let versions = self.versions(&pacticipants).await?;
        self.contracts(&versions).await?;
        self.results().await?;
        self.deployments().await?;
        self.webhooks().await?;
        self.say(
            "Not copied, because the API of a Pact Broker does not tell: earlier deployments, contents that were \
             overwritten, results that a newer one of the same provider version replaced, secrets of webhooks."
                .to_owned(),
        );
        Ok(())
    }

    async fn pacticipants(&mut self) -> Result<Vec<String>, Error> {
        let listed = self
            .source
            .list(&self.source.path(&["pacticipants"]), "pacticipants")
            .await?;
        let mut names = Vec::new();
        for one in &listed {
            let name = text(one, "name")?;
            let whole = self
                .source
                .get(&self.source.path(&["pacticipants", &name]))
                .await?;
            let mut body = json!({ "name": name });
            for member in [
                "displayName",
                "repositoryUrl",
                "repositoryName",
                "repositoryNamespace",
                "mainBranch",
            ] {
                if !whole[member].is_null() {
                    body[member] = whole[member].clone();
                }
            }
            self.write(Method::PATCH, &["pacticipants", &name], &body).await?;
            for label in whole["_embedded"]["labels"].as_array().into_iter().flatten() {
                let label = text(label, "name")?;
                self.write(
                    Method::PUT,
                    &["pacticipants", &name, "labels", &label],
                    &json!({}),
                )
                .await?;
            }
            names.push(name);
        }
        self.say(format!("{} applications", names.len()));
        Ok(names)
    }

    async fn environments(&mut self) -> Result<(), Error> {
        let listed = self
            .source
            .list(&self.source.path(&["environments"]), "environments")
            .await?;
        let there = self
            .target
            .expect(Method::GET, "/environments", String::new())
            .await?;
        let there: BTreeSet<&str> = there["_embedded"]["environments"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|environment| environment["name"].as_str())
            .collect();
        for one in &listed {
            let name = text(one, "name")?;
            if there.contains(name.as_str()) {
                continue;
            }
            let mut body = json!({ "name": name, "production": one["production"] });
            for member in ["displayName", "contacts"] {
                if !one[member].is_null() {
                    body[member] = one[member].clone();
                }
            }
            self.write(Method::POST, &["environments"], &body).await?;
            let uuid = text(one, "uuid")?;
            self.target.keep(Moved::Environment { name, uuid }).await?;
        }
        self.say(format!("{} environments", listed.len()));
        Ok(())
    }

    /// Versions are listed newest first; here the order in which they are made counts.
    async fn versions(&mut self, pacticipants: &[String]) -> Result<Vec<Version>, Error> {
        let mut all = Vec::new();
        for pacticipant in pacticipants {
            let href = self.source.path(&["pacticipants", pacticipant, "versions"]);
            let mut newest_first = self.source.list(&href, "versions").await?;
            newest_first.reverse();
            let mut earliest = i64::MIN;
            for body in newest_first {
                // The order within an application is the broker's own, even if a time contradicts it.
                earliest = earliest.max(moment(&body, "createdAt")?);
                all.push((
                    earliest,
                    Version {
                        pacticipant: pacticipant.clone(),
                        number: text(&body, "number")?,
                        created_at: moment(&body, "createdAt")?,
                        body,
                    },
                ));
            }
        }
        all.sort_by_key(|(place, _)| *place);
        let versions: Vec<Version> = all.into_iter().map(|(_, version)| version).collect();
        for version in &versions {
            self.version(version).await?;
        }
        self.say(format!("{} versions", versions.len()));
        Ok(versions)
    }

    async fn version(&mut self, version: &Version) -> Result<(), Error> {
        let Version {
            pacticipant,
            number,
            created_at,
            body,
        } = version;
        let own = ["pacticipants", pacticipant, "versions", number];
        let fields = match body["buildUrl"].as_str() {
            Some(build_url) => json!({ "buildUrl": build_url }),
            None => json!({}),
        };
        self.write(Method::PUT, &own, &fields).await?;
        for branch in body["_embedded"]["branchVersions"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let branch = text(branch, "name")?;
            let path = [
                "pacticipants",
                pacticipant,
                "branches",
                &branch,
                "versions",
                number,
            ];
            self.write(Method::PUT, &path, &json!({})).await?;
        }
        for tag in body["_embedded"]["tags"].as_array().into_iter().flatten() {
            let tag = text(tag, "name")?;
            let path = ["pacticipants", pacticipant, "versions", number, "tags", &tag];
            self.write(Method::PUT, &path, &json!({})).await?;
        }
        self.target
            .keep(Moved::Version {
                pacticipant: pacticipant.clone(),
                number: number.clone(),
                created_at: *created_at,
            })
            .await
    }

    async fn contracts(&mut self, versions: &[Version]) -> Result<(), Error> {
        let mut count = 0_usize;
        for version in versions {
            for link in version.body["_links"]["pb:pact-versions"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let href = text(link, "href")?;
                let served = self.source.text(&href).await?;
                let parsed: Value = serde_json::from_str(&served)
                    .map_err(|error| Error::new(&format!("reading {href}"), error))?;
                let provider = text(&parsed["_links"]["pb:provider"], "name")
                    .or_else(|_| text(&parsed["provider"], "name"))?;
                let consumer = &version.pacticipant;
                let place = path(&[
                    "pacts",
                    "provider",
                    &provider,
                    "consumer",
                    consumer,
                    "version",
                    &version.number,
                ]);
                self.target
                    .expect(Method::PUT, &place, published(&served))
                    .await?;
                self.target
                    .keep(Moved::Contract {
                        consumer: consumer.clone(),
                        version: version.number.clone(),
                        provider: provider.clone(),
                        created_at: moment(&parsed, "createdAt")?,
                    })
                    .await?;
                self.note_results(consumer, &version.number, &provider).await?;
                count += 1;
            }
        }
        self.say(format!("{count} contracts"));
        Ok(())
    }

    /// Notes the results of a contract that are not here yet.
    async fn note_results(&mut self, consumer: &str, version: &str, provider: &str) -> Result<(), Error> {
        let question = matrix(consumer, version, provider);
        let there = self
            .source
            .get(&format!("{}{question}", self.source.base()))
            .await?;
        let here = self.target.expect(Method::GET, &question, String::new()).await?;
        let outcome = |row: &Value| {
            (
                row["provider"]["version"]["number"].as_str().map(str::to_owned),
                row["verificationResult"]["success"].as_bool(),
            )
        };
        let rows = |answer: &Value| answer["matrix"].as_array().cloned().unwrap_or_default();
        let known: BTreeSet<_> = rows(&here).iter().map(outcome).collect();
        for row in rows(&there) {
            let (Some(provider_version), Some(success)) = outcome(&row) else {
                continue;
            };
            if known.contains(&(Some(provider_version.clone()), Some(success))) {
                continue;
            }
            // Where contract and description were compared, there is no result of a verification.
            let Some(href) = row["verificationResult"]["_links"]["self"]["href"].as_str() else {
                continue;
            };
            self.results.push(VerificationResult {
                consumer: consumer.to_owned(),
                consumer_version: version.to_owned(),
                provider: provider.to_owned(),
                provider_version,
                success,
                verified_at: moment(&row["verificationResult"], "verifiedAt")?,
                href: href.to_owned(),
            });
        }
        Ok(())
    }

    async fn results(&mut self) -> Result<(), Error> {
        let mut results = std::mem::take(&mut self.results);
        results.sort_by_key(|result| result.verified_at);
        let mut done = BTreeSet::new();
        for result in &results {
            // Versions with the same content have the same result.
            if !done.insert(&result.href) {
                continue;
            }
            let whole = self.source.get(&result.href).await?;
            let mut body = json!({
                "success": result.success,
                "providerApplicationVersion": result.provider_version,
            });
            for member in ["buildUrl", "testResults", "verifiedBy"] {
                if !whole[member].is_null() {
                    body[member] = whole[member].clone();
                }
            }
            let contract = path(&[
                "pacts",
                "provider",
                &result.provider,
                "consumer",
                &result.consumer,
                "version",
                &result.consumer_version,
            ]);
            let contract = self.target.expect(Method::GET, &contract, String::new()).await?;
            let publish = text(&contract["_links"]["pb:publish-verification-results"], "href")?;
            let publish = publish.trim_start_matches("http://localhost");
            self.target
                .expect(Method::POST, publish, body.to_string())
                .await?;
        }
        self.say(format!("{} verification results that were not here", done.len()));
        Ok(())
    }

    async fn deployments(&mut self) -> Result<(), Error> {
        let listed = self
            .source
            .list(&self.source.path(&["environments"]), "environments")
            .await?;
        let here = self
            .target
            .expect(Method::GET, "/environments", String::new())
            .await?;
        let uuids: BTreeMap<&str, &str> = here["_embedded"]["environments"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| Some((one["name"].as_str()?, one["uuid"].as_str()?)))
            .collect();
        let mut count = 0_usize;
        for environment in &listed {
            let name = text(environment, "name")?;
            let Some(uuid) = uuids.get(name.as_str()) else {
                return Err(Error::said(format!("the environment {name} is gone meanwhile")));
            };
            for (link, list, kind) in [
                (
                    "pb:currently-deployed-deployed-versions",
                    "deployedVersions",
                    "deployed-versions",
                ),
                (
                    "pb:currently-supported-released-versions",
                    "releasedVersions",
                    "released-versions",
                ),
            ] {
                let href = text(&environment["_links"][link], "href")?;
                let mut records = self.source.list(&href, list).await?;
                records.sort_by_key(|record| moment(record, "createdAt").unwrap_or_default());
                for record in &records {
                    self.deployment(record, kind, uuid).await?;
                    count += 1;
                }
            }
        }
        self.say(format!("{count} deployments and releases"));
        Ok(())
    }

    async fn deployment(&mut self, record: &Value, kind: &str, environment: &str) -> Result<(), Error> {
        let pacticipant = text(&record["_embedded"]["pacticipant"], "name")?;
        let number = text(&record["_embedded"]["version"], "number")?;
        let body = match record["applicationInstance"]
            .as_str()
            .or(record["target"].as_str())
        {
            Some(instance) => json!({ "applicationInstance": instance }),
            None => json!({}),
        };
        let place = [
            "pacticipants",
            &pacticipant,
            "versions",
            &number,
            kind,
            "environment",
            environment,
        ];
        let made = self.write(Method::POST, &place, &body).await?;
        self.target
            .keep(Moved::Deployment {
                new: text(&made, "uuid")?,
                uuid: text(record, "uuid")?,
                created_at: moment(record, "createdAt")?,
            })
            .await
    }

    /// Copies webhooks, disabled: two brokers must not both start builds. One that is here already stays as it is.
    async fn webhooks(&mut self) -> Result<(), Error> {
        let listed = self.source.get(&self.source.path(&["webhooks"])).await?;
        let mut count = 0_usize;
        for link in listed["_links"]["pb:webhooks"].as_array().into_iter().flatten() {
            let href = text(link, "href")?;
            let Some(uuid) = href.split('?').next().and_then(|href| href.rsplit('/').next()) else {
                continue;
            };
            let place = path(&["webhooks", uuid]);
            if self
                .target
                .send(Method::GET, &place, String::new())
                .await?
                .status
                .is_success()
            {
                continue;
            }
            let whole = self.source.get(&href).await?;
            let mut body = json!({ "enabled": false });
            for member in ["description", "events", "request", "consumer", "provider"] {
                if !whole[member].is_null() {
                    body[member] = whole[member].clone();
                }
            }
            let missing = without_masked(&mut body["request"]);
            let Answer { status, body } = self.target.send(Method::PUT, &place, body.to_string()).await?;
            if !status.is_success() {
                self.say(format!("webhook {uuid} is NOT copied: {status}: {body}"));
                continue;
            }
            count += 1;
            if !missing.is_empty() {
                self.say(format!(
                    "webhook {uuid} is here without {}, which the Pact Broker masks: set them before you enable it",
                    missing.join(", ")
                ));
            }
        }
        self.say(format!("{count} webhooks that were not here, disabled"));
        Ok(())
    }

    async fn write(&self, method: Method, parts: &[&str], body: &Value) -> Result<Value, Error> {
        self.target.expect(method, &path(parts), body.to_string()).await
    }
}

/// Removes headers and the account of a webhook whose values are masked; returns their names.
fn without_masked(request: &mut Value) -> Vec<String> {
    let is_masked = |value: &Value| value.as_str().is_some_and(|text| text.contains(Secret::MASK));
    let mut removed = Vec::new();
    if let Some(headers) = request["headers"].as_object_mut() {
        headers.retain(|name, value| {
            let stays = !is_masked(value);
            if !stays {
                removed.push(format!("the header {name}"));
            }
            stays
        });
    }
    if is_masked(&request["password"])
        && let Some(members) = request.as_object_mut()
    {
        members.remove("username");
        members.remove("password");
        removed.push("username and password".to_owned());
    }
    removed
}

/// The question for all results of a contract.
fn matrix(consumer: &str, version: &str, provider: &str) -> String {
    let encode = crate::domain::segment::encode;
    format!(
        "/matrix?q[][pacticipant]={}&q[][version]={}&q[][pacticipant]={}&limit={ROWS}",
        encode(consumer),
        encode(version),
        encode(provider)
    )
    .replace('[', "%5B")
    .replace(']', "%5D")
}

/// A member that is a text.
pub(super) fn text(body: &Value, member: &str) -> Result<String, Error> {
    body[member].as_str().map(str::to_owned).ok_or_else(|| {
        Error::said(format!(
            "the Pact Broker's answer has no {member}: {}",
            beginning(body)
        ))
    })
}

fn moment(body: &Value, member: &str) -> Result<i64, Error> {
    let text = text(body, member)?;
    time::parse(&text).ok_or_else(|| Error::said(format!("{member} is no time: {text:?}")))
}

fn beginning(body: &Value) -> String {
    body.to_string().chars().take(200).collect()
}
