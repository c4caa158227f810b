//! Sources of contracts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::loaded::{Loaded, LoadedContract};
use super::report::SourceReport;
#[cfg(feature = "broker")]
use crate::broker;
use crate::contract::{Contract, UnreadContract, files_in};
#[cfg(not(feature = "broker"))]
use crate::http_client::{self, Answer, CONTRACT_LIMIT, Credentials, Failure};
use crate::http_client::{Address, without_credentials};
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

/// A source of contracts: a directory, a file, a URL, the broker, or a value.
///
/// ```
/// use contract_core::provider::*;
///
/// let verifier = Verifier::new("user-api")
///     .contracts(Contracts::dir("../contracts"))
///     .contracts(Contracts::file("web-app-user-api.json"));
/// ```
#[derive(Debug)]
pub struct Contracts {
    source: Source,
}

#[derive(Debug)]
enum Source {
    Value(Arc<Contract>),
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
    /// Adds all `*.json` files of a directory and its subdirectories. Contracts of other providers are skipped.
    ///
    /// A relative path is relative to the current directory, which is the package's directory in tests.
    pub fn dir(path: impl Into<PathBuf>) -> Self {
        Self::from(Source::Directory(path.into()))
    }

    /// Reads one file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::from(Source::File(path.into()))
    }

    /// Fetches one contract from a URL.
    ///
    /// If it is a contract in a broker, such as the `${pactbroker.pactUrl}` of a webhook, its result can be
    /// [published](super::Verifier::publish).
    pub fn url(url: impl Into<String>) -> Self {
        Self::behind(url.into(), None)
    }

    /// Fetches one contract from a URL that requires a bearer token; see [`url`](Self::url).
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
        // Only the server of the address matters: nothing but the contract is requested.
        let client = Address::parse(&url, "a contract").and_then(|_| broker::Client::new(&url, auth));
        Self::from(Source::Url { url, client })
    }

    /// Fetches one contract of a broker by its address; see [`url`](Self::url). The client's credentials are sent only
    /// if the address is on its server.
    #[cfg(feature = "broker")]
    pub fn url_of(client: broker::Client, url: impl Into<String>) -> Self {
        Self::from(Source::Url {
            url: url.into(),
            client: Ok(client),
        })
    }

    /// Uses this contract: a [`Contract`], or an `Arc` of one that several verifications share.
    pub fn value(contract: impl Into<Arc<Contract>>) -> Self {
        Self::from(Source::Value(contract.into()))
    }

    /// Fetches the contracts that a broker selects with the verifier's [selectors](super::Verifier::selectors).
    #[cfg(feature = "broker")]
    pub fn broker(client: broker::Client) -> Self {
        Self::from(Source::Broker(Ok(Some(client))))
    }

    /// Like [`broker`](Self::broker) with the address and credentials from the environment
    /// ([`broker::Client::from_env`]). Without `CONTRACT_BROKER_URL` the other sources are verified, and the summary
    /// says so; if there is no other source, that is an error.
    #[cfg(feature = "broker")]
    pub fn broker_from_env() -> Self {
        Self::from(Source::Broker(broker::Client::from_env()))
    }

    fn from(source: Source) -> Self {
        Self { source }
    }
}

/// The parameters of a query to the broker.
#[derive(Debug, Clone, Default)]
pub(crate) struct BrokerQuery {
    #[cfg(feature = "broker")]
    pub(crate) inner: broker::VerificationQuery,
}

/// The contracts of all sources.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) contracts: Vec<Loaded>,
    /// The sources, in order.
    pub(crate) sources: Vec<SourceReport>,
    /// What was skipped, and why.
    pub(crate) warnings: Vec<String>,
    /// Contracts that cannot be read: they fail the run, but the others are still verified.
    pub(crate) unreadable: Vec<String>,
    /// Whether any source was queried.
    pub(crate) is_asked: bool,
    /// A message if the broker does not know the provider.
    pub(crate) unknown_provider: Option<String>,
}

