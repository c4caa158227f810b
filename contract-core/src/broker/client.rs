//! The connection to a broker.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use reqwest::{Method, StatusCode, Url};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::Auth;
use super::hal::Document;
use super::login::FormAnswer;
use super::refusal;
use super::retry::{Repeatable, Retry};
use crate::http_client::{self, Answer, CONTRACT_LIMIT, Failure};
use crate::{Error, ErrorKind};

/// A client of one broker. Clones share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: Url,
    auth: Auth,
    retry: Retry,
    max_answer_size: usize,
    on_call: Option<OnCall>,
    index: Arc<OnceCell<Document>>,
}

/// The items of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct List<T> {
    /// The items, in the broker's order.
    pub items: Vec<T>,
    /// Whether these are all items; `false` if there are more than the requested limit.
    pub is_complete: bool,
}

impl<T> List<T> {
    /// Creates a list of all items.
    pub fn complete(items: Vec<T>) -> Self {
        Self {
            items,
            is_complete: true,
        }
    }
}

/// One attempt of a call to the broker, for logging.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The HTTP method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The status of the response, or why there was none.
    pub outcome: Result<u16, String>,
    /// How long it took.
    pub took: Duration,
    /// How long the client waits before the next attempt; `None` if this was the last.
    pub next_attempt_in: Option<Duration>,
}

type OnCall = Arc<dyn Fn(&Call) + Send + Sync>;

/// The response of one call.
struct Answered {
    status: StatusCode,
    /// The broker's `Retry-After`.
    retry_after: Option<Duration>,
    body: Answer,
}

/// The environment variable with a token.
const TOKEN_VARIABLE: &str = "CONTRACT_BROKER_TOKEN";
/// The environment variable with a user's name.
const USER_VARIABLE: &str = "CONTRACT_BROKER_USERNAME";
/// The environment variable with the user's password.
const PASSWORD_VARIABLE: &str = "CONTRACT_BROKER_PASSWORD";
/// Makes the broker do a request once, however often it is sent.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The relation of the index that says that the broker understands such keys.
const UNDERSTANDS_KEYS: &str = "pb:idempotent-requests";
/// Page size when reading lists.
const PAGE_SIZE: usize = 200;
/// The timeout of one call.
const TIMEOUT: Duration = Duration::from_secs(60);

impl Client {
    /// The environment variable with the broker's URL, read by [`from_env`](Self::from_env).
    pub const URL_VARIABLE: &str = "CONTRACT_BROKER_URL";

    /// Creates a client of the broker at this URL; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// `Usage` if the URL is not `http` or `https`; `MissingFeature` if it is `https` and the build has no TLS.
    pub fn new(url: &str, auth: Auth) -> Result<Self, Error> {
        let mut parsed = http_client::address(url, "a broker")?;
        // `Url::join` needs the slash: the broker may be mounted under a path.
        if !parsed.path().ends_with('/') {
            let path = format!("{}/", parsed.path());
            parsed.set_path(&path);
        }
        let http =
            http_client::build(http_client::builder(&http_client::Trust::default())?.timeout(TIMEOUT))?;
        Ok(Self {
            http,
            url: parsed,
            auth,
            retry: Retry::default(),
            max_answer_size: CONTRACT_LIMIT,
            on_call: None,
            index: Arc::default(),
        })
    }

