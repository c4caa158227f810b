//! A Pact Broker that is read by its public API.

use std::time::Duration;

use http::StatusCode;
use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;

use crate::{
    Error,
    config::Secret,
    domain::{segment::encode, time},
    operate::pact_broker::records::{
        Application, Branch, Contract, Deployment, Environment, Kind, ResultDetails, ResultSummary, Tag,
        Version, Webhook, members,
    },
    store::moved::MovedContract,
    tls,
};

/// How long one answer may take: a big Pact Broker needs a while for its matrix.
const PATIENCE: Duration = Duration::from_mins(5);
/// How many items of a list are asked for at once.
const SIZE: usize = 100;
/// How many rows of a matrix are asked for: one for each version of the provider that verified one contract.
const ROWS: &str = "10000";

/// Who asks.
#[derive(Debug, Clone, Default)]
pub enum Account {
    /// Nobody in particular.
    #[default]
    None,
    /// With a bearer token.
    Token(Secret),
    /// With a name and a password.
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
}

impl Account {
    /// Reads the variables that Pact's own clients read: `PACT_BROKER_TOKEN`, or `PACT_BROKER_USERNAME` and
    /// `PACT_BROKER_PASSWORD`.
    pub fn of_pact_variables(env: impl Fn(&str) -> Option<String>) -> Self {
        if let Some(token) = env("PACT_BROKER_TOKEN") {
            return Self::Token(Secret::new(token));
        }
        match (env("PACT_BROKER_USERNAME"), env("PACT_BROKER_PASSWORD")) {
            (Some(username), password) => Self::Basic {
                username,
                password: Secret::new(password.unwrap_or_default()),
            },
            (None, _) => Self::None,
        }
    }
}

/// The type of a row of the matrix that compares a contract with a description.
const BI_DIRECTIONAL: &str = "BDCT";

/// What is at an address.
enum Served {
    Found(String),
    /// Nothing, with the status that says so.
    Nothing(StatusCode),
}

/// A Pact Broker's API.
pub(in crate::operate::pact_broker) struct Api {
    client: Client,
    base: Url,
    account: Account,
}

