//! Tokens of the broker for people and for jobs of a CI system, instead of stored ones.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use super::Client;
use crate::http_client::{self, Address, Answer, Failure};
use crate::{Error, ErrorKind};

const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// How much longer to wait after `slow_down` (RFC 8628, 3.5).
const SLOWER: Duration = Duration::from_secs(5);
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
/// The largest answer of a CI system, in bytes.
const LARGEST: usize = 1024 * 1024;

/// A token that the broker issued. `Debug` does not show its value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginToken {
    /// The value, for [`Auth::Bearer`](super::Auth::Bearer).
    pub value: String,
    /// How long it works.
    pub expires_in: Duration,
}

impl fmt::Debug for LoginToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginToken")
            .field("value", &"***")
            .field("expires_in", &self.expires_in)
            .finish()
    }
}

/// A login that waits for somebody to allow it in a browser.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceLogin {
    device_code: String,
    /// The code to compare with the one that the browser shows.
    pub user_code: String,
    /// The page where the login is allowed.
    pub page: String,
    /// The same page, with the code.
    pub page_with_code: String,
    /// How long somebody has to allow it.
    pub expires_in: Duration,
    /// How long to wait between two calls of [`Client::complete_login`], which makes it longer if the broker is asked too often.
    pub interval: Duration,
}

impl fmt::Debug for DeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin")
            .field("user_code", &self.user_code)
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Exchanges a token that a CI system gave to a job (an ID token of GitHub Actions or GitLab) for one of the broker.
    ///
    /// # Errors
    ///
    /// `Broker` if the broker does not accept the token, or has no rule for the job; `Unreachable` if it cannot be reached.
    pub async fn exchange_ci_token(&self, token: &str) -> Result<LoginToken, Error> {
        let doing = "exchanging the token of this job";
        let form = [
            ("grant_type", TOKEN_EXCHANGE),
            ("subject_token_type", ID_TOKEN),
            ("subject_token", token),
        ];
        let answer = self.post_form(doing, "oauth/token", &form).await?;
        issued(doing, answer)
    }

    /// Begins a login: somebody allows it at its page, and [`Client::complete_login`] then gets a token. `client` says to them
    /// what asks, such as `contract on my-laptop`.
    ///
    /// # Errors
    ///
    /// `Broker` if nobody logs in at this broker; `Unreachable` if it cannot be reached.
    pub async fn begin_login(&self, client: &str) -> Result<DeviceLogin, Error> {
        let doing = "beginning to log in";
        let form = [("client_id", client)];
        let answer = self.post_form(doing, "oauth/device_authorization", &form).await?;
        let body = success(doing, answer)?;
        let text = |name: &str| {
            let text = body[name].as_str().map(str::to_owned);
            text.ok_or_else(|| incomplete(doing, name))
        };
        let seconds = |name: &str, default: u64| Duration::from_secs(body[name].as_u64().unwrap_or(default));
        Ok(DeviceLogin {
            device_code: text("device_code")?,
            user_code: text("user_code")?,
            page: text("verification_uri")?,
            page_with_code: text("verification_uri_complete").or_else(|_| text("verification_uri"))?,
            expires_in: seconds("expires_in", 600),
            interval: seconds("interval", 5),
        })
    }

    /// Returns the token of a login, once somebody allowed it; `None` while nobody did. Before the next call wait for
    /// `login.interval`.
    ///
    /// # Errors
    ///
    /// `Broker` if the login was denied or took too long; `Unreachable` if the broker cannot be reached.
    pub async fn complete_login(&self, login: &mut DeviceLogin) -> Result<Option<LoginToken>, Error> {
        let doing = "logging in";
        let form = [
            ("grant_type", DEVICE_CODE),
            ("device_code", login.device_code.as_str()),
        ];
        let answer = self.post_form(doing, "oauth/token", &form).await?;
        match answer.body["error"].as_str() {
            Some("authorization_pending") => Ok(None),
            Some("slow_down") => {
                login.interval += SLOWER;
                Ok(None)
            }
            _ => issued(doing, answer).map(Some),
        }
    }

    /// Gives a token back: it works no longer.
    ///
    /// # Errors
    ///
    /// `Unreachable` if the broker cannot be reached.
    pub async fn give_token_back(&self, token: &str) -> Result<(), Error> {
        let doing = "giving the token back";
        let answer = self.post_form(doing, "oauth/revoke", &[("token", token)]).await?;
        success(doing, answer).map(|_| ())
    }
}

/// Asks GitHub Actions for a token that says which job this is. `url` and `token` are what the job has in
/// `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN`; `audience` is whom the token is for.
///
/// # Errors
///
/// `Unreachable` if GitHub cannot be reached or fails; `Broker` if its answer has no token.
pub async fn github_id_token(url: &str, token: &str, audience: &str) -> Result<String, Error> {
    let doing = "asking GitHub for a token of this job";
    let mut url = Address::parse(url, "GitHub's tokens (ACTIONS_ID_TOKEN_REQUEST_URL)")?.url;
    url.query_pairs_mut().append_pair("audience", audience);
    let builder = http_client::builder(&http_client::Trust::default())?.timeout(Duration::from_secs(30));
    let failed = |error: &reqwest::Error| {
        let failure = Failure::of(error);
        Error::new(ErrorKind::Unreachable, format!("{doing}: it {failure}"))
    };
    let request = http_client::build(builder)?.get(url).bearer_auth(token);
    let response = request.send().await.map_err(|error| failed(&error))?;
    let status = response.status();
    let body = http_client::read(response, LARGEST)
        .await
        .map_err(|error| failed(&error))?;
    if !status.is_success() {
        return Err(Error::new(
            ErrorKind::Unreachable,
            format!("{doing}: the answer is {status}"),
        ));
    }
    let Answer::Whole(body) = body else {
        return Err(incomplete(doing, "value"));
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let value = body["value"].as_str().map(str::to_owned);
    value.ok_or_else(|| incomplete(doing, "value"))
}

/// The answer to a form.
pub(super) struct FormAnswer {
    pub(super) status: StatusCode,
    /// Null if it is not JSON.
    pub(super) body: Value,
}

fn issued(doing: &str, answer: FormAnswer) -> Result<LoginToken, Error> {
    let body = success(doing, answer)?;
    let value = body["access_token"].as_str().map(str::to_owned);
    Ok(LoginToken {
        value: value.ok_or_else(|| incomplete(doing, "access_token"))?,
        expires_in: Duration::from_secs(body["expires_in"].as_u64().unwrap_or_default()),
    })
}

fn success(doing: &str, answer: FormAnswer) -> Result<Value, Error> {
    let FormAnswer { status, body } = answer;
    if status.is_success() {
        return Ok(body);
    }
    if status.is_server_error() {
        return Err(Error::new(
            ErrorKind::Unreachable,
            format!("{doing}: the broker answers {status}"),
        ));
    }
    let why = body["error_description"].as_str().or(body["error"].as_str());
    let why = why.map_or_else(
        || format!("the answer is {status}: is this the address of a broker that people log in at?"),
        str::to_owned,
    );
    Err(Error::new(ErrorKind::Broker, format!("{doing}: {why}")))
}

fn incomplete(doing: &str, name: &str) -> Error {
    Error::new(ErrorKind::Broker, format!("{doing}: the answer has no {name}"))
}