    /// Creates a client from the environment: `CONTRACT_BROKER_URL`, and `CONTRACT_BROKER_TOKEN` or
    /// `CONTRACT_BROKER_USERNAME` with `CONTRACT_BROKER_PASSWORD`. `None` if the URL is not set or empty.
    ///
    /// # Errors
    ///
    /// See [`new`](Self::new); `Usage` if there is a user without a password.
    pub fn from_env() -> Result<Option<Self>, Error> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(url) = variable(Self::URL_VARIABLE) else {
            return Ok(None);
        };
        let auth = match (variable(TOKEN_VARIABLE), variable(USER_VARIABLE)) {
            (Some(token), _) => Auth::Bearer(token),
            (None, Some(user)) => Auth::Basic {
                user,
                password: variable(PASSWORD_VARIABLE).ok_or_else(|| {
                    Error::new(
                        ErrorKind::Usage,
                        format!("{USER_VARIABLE} is set and {PASSWORD_VARIABLE} is not: set both, or {TOKEN_VARIABLE}"),
                    )
                })?,
            },
            (None, None) => Auth::None,
        };
        Self::new(&url, auth)
            .map(Some)
            .map_err(|error| error.context(Self::URL_VARIABLE))
    }

    /// Sets the maximum number of attempts of a call (4 by default), and the wait before the second one (250 ms by
    /// default; doubled for each further one).
    pub fn attempts(mut self, attempts: u32, first_wait: Duration) -> Self {
        self.retry = Retry {
            attempts: attempts.max(1),
            first_wait,
        };
        self
    }

    /// Sets the maximum size of a response, such as a contract, in bytes: 256 MiB by default. A larger one is not read
    /// to its end, and is an error of kind `Broker`.
    pub fn max_answer_size(mut self, bytes: usize) -> Self {
        self.max_answer_size = bytes;
        self
    }

    /// Calls `log` after each attempt of a call. Credentials and bodies are not logged.
    pub fn on_call(mut self, log: impl Fn(&Call) + Send + Sync + 'static) -> Self {
        self.on_call = Some(Arc::new(log));
        self
    }

    /// Returns the broker's URL.
    pub fn url(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// Returns the broker's index, which is fetched once.
    pub(super) async fn index(&self) -> Result<&Document, Error> {
        self.index
            .get_or_try_init(|| self.read("reading the broker's index", self.url.as_str()))
            .await
    }

    /// Returns the URL of a resource without a link: a path below the broker's URL.
    pub(super) fn below(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Reads a document.
    pub(super) async fn read(&self, doing: &str, url: &str) -> Result<Document, Error> {
        self.call(Method::GET, doing, url, None, Repeatable::Yes).await
    }

    /// Reads a document; `None` if it does not exist.
    pub(super) async fn read_if_present(&self, doing: &str, url: &str) -> Result<Option<Document>, Error> {
        let (status, url, body) = self
            .exchange(Method::GET, doing, url, None, Repeatable::Yes)
            .await?;
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        document(doing, status, url, &body).map(Some)
    }

    /// Reads a list page by page, at most `limit` items; `read` returns the items of one page.
    ///
    /// Brokers without paging return the whole list.
    pub(super) async fn read_list<T>(
        &self,
        doing: &str,
        url: &str,
        limit: usize,
        read: impl Fn(&Document) -> Vec<T>,
    ) -> Result<List<T>, Error> {
        let separator = if url.contains('?') { '&' } else { '?' };
        let mut next = Some(format!(
            "{url}{separator}page=1&size={}",
            limit.clamp(1, PAGE_SIZE)
        ));
        let mut items = Vec::new();
        while items.len() < limit
            && let Some(url) = next.take()
        {
            let page = self.read(doing, &url).await?;
            let before = items.len();
            items.extend(read(&page));
            // An empty page ends the list, even if it links to another one.
            let went_on = items.len() > before;
            next = page.optional_link("next").filter(|_| went_on).map(str::to_owned);
        }
        let is_complete = next.is_none() && items.len() <= limit;
        items.truncate(limit);
        Ok(List { items, is_complete })
    }

    /// Deletes the resource at a URL; `false` if it does not exist.
    pub(super) async fn delete(&self, doing: &str, url: &str) -> Result<bool, Error> {
        let (status, url, body) = self
            .exchange(Method::DELETE, doing, url, None, Repeatable::Yes)
            .await?;
        if status == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        if status.is_success() {
            return Ok(true);
        }
        Err(refusal::refused(doing, &url, status, &body, 1))
    }

    /// Reads a document as text.
    pub(super) async fn read_text(&self, doing: &str, url: &str) -> Result<String, Error> {
        let (status, url, body) = self
            .exchange(Method::GET, doing, url, None, Repeatable::Yes)
            .await?;
        if !status.is_success() {
            return Err(refusal::refused(doing, &url, status, &body, 1));
        }
        String::from_utf8(body).map_err(|error| {
            Error::new(
                ErrorKind::Malformed,
                format!("{doing}: the broker's response at {url} is not UTF-8"),
            )
            .with_source(error)
        })
    }

    /// Sends a document and reads the response.
    pub(super) async fn send(
        &self,
        method: Method,
        doing: &str,
        url: &str,
        body: &Value,
        repeatable: Repeatable,
    ) -> Result<Document, Error> {
        self.call(method, doing, url, Some(body), repeatable).await
    }

    /// Sends a form to a path below the broker's URL, without credentials: once, as it may do something each time.
    pub(super) async fn post_form(
        &self,
        doing: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Result<FormAnswer, Error> {
        let url = self.below(path);
        let mut encoded = self.url.clone();
        encoded.query_pairs_mut().clear().extend_pairs(form);
        let request = self
            .http
            .post(&url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encoded.query().unwrap_or_default().to_owned());
        let unreachable = |error| refusal::unreachable(doing, &url, error);
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = http_client::read(response, self.max_answer_size).await;
        let Answer::Whole(body) = body.map_err(unreachable)? else {
            return Err(refusal::too_large(doing, &url, self.max_answer_size));
        };
        Ok(FormAnswer {
            status,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        })
    }

    async fn call(
        &self,
        method: Method,
        doing: &str,
        url: &str,
        body: Option<&Value>,
        repeatable: Repeatable,
    ) -> Result<Document, Error> {
        let (status, url, body) = self.exchange(method, doing, url, body, repeatable).await?;
        document(doing, status, url, &body)
    }

    /// Makes a call with its retries. Returns the last response regardless of its status; an error if there was none.
    async fn exchange(
        &self,
        method: Method,
        doing: &str,
        url: &str,
        body: Option<&Value>,
        repeatable: Repeatable,
    ) -> Result<(StatusCode, String, Vec<u8>), Error> {
        let url = self.url.join(url).map_err(|error| {
            Error::new(
                ErrorKind::Broker,
                format!("{doing}: the broker's link {url:?} is not a URL ({error})"),
            )
        })?;
        let key = self.key(&method, repeatable);
        let repeatable = match key {
            Some(_) => Repeatable::WithKey,
            None => repeatable,
        };
        let mut attempt = 0;
        loop {
            attempt += 1;
            let last = attempt >= self.retry.attempts;
            let started = Instant::now();
            let answered = self.once(&method, &url, body, key.as_deref()).await;
            let took = started.elapsed();
            let wait = match &answered {
                _ if last => None,
                Ok(answered)
                    if Retry::again_after_status(repeatable, answered.status, answered.retry_after) =>
                {
                    Some(self.retry.wait(attempt - 1, answered.retry_after))
                }
                Err(error) if Retry::again_after_error(repeatable, error) => {
                    Some(self.retry.wait(attempt - 1, None))
                }
                _ => None,
            };
            if let Some(log) = &self.on_call {
                let mut shown = url.clone();
                // Fails for URLs that cannot have a password.
                let _ = shown.set_password(None);
                log(&Call {
                    method: method.to_string(),
                    url: shown.to_string(),
                    outcome: match &answered {
                        Ok(answered) => Ok(answered.status.as_u16()),
                        Err(error) => Err(Failure::of(error).to_string()),
                    },
                    took,
                    next_attempt_in: wait,
                });
            }
            if let Some(wait) = wait {
                tokio::time::sleep(wait).await;
                continue;
            }
            return match answered {
                Ok(Answered { status, body, .. }) => {
                    let Answer::Whole(body) = body else {
                        return Err(refusal::too_large(doing, url.as_str(), self.max_answer_size));
                    };
                    if status.is_server_error() {
                        return Err(refusal::refused(doing, url.as_str(), status, &body, attempt));
                    }
                    Ok((status, url.into(), body.into()))
                }
                Err(error) => Err(refusal::unreachable(doing, url.as_str(), error)),
            };
        }
    }

    /// Returns a key for a request that must not be done twice, if the broker's index says that it understands keys.
    fn key(&self, method: &Method, repeatable: Repeatable) -> Option<String> {
        let index = self.index.get()?;
        index.optional_link(UNDERSTANDS_KEYS)?;
        let is_needed = *method == Method::POST && repeatable == Repeatable::No;
        is_needed.then(|| format!("{:032x}", rand::random::<u128>()))
    }

    /// Returns whether credentials are withheld from this URL: they are only for the broker's server.
    pub(super) fn withholds_credentials(&self, url: &str) -> bool {
        let elsewhere = Url::parse(url).is_ok_and(|url| url.origin() != self.url.origin());
        elsewhere && self.auth != Auth::None
    }

    async fn once(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Answered, reqwest::Error> {
        let mut request = self
            .http
            .request(method.clone(), url.clone())
            .header(ACCEPT, "application/hal+json, application/json");
        // Credentials are only sent to the broker's server, regardless of its links.
        if url.origin() == self.url.origin() {
            request = self.auth.apply(request);
        }
        if let Some(body) = body {
            let content_type = if method == Method::PATCH {
                "application/merge-patch+json"
            } else {
                "application/json"
            };
            request = request.header(CONTENT_TYPE, content_type).body(body.to_string());
        }
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_KEY, format!("\"{key}\""));
        }
        let response = request.send().await?;
        let status = response.status();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        Ok(Answered {
            status,
            retry_after,
            body: http_client::read(response, self.max_answer_size).await?,
        })
    }
}

/// Returns the JSON of a successful response; an empty one is `null`.
fn document(doing: &str, status: StatusCode, url: String, body: &[u8]) -> Result<Document, Error> {
    if !status.is_success() {
        return Err(refusal::refused(doing, &url, status, body, 1));
    }
    if body.is_empty() {
        return Ok(Document {
            url,
            body: Value::Null,
        });
    }
    match serde_json::from_slice(body) {
        Ok(body) => Ok(Document { url, body }),
        Err(error) => Err(Error::new(
            ErrorKind::Broker,
            format!("{doing}: the response at {url} is not JSON ({error}): is this the address of a broker?"),
        )),
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("url", &self.url())
            .field("auth", &self.auth)
            .finish_non_exhaustive()
    }
}
