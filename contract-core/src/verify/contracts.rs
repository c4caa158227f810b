//! Where contracts come from.

use std::path::PathBuf;
use std::sync::Arc;

use super::report::ContractReport;
#[cfg(feature = "broker")]
use crate::broker;
use crate::contract::{Contract, ContractFile, Interaction, contracts_in};
use crate::http_client;
#[cfg(not(feature = "broker"))]
use crate::http_client::{Answer, CONTRACT_LIMIT, Failure};
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

/// A source of contracts: a directory, a file, a URL, the broker, or a value.
#[derive(Debug)]
pub struct Contracts {
    source: Source,
}

#[derive(Debug)]
enum Source {
    Values(Vec<Contract>),
    File(PathBuf),
    Directory(PathBuf),
    #[cfg(not(feature = "broker"))]
    Url {
        url: String,
        token: Option<String>,
    },
    #[cfg(feature = "broker")]
    Url {
        url: String,
        client: Result<broker::Client, Error>,
    },
    #[cfg(feature = "broker")]
    Broker(Result<Option<broker::Client>, Error>),
}

impl Contracts {
    /// All `*.json` files of a directory and of the directories in it. Contracts of other providers are left out.
    ///
    /// A relative path is relative to the current directory, which for a test is its package's.
    pub fn dir(path: impl Into<PathBuf>) -> Self {
        Self::from(Source::Directory(path.into()))
    }

    /// One file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::from(Source::File(path.into()))
    }

    /// One contract behind a URL.
    ///
    /// If it is a contract of a broker, such as the `${pactbroker.pactUrl}` of a webhook, its result can be
    /// [published](super::Verifier::publish).
    pub fn url(url: impl Into<String>) -> Self {
        Self::behind(url.into(), None)
    }

    /// One contract behind a URL that wants a bearer token; otherwise as [`url`](Self::url).
    pub fn url_with_token(url: impl Into<String>, token: impl Into<String>) -> Self {
        Self::behind(url.into(), Some(token.into()))
    }

    #[cfg(not(feature = "broker"))]
    fn behind(url: String, token: Option<String>) -> Self {
        Self::from(Source::Url { url, token })
    }

    #[cfg(feature = "broker")]
    fn behind(url: String, token: Option<String>) -> Self {
        let auth = token.map_or(broker::Auth::None, broker::Auth::Bearer);
        // Of the address only the server counts: nothing but the contract is asked of it.
        let client = http_client::address(&url, "a contract").and_then(|_| broker::Client::new(&url, auth));
        Self::from(Source::Url { url, client })
    }

    /// One contract of a broker by its address; otherwise as [`url`](Self::url). The client's credentials are sent only if the
    /// address is on its server.
    #[cfg(feature = "broker")]
    pub fn url_of(client: broker::Client, url: impl Into<String>) -> Self {
        Self::from(Source::Url {
            url: url.into(),
            client: Ok(client),
        })
    }

    /// This contract.
    pub fn value(contract: Contract) -> Self {
        Self::from(Source::Values(vec![contract]))
    }

    /// The contracts that a broker chooses by the verifier's
    /// [selectors](super::Verifier::selectors).
    #[cfg(feature = "broker")]
    pub fn broker(client: broker::Client) -> Self {
        Self::from(Source::Broker(Ok(Some(client))))
    }

    /// Like [`broker`](Self::broker) with the address and credentials of the environment
    /// ([`broker::Client::from_env`]). Without `CONTRACT_BROKER_URL` the other sources are verified, and the summary says
    /// so; if there is no other source, that is an error.
    #[cfg(feature = "broker")]
    pub fn broker_from_env() -> Self {
        Self::from(Source::Broker(broker::Client::from_env()))
    }

    fn from(source: Source) -> Self {
        Self { source }
    }
}

/// A contract that is to be verified.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) contract: Arc<Contract>,
    pub(crate) source: String,
    pub(crate) selected_as: Option<String>,
    pub(crate) pending: bool,
    #[cfg(feature = "broker")]
    pub(crate) from_broker: Option<broker::ForVerification>,
}

