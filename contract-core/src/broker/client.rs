//! The connection to a broker.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::Auth;
use super::exchange::{Question, Response, follow};
use super::hal::Document;
use super::login::FormAnswer;
use super::refusal::{self, Server};
use super::retry::{Repeatable, Retry};
use crate::http_client::{self, Address, Answer, CONTRACT_LIMIT, Credentials};
use crate::{Error, ErrorKind};

/// A client of one broker. Clones share connections.
#[derive(Clone)]
pub struct Client {
    pub(super) http: reqwest::Client,
    pub(super) url: Url,
    pub(super) auth: Auth,
    /// Further header fields of requests to the broker.
    pub(super) headers: HeaderMap,
    pub(super) retry: Retry,
    pub(super) max_answer_size: usize,
    pub(super) on_call: Option<OnCall>,
    pub(super) index: Arc<OnceCell<Document>>,
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

pub(super) type OnCall = Arc<dyn Fn(&Call) + Send + Sync>;

/// The environment variable with a token.
const TOKEN_VARIABLE: &str = "CONTRACT_BROKER_TOKEN";
/// The environment variable with a user's name.
const USER_VARIABLE: &str = "CONTRACT_BROKER_USERNAME";
/// The environment variable with the user's password.
const PASSWORD_VARIABLE: &str = "CONTRACT_BROKER_PASSWORD";
/// The environment variable with further header fields, a line each.
const HEADERS_VARIABLE: &str = "CONTRACT_BROKER_HEADERS";
/// Page size when reading lists.
const PAGE_SIZE: usize = 200;
/// The timeout of one call.
const TIMEOUT: Duration = Duration::from_secs(60);

impl Client {
    /// The environment variable with the broker's URL, read by [`from_env`](Self::from_env).
    pub const URL_VARIABLE: &str = "CONTRACT_BROKER_URL";

    /// Creates a client of the broker at this URL; nothing is sent yet. Credentials in the URL
    /// (`https://user:password@host`) are used if there are no others.
    ///
    /// # Errors
    ///
    /// `Usage` if the URL is not `http` or `https`; `MissingFeature` if it is `https` and the build has no TLS.
    pub fn new(url: &str, auth: Auth) -> Result<Self, Error> {
        let Address {
            url: mut parsed,
            credentials,
            ..
        } = Address::parse(url, "a broker")?;
        let auth = match (auth, credentials) {
            (Auth::None, Some(Credentials { user, password })) => Auth::Basic { user, password },
            (auth, _) => auth.checked()?,
        };
        // `Url::join` needs the slash: the broker may be mounted under a path.
        if !parsed.path().ends_with('/') {
            let path = format!("{}/", parsed.path());
            parsed.set_path(&path);
        }
        let http = http_client::builder(&http_client::Trust::default())?
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none());
        let http = http_client::build(http)?;
        Ok(Self {
            http,
            url: parsed,
            auth,
            headers: HeaderMap::new(),
            retry: Retry::default(),
            max_answer_size: CONTRACT_LIMIT,
            on_call: None,
            index: Arc::default(),
        })
    }