impl Api {
    /// A Pact Broker at an address such as `https://broker.example.org`.
    ///
    /// # Errors
    /// It is no address, or TLS cannot be set up.
    pub(super) fn at(address: &str, account: Account) -> Result<Self, Error> {
        let base = Url::parse(address.trim_end_matches('/'))
            .map_err(|error| Error::new(&format!("reading the address {address:?}"), error))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls::of_machine().map_err(Error::said)?)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| Error::new("setting up the client", error))?;
        Ok(Self {
            client,
            base,
            account,
        })
    }

    /// Where it is, without a slash at the end.
    pub(in crate::operate::pact_broker) fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The address below the base, from the percent-encoded parts of a path.
    pub(in crate::operate::pact_broker) fn path(&self, parts: &[&str]) -> String {
        format!("{}{}", self.base(), path(parts))
    }

    /// Reads a resource as text.
    ///
    /// # Errors
    /// It cannot be reached, or the status is none of success.
    pub(in crate::operate::pact_broker) async fn text(&self, href: &str) -> Result<String, Error> {
        match self.answer(href).await? {
            Served::Found(text) => Ok(text),
            Served::Nothing(status) => Err(Error::said(format!(
                "reading {}: the answer is {status}",
                self.here(href)?
            ))),
        }
    }

    /// # Errors
    /// It cannot be reached, or the status is neither of success nor says that nothing is there.
    async fn answer(&self, href: &str) -> Result<Served, Error> {
        let url = self.here(href)?;
        let doing = format!("reading {url}");
        let answer = self
            .authorised(self.client.get(url))
            .header(http::header::ACCEPT, "application/hal+json, application/json")
            .send()
            .await
            .map_err(|error| Error::new(&doing, error))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| Error::new(&doing, error))?;
        if status.is_success() {
            return Ok(Served::Found(text));
        }
        if matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) {
            return Ok(Served::Nothing(status));
        }
        let way_out = match status.as_u16() {
            401 | 403 => ": set PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD",
            _ => "",
        };
        Err(Error::said(format!("{doing}: the answer is {status}{way_out}")))
    }

    /// Reads a resource.
    ///
    /// # Errors
    /// As [`Self::text`], or it is no JSON.
    pub(in crate::operate::pact_broker) async fn get(&self, href: &str) -> Result<Value, Error> {
        let text = self.text(href).await?;
        serde_json::from_str(&text).map_err(|error| Error::new(&format!("reading {href}"), error))
    }

    /// Reads a resource; `None` if there is none.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(super) async fn find(&self, href: &str) -> Result<Option<Value>, Error> {
        match self.answer(href).await? {
            Served::Found(text) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|error| Error::new(&format!("reading {href}"), error)),
            Served::Nothing(_) => Ok(None),
        }
    }

    /// Reads every page of a list; the items are embedded under `name`.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(in crate::operate::pact_broker) async fn list(
        &self,
        href: &str,
        name: &str,
    ) -> Result<Vec<Value>, Error> {
        // Pact Brokers before 2.100 know only the longer names.
        let mut next = Some(format!("{href}?page=1&size={SIZE}&pageNumber=1&pageSize={SIZE}"));
        let mut items = Vec::new();
        while let Some(href) = next {
            let mut page = self.get(&href).await?;
            match page["_embedded"][name].take() {
                Value::Array(more) => items.extend(more),
                // A Pact Broker leaves an empty list out.
                Value::Null => {}
                other => return Err(Error::said(format!("{href}: {name} is {other}, and no list"))),
            }
            next = page["_links"]["next"]["href"]
                .as_str()
                .filter(|next| *next != href)
                .map(str::to_owned);
        }
        Ok(items)
    }

    pub(super) async fn applications(&self) -> Result<Vec<Application>, Error> {
        let mut applications = Vec::new();
        for one in self.list(&self.path(&["pacticipants"]), "pacticipants").await? {
            let name = text(&one, "name")?;
            let whole = self.get(&self.path(&["pacticipants", &name])).await?;
            let labels = embedded(&whole, "labels").map(|label| text(label, "name"));
            applications.push(Application {
                labels: labels.collect::<Result<_, _>>()?,
                fields: members(
                    &whole,
                    &[
                        "displayName",
                        "repositoryUrl",
                        "repositoryName",
                        "repositoryNamespace",
                        "mainBranch",
                    ],
                ),
                name,
            });
        }
        Ok(applications)
    }

    pub(super) async fn environments(&self) -> Result<Vec<Environment>, Error> {
        let listed = self.list(&self.path(&["environments"]), "environments").await?;
        let environments = listed.iter().map(|one| {
            Ok(Environment {
                uuid: text(one, "uuid")?,
                name: text(one, "name")?,
                fields: members(one, &["displayName", "production", "contacts"]),
            })
        });
        environments.collect()
    }

    /// Versions are listed newest first.
    pub(super) async fn versions(&self, pacticipant: &str) -> Result<Vec<Version>, Error> {
        let listed = self
            .list(&self.path(&["pacticipants", pacticipant, "versions"]), "versions")
            .await?;
        let versions = listed.iter().rev().map(|one| {
            let branches = embedded(one, "branchVersions").map(|branch| {
                Ok(Branch {
                    name: text(branch, "name")?,
                    created_at: None,
                })
            });
            let tags = embedded(one, "tags").map(|tag| {
                Ok(Tag {
                    name: text(tag, "name")?,
                    created_at: None,
                })
            });
            let contracts = one["_links"]["pb:pact-versions"].as_array().into_iter().flatten();
            Ok(Version {
                pacticipant: pacticipant.to_owned(),
                number: text(one, "number")?,
                build_url: one["buildUrl"].as_str().map(str::to_owned),
                created_at: Some(moment(one, "createdAt")?),
                branches: branches.collect::<Result<_, Error>>()?,
                tags: tags.collect::<Result<_, Error>>()?,
                contracts_at: contracts
                    .map(|link| text(link, "href"))
                    .collect::<Result<_, Error>>()?,
            })
        });
        versions.collect()
    }

    pub(super) async fn contracts(&self, href: &str) -> Result<Vec<Contract>, Error> {
        let served = self.text(href).await?;
        let parsed: Value =
            serde_json::from_str(&served).map_err(|error| Error::new(&format!("reading {href}"), error))?;
        let provider =
            text(&parsed["_links"]["pb:provider"], "name").or_else(|_| text(&parsed["provider"], "name"))?;
        Ok(vec![Contract {
            provider,
            sha: sha_in(&parsed["_links"]["pb:publish-verification-results"]["href"]),
            created_at: Some(moment(&parsed, "createdAt")?),
            content: Some(served),
        }])
    }

    /// The newest result of each provider version.
    pub(super) async fn results(&self, contract: &MovedContract) -> Result<Vec<ResultSummary>, Error> {
        let answer = self.get(&format!("{}{}", self.base(), matrix(contract))).await?;
        let mut results = Vec::new();
        for row in answer["matrix"].as_array().into_iter().flatten() {
            // A comparison of a contract with a description is computed anew where both are.
            if row["verificationType"].as_str() == Some(BI_DIRECTIONAL) {
                continue;
            }
            let result = &row["verificationResult"];
            let version = row["provider"]["version"]["number"].as_str();
            let (Some(provider_version), Some(success), Some(at)) = (
                version,
                result["success"].as_bool(),
                result["_links"]["self"]["href"].as_str(),
            ) else {
                continue;
            };
            results.push(ResultSummary {
                provider_version: provider_version.to_owned(),
                success,
                verified_at: moment(result, "verifiedAt")?,
                at: at.to_owned(),
            });
        }
        Ok(results)
    }

    pub(super) async fn result(&self, href: &str) -> Result<ResultDetails, Error> {
        let whole = self.get(href).await?;
        Ok(ResultDetails {
            fields: members(&whole, &["buildUrl", "testResults", "verifiedBy"]),
            ..ResultDetails::default()
        })
    }

    /// What is deployed and supported now.
    pub(in crate::operate::pact_broker) async fn deployments(&self) -> Result<Vec<Deployment>, Error> {
        let mut deployments = Vec::new();
        for environment in self.list(&self.path(&["environments"]), "environments").await? {
            let name = text(&environment, "name")?;
            for (link, list, kind) in [
                (
                    "pb:currently-deployed-deployed-versions",
                    "deployedVersions",
                    Kind::Deployed,
                ),
                (
                    "pb:currently-supported-released-versions",
                    "releasedVersions",
                    Kind::Released,
                ),
            ] {
                let href = text(&environment["_links"][link], "href")?;
                for record in self.list(&href, list).await? {
                    let instance = record["applicationInstance"]
                        .as_str()
                        .or(record["target"].as_str());
                    deployments.push(Deployment {
                        kind,
                        uuid: text(&record, "uuid")?,
                        environment: name.clone(),
                        pacticipant: text(&record["_embedded"]["pacticipant"], "name")?,
                        number: text(&record["_embedded"]["version"], "number")?,
                        instance: instance.map(str::to_owned),
                        created_at: moment(&record, "createdAt")?,
                        ended_at: None,
                    });
                }
            }
        }
        deployments.sort_by_key(|deployment| deployment.created_at);
        Ok(deployments)
    }

    pub(super) async fn webhooks(&self) -> Result<Vec<Webhook>, Error> {
        let listed = self.get(&self.path(&["webhooks"])).await?;
        let mut webhooks = Vec::new();
        for link in listed["_links"]["pb:webhooks"].as_array().into_iter().flatten() {
            let href = text(link, "href")?;
            let Some(uuid) = href.split('?').next().and_then(|href| href.rsplit('/').next()) else {
                continue;
            };
            let whole = self.get(&href).await?;
            webhooks.push(Webhook {
                uuid: uuid.to_owned(),
                fields: members(
                    &whole,
                    &["description", "events", "request", "consumer", "provider"],
                ),
            });
        }
        Ok(webhooks)
    }

    /// The same resource on the host of the base: credentials go nowhere else, whatever a link says.
    fn here(&self, href: &str) -> Result<Url, Error> {
        let linked = self
            .base
            .join(href)
            .map_err(|error| Error::new(&format!("reading the link {href:?}"), error))?;
        let mut url = self.base.clone();
        url.set_path(linked.path());
        url.set_query(linked.query());
        Ok(url)
    }

    fn authorised(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.account {
            Account::None => request,
            Account::Token(token) => request.bearer_auth(token.expose()),
            Account::Basic { username, password } => request.basic_auth(username, Some(password.expose())),
        }
    }
}