impl Loaded {
    fn new(contract: Contract, source: impl Into<String>) -> Self {
        Self {
            contract: Arc::new(contract),
            source: source.into(),
            selected_as: None,
            pending: false,
            #[cfg(feature = "broker")]
            from_broker: None,
        }
    }

    /// The contract's report, nothing verified yet.
    pub(crate) fn report(&self) -> ContractReport {
        #[cfg(feature = "broker")]
        let notices = self.from_broker.iter();
        #[cfg(feature = "broker")]
        let notices = notices
            .flat_map(|found| found.notices_before().map(str::to_owned))
            .collect();
        #[cfg(not(feature = "broker"))]
        let notices = Vec::new();
        ContractReport {
            contract: Arc::clone(&self.contract),
            source: self.source.clone(),
            selected_as: self.selected_as.clone(),
            pending: self.pending,
            notices,
            interactions: Vec::new(),
            left_out: self.contract.interactions.len(),
            published: None,
        }
    }

    /// Whether a failure of this interaction does not fail the run.
    pub(crate) fn is_pending(&self, interaction: &Interaction) -> bool {
        self.pending || interaction.pending
    }
}

/// What a verification asks the broker for.
#[derive(Debug, Clone, Default)]
pub(crate) struct BrokerQuery {
    #[cfg(feature = "broker")]
    pub(crate) inner: broker::VerificationQuery,
}

/// The contracts of all sources.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) contracts: Vec<Loaded>,
    /// What was left out, and why.
    pub(crate) warnings: Vec<String>,
    /// Contracts that cannot be read: they fail the run, and do not hide the others.
    pub(crate) unreadable: Vec<String>,
    /// Whether any source was asked.
    pub(crate) is_asked: bool,
    /// What is wrong with the provider's name, if the broker that was asked does not know it.
    pub(crate) unknown_provider: Option<String>,
}

