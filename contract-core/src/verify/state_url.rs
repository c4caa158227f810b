//! Provider states set by the provider itself over HTTP.

use std::time::Duration;

use reqwest::Url;

use crate::contract::{Members, ProviderState};
use crate::http_client::{self, Answer, Failure};
use crate::json::{self, Value};
use crate::report::value::size;
use crate::wire::BODY_LIMIT;
use crate::{Error, ErrorKind};

/// The URL at which a provider sets its states.
///
/// It receives a `POST` with `{"state": …, "params": {…}, "action": "setup"}`, or the same in the query; its response
/// may be a JSON object of values for `from_state` generators. An interaction without states sends the state `""`
/// (Pact's protocol).
///
/// ```
/// use contract_core::provider::*;
///
/// let url = StateChangeUrl::new("http://127.0.0.1:8080/_contract/provider-states").with_teardown(true);
/// let verifier = Verifier::new("user-api").state_change_url(url);
/// ```
#[derive(Debug, Clone)]
pub struct StateChangeUrl {
    url: String,
    as_query: bool,
    teardown: bool,
}

/// The requested action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    SetUp,
    TearDown,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::SetUp => "setup",
            Self::TearDown => "teardown",
        }
    }
}

impl StateChangeUrl {
    /// Creates a state-change URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            as_query: false,
            teardown: false,
        }
    }

    /// Sends state, parameters and action in the query instead of a body.
    pub fn as_query(mut self, as_query: bool) -> Self {
        self.as_query = as_query;
        self
    }

    /// Sends another request after each interaction, with the action `teardown`.
    pub fn with_teardown(mut self, teardown: bool) -> Self {
        self.teardown = teardown;
        self
    }

    pub(crate) fn has_teardown(&self) -> bool {
        self.teardown
    }

    pub(crate) async fn ask(
        &self,
        client: &reqwest::Client,
        state: &ProviderState,
        action: Action,
    ) -> Result<Members, Error> {
        let doing = format!(
            "requesting {} for {} of provider state {:?}",
            self.url,
            action.name(),
            state.name
        );
        let failed = |kind, reason: &str| {
            Error::new(
                kind,
                format!("{doing} failed: {reason}; check the state-change address and the provider's log"),
            )
        };
        let mut url = Url::parse(&self.url).map_err(|error| {
            Error::new(
                ErrorKind::Usage,
                format!("the state-change address {:?} is not a URL: {error}", self.url),
            )
        })?;
        let request = if self.as_query {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("state", &state.name)
                .append_pair("action", action.name());
            for (name, value) in &state.params {
                match value {
                    Value::String(text) => query.append_pair(name, text),
                    other => query.append_pair(name, &other.to_string()),
                };
            }
            drop(query);
            client.post(url)
        } else {
            client.post(url).json(&json::object([
                ("state", state.name.as_str().into()),
                ("params", state.params.clone().into()),
                ("action", action.name().into()),
            ]))
        };
        let unreachable = |error: reqwest::Error| {
            failed(ErrorKind::Unreachable, &format!("it {}", Failure::of(&error))).with_source(error)
        };
        let response = request
            .timeout(Duration::from_secs(60))
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status();
        let Answer::Whole(body) = http_client::read(response, BODY_LIMIT)
            .await
            .map_err(unreachable)?
        else {
            let reason = format!("its response is longer than {}", size(BODY_LIMIT));
            return Err(failed(ErrorKind::Verification, &reason));
        };
        if !status.is_success() {
            let said = String::from_utf8_lossy(&body);
            let said: String = said.trim().chars().take(200).collect();
            let answer = if said.is_empty() {
                format!("it responded with {status}")
            } else {
                format!("it responded with {status}: {said}")
            };
            return Err(failed(ErrorKind::Verification, &answer));
        }
        Ok(match json::from_slice(&body) {
            Ok(Value::Object(values)) => values,
            _ => Members::new(),
        })
    }
}