/// The question for all results of a contract.
fn matrix(contract: &MovedContract) -> String {
    format!(
        "/matrix?q[][pacticipant]={}&q[][version]={}&q[][pacticipant]={}&limit={ROWS}",
        encode(&contract.consumer),
        encode(&contract.version),
        encode(&contract.provider)
    )
    .replace('[', "%5B")
    .replace(']', "%5D")
}

/// The SHA of a content, from the address for its results.
fn sha_in(href: &Value) -> Option<String> {
    let mut parts = href.as_str()?.split('/');
    parts.find(|part| *part == "pact-version")?;
    parts.next().map(str::to_owned)
}

/// What is embedded under a name; nothing if it is left out.
pub(super) fn embedded<'a>(document: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    document["_embedded"][name].as_array().into_iter().flatten()
}

/// A member that is a text.
///
/// # Errors
/// There is none.
pub(in crate::operate::pact_broker) fn text(body: &Value, member: &str) -> Result<String, Error> {
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

pub(super) fn beginning(body: &Value) -> String {
    body.to_string().chars().take(200).collect()
}

/// A path from its parts, each percent-encoded.
pub(in crate::operate::pact_broker) fn path(parts: &[&str]) -> String {
    let mut path = String::new();
    for part in parts {
        path.push('/');
        path.push_str(&encode(part));
    }
    path
}