/// Loads the contracts of this provider from all sources.
pub(crate) async fn load(
    sources: Vec<Contracts>,
    provider: &str,
    query: &BrokerQuery,
) -> Result<Contents, Error> {
    let mut loaded = Vec::new();
    let mut warnings = Vec::new();
    let mut unreadable = Vec::new();
    let mut skipped = Vec::new();
    let mut is_asked = false;
    let mut unknown_provider: Option<String> = None;
    let mut others = Vec::new();
    let mut places = Vec::new();
    for source in sources {
        let left_out = warnings.len();
        match source.source {
            Source::Values(contracts) => {
                for contract in contracts {
                    exactly(&contract, provider, "the contract given as a value")?;
                    loaded.push(Loaded::new(contract, "a contract in memory"));
                }
            }
            Source::File(path) => match Contract::read_file(&path) {
                Ok(contract) => {
                    exactly(&contract, provider, &path.display().to_string())?;
                    loaded.push(Loaded::new(contract, path.display().to_string()));
                }
                Err(error) => unreadable.push(error),
            },
            Source::Directory(path) => {
                for file in contracts_in(&path)? {
                    match file {
                        ContractFile::Contract { path, contract } if contract.provider.name == provider => {
                            loaded.push(Loaded::new(*contract, path.display().to_string()));
                        }
                        ContractFile::Contract { contract, .. } => others.push(contract.provider.name),
                        ContractFile::Other(path) => {
                            skipped.push(format!("skipped {}: it is not a contract", path.display()));
                        }
                        ContractFile::Unreadable(error) => unreadable.push(error),
                    }
                }
                places.push(path.display().to_string());
            }
            #[cfg(not(feature = "broker"))]
            Source::Url { url, token } => {
                let bytes = fetch(&url, token.as_deref()).await?;
                let contract = Contract::read_bytes(&bytes, &url)?;
                exactly(&contract, provider, &url)?;
                loaded.push(Loaded::new(contract, url));
            }
            #[cfg(feature = "broker")]
            Source::Url { url, client } => {
                let found = client?.contract_at(&url).await?;
                let contract = Contract::read_str(&found.content, &url)?;
                exactly(&contract, provider, &url)?;
                loaded.push(Loaded {
                    from_broker: Some(found),
                    ..Loaded::new(contract, url)
                });
            }
            #[cfg(feature = "broker")]
            Source::Broker(client) => {
                let Some(client) = client? else {
                    warnings.push(format!(
                        "{} is not set: the broker's contracts were not verified",
                        broker::Client::URL_VARIABLE
                    ));
                    continue;
                };
                places.push(format!("the broker at {}", client.url()));
                let chosen = client.contracts_for_verification(provider, &query.inner).await?;
                if chosen.is_empty() {
                    unknown_provider = client.unknown_application(provider).await?;
                }
                for found in chosen {
                    let contract = match Contract::read_str(&found.content, &found.url) {
                        Ok(contract) => contract,
                        Err(error) if found.pending => {
                            skipped.push(format!("a pending contract was not verified: {error}"));
                            continue;
                        }
                        Err(error) => {
                            unreadable.push(error);
                            continue;
                        }
                    };
                    loaded.push(Loaded {
                        contract: Arc::new(contract),
                        source: match &found.name {
                            Some(name) => format!("{name}, {}", client.url()),
                            None => found.url.clone(),
                        },
                        selected_as: found.short_description.clone(),
                        pending: found.pending,
                        from_broker: Some(found),
                    });
                }
            }
        }
        is_asked |= warnings.len() == left_out;
    }
    #[cfg(not(feature = "broker"))]
    let _ = query;
    if loaded.is_empty() {
        let errors = std::mem::take(&mut unreadable);
        if let Some(error) = Error::all("contracts cannot be read", errors) {
            return Err(error);
        }
    }
    warnings.append(&mut skipped);
    if !loaded.is_empty() {
        warnings.extend(unknown_provider.take());
    }
    if loaded.is_empty() && !others.is_empty() {
        others.sort();
        others.dedup();
        let hint = did_you_mean(provider, others.iter().map(String::as_str));
        let known: Vec<String> = others.iter().map(|name| format!("{name:?}")).collect();
        return Err(Error::new(
            ErrorKind::Usage,
            format!(
                "no contract with provider {provider:?} in {}: the contracts there are with {}{hint}",
                places.join(", "),
                known.join(", ")
            ),
        ));
    }
    Ok(Contents {
        contracts: loaded,
        warnings,
        unreadable: unreadable.iter().map(ToString::to_string).collect(),
        is_asked,
        unknown_provider,
    })
}

/// A contract that was named itself must be with the provider that is verified.
fn exactly(contract: &Contract, provider: &str, origin: &str) -> Result<(), Error> {
    let named = &contract.provider.name;
    if named == provider {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Usage,
        format!("{origin} is a contract with provider {named:?}, and the provider to verify is {provider:?}"),
    ))
}

#[cfg(not(feature = "broker"))]
async fn fetch(url: &str, token: Option<&str>) -> Result<Vec<u8>, Error> {
    http_client::address(url, "a contract")?;
    let client = http_client::build(http_client::builder()?)?;
    let mut request = client
        .get(url)
        .header(reqwest::header::ACCEPT, "application/hal+json, application/json");
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let failed = |error: reqwest::Error| {
        Error::new(
            ErrorKind::Unreachable,
            format!(
                "cannot fetch the contract at {url}: the server {}; check the address",
                Failure::of(&error)
            ),
        )
        .with_source(error)
    };
    let response = request.send().await.map_err(failed)?;
    let status = response.status();
    if !status.is_success() {
        let kind = if status.is_client_error() {
            ErrorKind::Usage
        } else {
            ErrorKind::Unreachable
        };
        return Err(Error::new(
            kind,
            format!("cannot fetch the contract at {url}: the server answered {status}"),
        ));
    }
    match http_client::read(response, CONTRACT_LIMIT)
        .await
        .map_err(failed)?
    {
        Answer::Whole(body) => Ok(body.into()),
        Answer::TooLarge => Err(Error::new(
            ErrorKind::Usage,
            format!(
                "cannot fetch the contract at {url}: it is longer than the limit of {CONTRACT_LIMIT} bytes; see what is behind \
                 the address"
            ),
        )),
    }
}
