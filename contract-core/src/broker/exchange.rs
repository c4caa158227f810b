//! One call of the broker: its attempts, and the redirects on the way.

use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, StatusCode, Url};
use serde_json::Value;

use super::Auth;
use super::client::{Call, Client};
use super::refusal::{self, Server};
use super::retry::{Repeatable, Retry};
use crate::http_client::{self, Answer, Failure, without_credentials};
use crate::{Error, ErrorKind};

/// Makes the broker do a request once, however often it is sent.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The relation of the index that says that the broker understands such keys.
const UNDERSTANDS_KEYS: &str = "pb:idempotent-requests";
/// Maximum number of redirects that are followed.
const MOST_REDIRECTS: usize = 10;

/// What is asked of the broker.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) method: &'a Method,
    /// What it is for, as in `publishing contracts`, for errors.
    pub(super) doing: &'a str,
    /// The URL, absolute or relative to that of the broker.
    pub(super) url: &'a str,
    pub(super) body: Option<&'a Value>,
    pub(super) repeatable: Repeatable,
}

/// The response to a question, with a status below 500 that is no redirect.
pub(super) struct Response {
    pub(super) status: StatusCode,
    /// The absolute URL that answered, after redirects, without credentials.
    pub(super) url: String,
    pub(super) body: Vec<u8>,
    /// The broker's `Retry-After`.
    pub(super) retry_after: Option<Duration>,
}

/// The response of one attempt.
struct Attempted {
    /// The URL that answered.
    url: Url,
    status: StatusCode,
    /// The broker's `Retry-After`.
    retry_after: Option<Duration>,
    /// Where the response redirects to, if that was not followed.
    redirects_to: Option<Url>,
    /// What is wrong if the response is one of a proxy.
    of_proxy: Option<Failure>,
    body: Answer,
}

/// A response after redirects.
pub(super) struct Followed {
    pub(super) response: reqwest::Response,
    /// Where the response redirects to, if that was not followed.
    pub(super) redirects_to: Option<Url>,
}