/// Loads the contracts of this provider from all sources.
pub(crate) async fn load(
    sources: Vec<Contracts>,
    provider: &str,
    query: &BrokerQuery,
) -> Result<Contents, Error> {
    #[cfg(not(feature = "broker"))]
    let _ = query;
    let mut loader = Loader::new(provider);
    for source in sources {
        match source.source {
            Source::Value(contract) => loader.value(contract)?,
            Source::File(path) => loader.file(&path)?,
            Source::Directory(path) => loader.directory(&path)?,
            #[cfg(not(feature = "broker"))]
            Source::Url { url, token } => loader.url(url, token.as_deref()).await?,
            #[cfg(feature = "broker")]
            Source::Url { url, client } => loader.url(url, &client?).await?,
            #[cfg(feature = "broker")]
            Source::Broker(client) => loader.broker(client?, query).await?,
        }
    }
    loader.finish()
}

/// Collects contracts source by source.
struct Loader<'a> {
    provider: &'a str,
    contents: Contents,
    unreadable: Vec<Error>,
    /// The providers of skipped contracts.
    other_providers: Vec<String>,
    /// The places searched, for a message.
    places: Vec<String>,
}

impl<'a> Loader<'a> {
    fn new(provider: &'a str) -> Self {
        Self {
            provider,
            contents: Contents::default(),
            unreadable: Vec::new(),
            other_providers: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Begins the next source, which counts what is added and skipped from now on.
    fn begin(&mut self, name: impl Into<String>) {
        self.contents.is_asked = true;
        self.contents.sources.push(SourceReport {
            name: name.into(),
            of_other_providers: 0,
            skipped: Vec::new(),
        });
    }

    fn add(&mut self, contract: LoadedContract, source: impl Into<String>) -> &mut Loaded {
        self.contents.contracts.push(Loaded {
            contract,
            source: source.into(),
            source_index: self.contents.sources.len().saturating_sub(1),
            selected_as: None,
            pending: false,
            wip: false,
            notices: Vec::new(),
            #[cfg(feature = "broker")]
            from_broker: None,
        });
        let last = self.contents.contracts.len() - 1;
        &mut self.contents.contracts[last]
    }

    fn skip(&mut self, reason: String) {
        if let Some(source) = self.contents.sources.last_mut() {
            source.skipped.push(reason);
        }
    }

    fn value(&mut self, contract: Arc<Contract>) -> Result<(), Error> {
        self.begin("contracts in memory");
        exactly(&contract, self.provider, "the contract given as a value")?;
        self.add(LoadedContract::of_value(contract), "a contract in memory");
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), Error> {
        let name = path.display().to_string();
        self.begin(&name);
        match read_file(path) {
            Ok(contract) => {
                exactly(&contract.head, self.provider, &name)?;
                self.add(contract, name);
            }
            Err(error) => self.unreadable.push(error),
        }
        Ok(())
    }

    fn directory(&mut self, path: &Path) -> Result<(), Error> {
        self.begin(path.display().to_string());
        self.places.push(path.display().to_string());
        for path in files_in(path)? {
            let name = path.display().to_string();
            match read_file(&path) {
                Ok(contract) if contract.head.provider.name == self.provider => {
                    self.add(contract, name);
                }
                Ok(contract) => {
                    if let Some(source) = self.contents.sources.last_mut() {
                        source.of_other_providers += 1;
                    }
                    self.other_providers.push(contract.head.provider.name);
                }
                Err(error) if error.kind() == ErrorKind::NotAContract => {
                    self.skip(format!("{name} is not a contract"));
                }
                Err(error) => self.unreadable.push(error),
            }
        }
        Ok(())
    }

    #[cfg(not(feature = "broker"))]
    async fn url(&mut self, url: String, token: Option<&str>) -> Result<(), Error> {
        let origin = without_credentials(&url).into_owned();
        self.begin(&origin);
        let bytes = fetch(&url, token).await?;
        let contract = LoadedContract::of_text(UnreadContract::from_bytes(bytes, origin.clone())?)?;
        exactly(&contract.head, self.provider, &origin)?;
        self.add(contract, origin);
        Ok(())
    }

    #[cfg(feature = "broker")]
    async fn url(&mut self, url: String, client: &broker::Client) -> Result<(), Error> {
        let origin = without_credentials(&url).into_owned();
        self.begin(&origin);
        let mut found = client.contract_at(&url).await?;
        let contract = read_found(&mut found)?;
        exactly(&contract.head, self.provider, &origin)?;
        self.add(contract, origin).from_broker = Some(found);
        Ok(())
    }

    #[cfg(feature = "broker")]
    async fn broker(&mut self, client: Option<broker::Client>, query: &BrokerQuery) -> Result<(), Error> {
        let Some(client) = client else {
            self.contents.warnings.push(format!(
                "{} is not set: the broker's contracts were not verified",
                broker::Client::URL_VARIABLE
            ));
            return Ok(());
        };
        self.begin(format!("the broker at {}", client.url()));
        self.places.push(format!("the broker at {}", client.url()));
        let chosen = client
            .contracts_for_verification(self.provider, &query.inner)
            .await?;
        if chosen.is_empty() {
            self.contents.unknown_provider = client.unknown_application(self.provider).await?;
        }
        for mut found in chosen {
            let contract = match read_found(&mut found) {
                Ok(contract) => contract,
                Err(error) if found.pending => {
                    self.skip(format!("a pending contract cannot be read: {error}"));
                    continue;
                }
                Err(error) => {
                    self.unreadable.push(error);
                    continue;
                }
            };
            let source = match &found.name {
                Some(name) => format!("{name}, {}", client.url()),
                None => found.url.clone(),
            };
            let loaded = self.add(contract, source);
            loaded.selected_as.clone_from(&found.short_description);
            loaded.pending = found.pending;
            loaded.wip = found.wip;
            loaded.notices = found.notices_before().map(str::to_owned).collect();
            loaded.from_broker = Some(found);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Contents, Error> {
        if !self.contents.contracts.is_empty() {
            let unknown_provider = self.contents.unknown_provider.take();
            self.contents.warnings.extend(unknown_provider);
            self.contents.unreadable = self.unreadable.iter().map(ToString::to_string).collect();
            return Ok(self.contents);
        }
        if let Some(error) = Error::all("contracts cannot be read", self.unreadable) {
            return Err(error);
        }
        if self.other_providers.is_empty() {
            return Ok(self.contents);
        }
        self.other_providers.sort();
        self.other_providers.dedup();
        let hint = did_you_mean(self.provider, self.other_providers.iter().map(String::as_str));
        let known: Vec<String> = (self.other_providers.iter())
            .map(|name| format!("{name:?}"))
            .collect();
        Err(Error::new(
            ErrorKind::Usage,
            format!(
                "no contract with provider {:?} in {}: the contracts there are with {}{hint}",
                self.provider,
                self.places.join(", "),
                known.join(", ")
            ),
        ))
    }
}

fn read_file(path: &Path) -> Result<LoadedContract, Error> {
    LoadedContract::of_text(UnreadContract::read_file(path)?)
}

/// Reads the contract that a broker returned, and takes its text.
#[cfg(feature = "broker")]
fn read_found(found: &mut broker::ForVerification) -> Result<LoadedContract, Error> {
    let text = std::mem::take(&mut found.content);
    LoadedContract::of_text(UnreadContract::new(text, found.url.clone())?)
}

/// Checks that a contract given explicitly belongs to the provider to verify.
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
    let Address {
        text: url,
        url: address,
        credentials,
    } = Address::parse(url, "a contract")?;
    let client = http_client::build(http_client::builder(&http_client::Trust::default())?)?;
    let mut request = client
        .get(address)
        .header(reqwest::header::ACCEPT, "application/hal+json, application/json");
    if let Some(Credentials { user, password }) = credentials {
        request = request.basic_auth(user, Some(password));
    }
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
            format!("cannot fetch the contract at {url}: the server responded with {status}"),
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
                "cannot fetch the contract at {url}: it is longer than the limit of {CONTRACT_LIMIT} bytes; check \
                 the address"
            ),
        )),
    }
}