    /// Creates a client from the environment: `CONTRACT_BROKER_URL`, and `CONTRACT_BROKER_TOKEN` or
    /// `CONTRACT_BROKER_USERNAME` with `CONTRACT_BROKER_PASSWORD`; `CONTRACT_BROKER_HEADERS` has further header fields, a
    /// line each. `None` if the URL is not set or empty.
    ///
    /// # Errors
    ///
    /// See [`new`](Self::new); `Usage` if there is a user without a password, or a line that is no header field.
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
        let client = Self::new(&url, auth).map_err(|error| error.context(Self::URL_VARIABLE))?;
        let headers = variable(HEADERS_VARIABLE).unwrap_or_default();
        let client = client.header_lines(&headers);
        client.map(Some).map_err(|error| error.context(HEADERS_VARIABLE))
    }

    /// Adds [header fields](Self::header), a line each: `Name: value`.
    ///
    /// # Errors
    ///
    /// `Usage` if a line is no header field; the message has its number, but not its text, which may be a secret.
    pub fn header_lines(self, lines: &str) -> Result<Self, Error> {
        let lines = lines
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        lines.into_iter().try_fold(self, |client, (index, line)| {
            let (name, value) = line.split_once(':').ok_or_else(|| {
                Error::new(
                    ErrorKind::Usage,
                    format!("line {} is no header field: write it as 'Name: value'", index + 1),
                )
            })?;
            client.header(name.trim(), value.trim())
        })
    }

    /// Adds a header field to each request to the broker: what a proxy before it asks for, for example. It is sent to no
    /// other server.
    ///
    /// ```
    /// use contract_core::broker::{Auth, Client};
    ///
    /// let client = Client::new("http://contracts.example.org", Auth::None)?.header("CF-Access-Client-Id", "5f2c1a9")?;
    /// # Ok::<(), contract_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Usage` if the name or the value has characters that HTTP forbids.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let forbidden = |what: &str| {
            Error::new(
                ErrorKind::Usage,
                format!(
                    "{what} of the header field {name:?} for the broker has characters that HTTP forbids"
                ),
            )
        };
        let field = HeaderName::from_bytes(name.as_bytes()).map_err(|_| forbidden("the name"))?;
        let mut value = HeaderValue::from_str(value).map_err(|_| forbidden("the value"))?;
        value.set_sensitive(true);
        self.headers.append(field, value);
        Ok(self)
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
        document(doing, self.ask(&Method::GET, doing, url).await?)
    }

    /// Reads a document; `None` if it does not exist.
    pub(super) async fn read_if_present(&self, doing: &str, url: &str) -> Result<Option<Document>, Error> {
        let response = self.ask(&Method::GET, doing, url).await?;
        if response.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        document(doing, response).map(Some)
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
        let response = self.ask(&Method::DELETE, doing, url).await?;
        if response.status == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        success(doing, response).map(|_| true)
    }

    /// Reads a document as text.
    pub(super) async fn read_text(&self, doing: &str, url: &str) -> Result<String, Error> {
        let Response { url, body, .. } = success(doing, self.ask(&Method::GET, doing, url).await?)?;
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
        let question = Question {
            method: &method,
            doing,
            url,
            body: Some(body),
            repeatable,
        };
        document(doing, self.exchange(question).await?)
    }

    /// Sends a form to a path below the broker's URL, without credentials: once, as it may do something each time.
    pub(super) async fn post_form(
        &self,
        doing: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Result<FormAnswer, Error> {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path()));
        let mut encoded = self.url.clone();
        encoded.query_pairs_mut().clear().extend_pairs(form);
        let form = encoded.query().unwrap_or_default();
        let request = |url: &Url| {
            self.http
                .post(url.clone())
                .headers(self.headers.clone())
                .header(ACCEPT, "application/json")
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.to_owned())
        };
        let unreachable = |error| refusal::unreachable(doing, Server::Broker, url.as_str(), error);
        let followed = follow(&Method::POST, &url, request).await.map_err(unreachable)?;
        let status = followed.response.status();
        if let Some(to) = followed.redirects_to {
            return Err(refusal::redirected(doing, url.as_str(), status, &to));
        }
        let body = http_client::read(followed.response, self.max_answer_size).await;
        let Answer::Whole(body) = body.map_err(unreachable)? else {
            return Err(refusal::too_large(doing, url.as_str(), self.max_answer_size));
        };
        Ok(FormAnswer {
            status,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        })
    }

    /// Makes a call without a body.
    async fn ask(&self, method: &Method, doing: &str, url: &str) -> Result<Response, Error> {
        let question = Question {
            method,
            doing,
            url,
            body: None,
            repeatable: Repeatable::Yes,
        };
        self.exchange(question).await
    }
}

/// Returns a successful response; an error for any other.
fn success(doing: &str, response: Response) -> Result<Response, Error> {
    if response.status.is_success() {
        return Ok(response);
    }
    let Response {
        status, url, body, ..
    } = response;
    Err(refusal::refused(doing, &url, status, &body, 1))
}

/// Returns the JSON of a successful response; an empty one is `null`.
fn document(doing: &str, response: Response) -> Result<Document, Error> {
    let Response {
        url,
        body,
        retry_after,
        ..
    } = success(doing, response)?;
    let body = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&body).map_err(|error| {
            Error::new(
                ErrorKind::Broker,
                format!(
                    "{doing}: the response at {url} is not JSON ({error}): is this the address of a broker?"
                ),
            )
        })?
    };
    Ok(Document {
        url,
        body,
        retry_after,
    })
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("url", &self.url())
            .field("auth", &self.auth)
            .finish_non_exhaustive()
    }
}