impl Client {
    /// Makes a call with its retries. Returns the last response regardless of its status, but for those of a failed
    /// broker.
    ///
    /// # Errors
    ///
    /// `Broker` if the response is too large, or a redirect that is not followed; `Unreachable` without a response, or if
    /// the broker failed.
    pub(super) async fn exchange(&self, question: Question<'_>) -> Result<Response, Error> {
        let Question { method, doing, .. } = question;
        let url = self.url.join(question.url).map_err(|error| {
            Error::new(
                ErrorKind::Broker,
                format!(
                    "{doing}: the broker's link {:?} is not a URL ({error})",
                    without_credentials(question.url)
                ),
            )
        })?;
        let shown = without_credentials(url.as_str());
        let key = self.key(question);
        let repeatable = match key {
            Some(_) => Repeatable::WithKey,
            None => question.repeatable,
        };
        let mut attempt = 0;
        loop {
            attempt += 1;
            let last = attempt >= self.retry.attempts;
            let started = Instant::now();
            let attempted = self.attempt(question, &url, key.as_deref()).await;
            let took = started.elapsed();
            let wait = match &attempted {
                _ if last => None,
                Ok(attempted)
                    if Retry::again_after_status(repeatable, attempted.status, attempted.retry_after) =>
                {
                    Some(self.retry.wait(attempt - 1, attempted.retry_after))
                }
                Err(error) if Retry::again_after_error(repeatable, error) => {
                    Some(self.retry.wait(attempt - 1, None))
                }
                _ => None,
            };
            if let Some(log) = &self.on_call {
                log(&Call {
                    method: method.to_string(),
                    url: shown.to_string(),
                    outcome: match &attempted {
                        Ok(attempted) => Ok(attempted.status.as_u16()),
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
            let attempted = attempted
                .map_err(|error| refusal::unreachable(doing, self.server_of(&url), &shown, error))?;
            let status = attempted.status;
            if let Some(failure) = attempted.of_proxy {
                return Err(refusal::failed(doing, &shown, &failure));
            }
            if let Some(to) = attempted.redirects_to {
                return Err(refusal::redirected(doing, &shown, status, &to));
            }
            let answered = without_credentials(attempted.url.as_str());
            let Answer::Whole(body) = attempted.body else {
                return Err(refusal::too_large(doing, &answered, self.max_answer_size));
            };
            if status.is_server_error() {
                return Err(refusal::refused(doing, &answered, status, &body, attempt));
            }
            return Ok(Response {
                status,
                url: answered.into_owned(),
                body: body.into(),
                retry_after: attempted.retry_after,
            });
        }
    }

    fn server_of(&self, url: &Url) -> Server {
        if url.as_str().starts_with(self.url.as_str()) {
            Server::Broker
        } else {
            Server::Other
        }
    }

    /// Returns a key for a request that must not be done twice, if the broker's index says that it understands keys.
    fn key(&self, question: Question<'_>) -> Option<String> {
        let index = self.index.get()?;
        index.optional_link(UNDERSTANDS_KEYS)?;
        let is_needed = *question.method == Method::POST && question.repeatable == Repeatable::No;
        is_needed.then(|| format!("{:032x}", rand::random::<u128>()))
    }

    async fn attempt(
        &self,
        question: Question<'_>,
        url: &Url,
        key: Option<&str>,
    ) -> Result<Attempted, reqwest::Error> {
        let Question { method, body, .. } = question;
        let request = |url: &Url| {
            let mut request = self
                .request(method, url)
                .header(ACCEPT, "application/hal+json, application/json");
            if let Some(body) = body {
                let content_type = if *method == Method::PATCH {
                    "application/merge-patch+json"
                } else {
                    "application/json"
                };
                request = request.header(CONTENT_TYPE, content_type).body(body.to_string());
            }
            if let Some(key) = key {
                request = request.header(IDEMPOTENCY_KEY, format!("\"{key}\""));
            }
            request
        };
        let Followed {
            response,
            redirects_to,
        } = follow(method, url, request).await?;
        let status = response.status();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        Ok(Attempted {
            url: response.url().clone(),
            status,
            retry_after,
            redirects_to,
            of_proxy: Failure::of_proxy(&response),
            body: http_client::read(response, self.max_answer_size).await?,
        })
    }

    /// Begins a request, with credentials if they may be sent to this URL.
    pub(super) fn request(&self, method: &Method, url: &Url) -> RequestBuilder {
        let request = self.http.request(method.clone(), url.clone());
        if self.may_see_credentials(url) {
            self.auth.apply(request.headers(self.headers.clone()))
        } else {
            request
        }
    }

    /// Returns whether credentials may be sent to this URL: to the broker's server, whatever its links and redirects
    /// say, and by HTTPS to the same host.
    fn may_see_credentials(&self, url: &Url) -> bool {
        let is_upgrade = url.host() == self.url.host()
            && (self.url.scheme(), url.scheme()) == ("http", "https")
            && (self.url.port(), url.port()) == (None, None);
        url.origin() == self.url.origin() || is_upgrade
    }

    /// Returns whether there are credentials, and they are withheld from this URL.
    pub(super) fn withholds_credentials(&self, url: &str) -> bool {
        let elsewhere = Url::parse(url).is_ok_and(|url| !self.may_see_credentials(&url));
        elsewhere && self.auth != Auth::None
    }
}

/// Sends a request and follows redirects with the same method: 301 and 302 allow that (RFC 9110, section 15.4), and a
/// request that writes would otherwise become one that reads. What writes is not sent to another host.
pub(super) async fn follow(
    method: &Method,
    url: &Url,
    request: impl Fn(&Url) -> RequestBuilder,
) -> Result<Followed, reqwest::Error> {
    let mut response = request(url).send().await?;
    for _ in 0..MOST_REDIRECTS {
        let Some(to) = redirect(&response) else { break };
        let is_followed =
            *method == Method::GET || (response.status() != StatusCode::SEE_OTHER && to.host() == url.host());
        if !is_followed {
            break;
        }
        response = request(&to).send().await?;
    }
    Ok(Followed {
        redirects_to: redirect(&response),
        response,
    })
}

/// Returns where a response redirects to.
fn redirect(response: &reqwest::Response) -> Option<Url> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let to = response.url().join(location).ok()?;
    (is_redirect && matches!(to.scheme(), "http" | "https")).then_some(to)
}
